"""Watches analyses: each is logged and counted in the metrics."""

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from ser_core.errors import SerError
from ui.server import logs, metrics


@dataclass
class Watched:
    """An analysis in progress.

    Attributes:
        duration_s: length of the recording, once it is known.
    """

    duration_s: float | None = None


@contextmanager
def analysis(page: str, recording: bytes) -> Iterator[Watched]:
    """Watches the analysis of `recording` for `page` that runs inside the context."""
    watched = Watched()
    outcome, error_class, level = "answered", None, logging.INFO
    began = time.perf_counter()
    metrics.RUNNING.inc()
    try:
        yield watched
    except SerError as error:
        outcome, error_class = "refused", type(error).__name__
        raise
    except Exception as error:
        outcome, error_class, level = "failed", type(error).__name__, logging.ERROR
        raise
    except BaseException:  # Streamlit ends a run so when the page is left, or asked for anew
        outcome = "abandoned"
        raise
    finally:
        latency_s = time.perf_counter() - began
        metrics.RUNNING.dec()
        metrics.ANALYSES.labels(page, outcome).inc()
        if outcome == "answered":
            metrics.LATENCY_S.labels(page).observe(latency_s)
            metrics.HEARD_S.inc(watched.duration_s or 0.0)
        logs.tell(
            "analysis",
            level=level,
            page=page,
            outcome=outcome,
            latency_ms=round(latency_s * 1000),
            duration_s=None if watched.duration_s is None else round(watched.duration_s, 2),
            format=sound_format(recording),
            size_bytes=len(recording),
            error=error_class,
        )


def sound_format(recording: bytes) -> str:
    """The format that the first bytes suggest: "WAV", "MP3", "OGG", "FLAC" or "other". For the log; decoding checks
    thoroughly.

    >>> sound_format(b"OggS...")
    'OGG'
    """
    marks = {b"RIFF": "WAV", b"RF64": "WAV", b"OggS": "OGG", b"fLaC": "FLAC"}
    if recording[:3] == b"ID3" or (recording[:1] == b"\xff" and recording[1:2] >= b"\xe0"):
        return "MP3"
    return marks.get(recording[:4], "other")
