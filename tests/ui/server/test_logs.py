import json
import logging
import re
import secrets
import sys
import uuid
from pathlib import Path
from typing import Any

import pytest

from ui.server.failures import Numbered, number_of
from ui.server.logs import JsonLine, TextLine

SECRET = "anna-private.wav"


def record(message: str, **extra: Any) -> logging.LogRecord:
    made = logging.LogRecord("ser", logging.INFO, __file__, 1, message, (), extra.pop("exc_info", None))
    made.__dict__.update(extra)
    return made


def raised() -> Any:
    try:
        try:
            Path(SECRET).read_bytes()
        except OSError as error:
            raise ValueError(f"cannot use {SECRET}") from error
    except ValueError:
        return sys.exc_info()


def test_an_event_is_one_json_line_with_its_facts() -> None:
    line = JsonLine().format(record("analysis", facts={"latency_ms": 12, "format": "WAV"}, created=0.25, msecs=250.0))
    assert json.loads(line) == {
        "time": "1970-01-01T00:00:00.250Z", "level": "info", "event": "analysis", "latency_ms": 12, "format": "WAV",
    }  # fmt: skip


def test_an_error_is_told_by_class_and_place_but_not_in_its_words() -> None:
    line = JsonLine().format(record("Uncaught app execution", exc_info=raised()))
    told = json.loads(line)
    assert "\n" not in line
    assert (told["event"], told["error"], told["cause"]) == ("error", "ValueError", "FileNotFoundError")
    assert told["trace"][-1].startswith("tests/ui/server/test_logs.py:")
    assert told["trace"][-1].endswith(" raised")
    assert SECRET not in line


def test_a_person_at_a_terminal_gets_words_and_the_whole_traceback() -> None:
    assert TextLine().format(record("analysis", facts={"latency_ms": 12})).endswith("INFO analysis latency_ms=12")
    assert SECRET in TextLine().format(record("Uncaught", exc_info=raised()))


@pytest.mark.parametrize("formatter", [JsonLine(), TextLine()])
def test_nothing_that_names_a_page_is_logged(formatter: logging.Formatter) -> None:
    session, place = str(uuid.uuid4()), secrets.token_urlsafe(24)
    line = formatter.format(record(f"PUT /_stcore/upload_file/{session}/{session} and /recording/{place} failed"))
    assert session not in line
    assert place not in line
    assert "/recording/…" in line


def test_a_bug_has_the_number_that_the_person_was_told() -> None:
    made = record("Uncaught app execution", exc_info=raised())
    assert Numbered().filter(made)
    line = json.loads(JsonLine().format(made))
    assert line["event"] == "error"
    assert line["number"] == number_of(made.exc_info[1])
    assert re.fullmatch("[2-9A-HJKMNP-Z]{6}", line["number"])
    assert SECRET not in str(line["number"])
    plain = record("Nothing failed")
    assert Numbered().filter(plain)
    assert json.loads(JsonLine().format(plain))["message"] == "Nothing failed"
