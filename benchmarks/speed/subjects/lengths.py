"""Recordings of one second to four hours."""

from collections.abc import Iterator
from dataclasses import replace
from math import inf

from benchmarks.processes import ser
from benchmarks.speed.bench import Bench
from benchmarks.speed.records import Row
from benchmarks.speed.sounds import recording_in
from benchmarks.speed.subjects.answers import LARGE, SHALLOW, SMALL
from benchmarks.speed.subjects.starts import peer_command

_ONCE_FROM_S = 600
_LENGTHS_S = {"1 s": 1, "10 s": 10, "1 min": 60, "10 min": 600, "1 h": 3600, "4 h": 14_400}
# The peer holds the whole recording and its spectrogram: of four hours that is more than small machines have.
_PEER_UP_TO_S = 3600
_PATIENCE_S = 120


def lengths(bench: Bench) -> Iterator[Row]:
    """Seconds of the whole process, `ser predict` with its start, for a WAV at 16 kHz in which a voice goes on; `times
    real time` is the length over that, `peak mb` the most resident memory of all processes. Ten minutes and more are
    measured once, and by those alone who, by the length before, need two minutes at most; the peer hears an hour at
    most.
    """
    chosen = {"1 s": 1} if bench.tiny else _LENGTHS_S
    # Of each contestant, how long it took for a second of the length before, from ten minutes on.
    share: dict[str, float] = {}
    for name, seconds in chosen.items():
        path = str(recording_in(bench.scratch, seconds))
        commands = {
            LARGE: ser("predict", path, "--json"),
            SMALL: ser("predict", path, "--json", "--model", "crnn"),
            SHALLOW: ser("predict", path, "--json", "--model", "whisper-shallow"),
            **(peer_command(bench, [path]) if seconds <= _PEER_UP_TO_S else {}),
        }
        if share:
            commands = {who: each for who, each in commands.items() if share.get(who, inf) * seconds <= _PATIENCE_S}
        if not commands:
            return
        rounds = 1 if seconds >= _ONCE_FROM_S else 2
        row = bench.commands(f"{name} of sound", commands, at_most_s=0, at_least=rounds)
        if seconds >= _ONCE_FROM_S:
            share = {each.who: each.median / seconds for each in row.figures}
        figures = (
            replace(each, notes={**(each.notes or {}), "times_real_time": float(f"{seconds / each.median:.3g}")})
            for each in row.figures
        )
        yield replace(row, figures=tuple(figures))
