import json
import logging
import sys
from pathlib import Path
from typing import Any

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
