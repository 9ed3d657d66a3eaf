import logging

import pytest
from prometheus_client import REGISTRY
from streamlit.runtime.scriptrunner import StopException

from ser_core.errors import AudioError
from ui.server import watch


def counted(outcome: str) -> float:
    return REGISTRY.get_sample_value("ser_analyses_total", {"page": "test", "outcome": outcome}) or 0.0


@pytest.mark.parametrize(
    "error, outcome, level",
    [
        (None, "answered", logging.INFO),
        (AudioError("too short"), "refused", logging.INFO),
        (ZeroDivisionError(), "failed", logging.ERROR),
        (StopException(), "abandoned", logging.INFO),
    ],
)
def test_each_way_to_end_is_told_apart(
    caplog: pytest.LogCaptureFixture, error: BaseException | None, outcome: str, level: int
) -> None:
    before = counted(outcome)

    def analyse() -> None:
        with watch.analysis("test", b"fLaC"):
            if error is not None:
                raise error

    with caplog.at_level(logging.INFO, "ser"):
        if error is None:
            analyse()
        else:
            with pytest.raises(type(error)):
                analyse()
    assert counted(outcome) == before + 1
    assert REGISTRY.get_sample_value("ser_analyses_running") == 0
    (record,) = caplog.records
    assert (record.levelno, record.getMessage()) == (level, "analysis")
    facts = record.__dict__["facts"]
    assert (facts["outcome"], facts["format"], facts["size_bytes"]) == (outcome, "FLAC", 4)
    said = type(error).__name__ if outcome in ("refused", "failed") else None
    assert facts.get("error") == said


@pytest.mark.parametrize(
    "head, expected",
    [
        (b"RIFF1234WAVE", "WAV"),
        (b"ID3\4", "MP3"),
        (b"\xff\xfb\x90", "MP3"),
        (b"OggS", "OGG"),
        (b"%PDF", "other"),
        (b"", "other"),
    ],
)
def test_the_format_is_told_by_the_first_bytes(head: bytes, expected: str) -> None:
    assert watch.sound_format(head) == expected
