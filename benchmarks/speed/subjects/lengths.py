"""Recordings of one second to four hours."""

from collections.abc import Iterator
from dataclasses import replace

from benchmarks.processes import ser
from benchmarks.speed.bench import Bench
from benchmarks.speed.records import Row
from benchmarks.speed.sounds import recording_in
from benchmarks.speed.subjects.answers import LARGE, SMALL
from benchmarks.speed.subjects.starts import peer_command

_LENGTHS_S = {"1 s": 1, "10 s": 10, "1 min": 60, "10 min": 600, "1 h": 3600, "4 h": 14_400}
# The peer holds the whole recording and its spectrogram: of four hours that is more than small machines have.
_PEER_UP_TO_S = 3600


def lengths(bench: Bench) -> Iterator[Row]:
    """Seconds of the whole process, `ser predict` with its start, for a WAV at 16 kHz in which a voice goes on; `times
    real time` is the length over that, `peak mb` the most resident memory of all processes. An hour and more are
    measured once.
    """
    chosen = {"1 s": 1} if bench.tiny else _LENGTHS_S
    for name, seconds in chosen.items():
        path = str(recording_in(bench.scratch, seconds))
        commands = {
            LARGE: ser("predict", path, "--json"),
            SMALL: ser("predict", path, "--json", "--model", "crnn"),
            **(peer_command(bench, [path]) if seconds <= _PEER_UP_TO_S else {}),
        }
        rounds = 1 if seconds >= 3600 else 3
        row = bench.commands(f"{name} of sound", commands, at_most_s=30 if rounds > 1 else 0, at_least=rounds)
        figures = (
            replace(each, notes={**(each.notes or {}), "times_real_time": float(f"{seconds / each.median:.3g}")})
            for each in row.figures
        )
        yield replace(row, figures=tuple(figures))
