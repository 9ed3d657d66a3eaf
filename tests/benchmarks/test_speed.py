"""The benchmark suite: its parts run, and its pages say what its results hold. Nothing here is timed."""

import json
import math
import os
import sys
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from urllib.request import urlopen

import numpy as np
import pytest

from benchmarks import processes
from benchmarks.speed import limits, table, targets
from benchmarks.speed.bench import Bench, Contestant
from benchmarks.speed.limits import Machine, Work
from benchmarks.speed.records import Limit, Row, figure, with_ratios
from benchmarks.speed.results import Results
from benchmarks.speed.sounds import CLIP_S, clip_in, recording_in
from benchmarks.speed.subjects import answers, lengths, starts
from benchmarks.speed.suite import SUBJECTS
from benchmarks.wire import Wire, counted
from ser_core.audio import read_clip
from ser_core.config import PROJECT_DIR
from tests.docs.commands import is_target

RESULTS = Results.load()


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path, peers=None, core=None, tiny=True)


def test_the_page_says_what_the_results_hold() -> None:
    assert table.PAGE.read_text("utf-8") == table.page(RESULTS.plain)


def test_the_results_are_of_subjects_that_there_are() -> None:
    assert set(RESULTS.plain) <= {each.name for each in SUBJECTS}
    assert json.loads(RESULTS.as_json()) == RESULTS.plain
    for found in RESULTS.plain.values():
        assert {"measured", "commit", "machine", "load_before", "rows"} <= set(found)
        assert found["rows"]


@pytest.mark.parametrize("target", targets.TARGETS, ids=lambda target: target.what)
def test_a_target_reads_what_is_measured(target: targets.Target) -> None:
    if {"files", "network", "log-mel", "server", "bytes", "command", "lengths", "crowd"} <= set(RESULTS.plain):
        assert target.value(RESULTS.plain) > 0
    assert (target.least is None) != (target.most is None)
    bound = target.least if target.least is not None else target.most
    assert bound is not None
    assert target.reached(bound)
    assert not target.reached(bound / 2 if target.least is not None else bound * 2)


def test_what_makes_the_peers_environment_is_there() -> None:
    assert is_target("bench")
    pins = dict(
        line.partition("#")[0].strip().split("==")
        for line in (PROJECT_DIR / "requirements-bench.txt").read_text("utf-8").splitlines()
        if "==" in line
    )
    for name in ("requirements.txt", "requirements-train.txt", "requirements-dev.txt"):
        for line in (PROJECT_DIR / name).read_text("utf-8").splitlines():
            package, _, version = line.partition("#")[0].strip().partition("==")
            assert pins.get(package, version) == version, f"{package} is {version} in {name}"


def test_contestants_take_turns_and_are_told_apart(bench: Bench) -> None:
    path = str(clip_in(bench.scratch, "wav"))
    row = bench.interleaved(
        "log-mel",
        [
            Contestant("one", "log_mel", {"path": path}, limit=Limit(1e-3, "a millisecond")),
            Contestant("two", "whisper_log_mel", {"path": path}),
            Contestant("a peer", "librosa_log_mel", {"path": path}, peer=True),
        ],
    )
    one, two = row.figures
    assert (one.who, two.who) == ("one", "two")
    assert 0 < one.low <= one.median <= one.high
    assert one.limit == Limit(1.0, "a millisecond")
    assert one.ratio is None
    assert two.ratio is not None
    assert two.ratio[0] > 0
    assert "| one |" in table.table("A title", [row.plain()])


def test_a_contestant_that_fails_says_why(bench: Bench) -> None:
    with pytest.raises(RuntimeError, match=r"(?s)nobody ended: .*no-such-file"):
        bench.interleaved("nothing", [Contestant("nobody", "log_mel", {"path": "no-such-file"})])


@pytest.mark.slow
def test_a_file_is_answered_and_the_small_model_hears_what_the_limit_counts(bench: Bench) -> None:
    (row,) = answers.files(bench)
    small, large, shallow = row.figures
    assert (small.who, large.who, shallow.who) == (answers.SMALL, answers.LARGE, answers.SHALLOW)
    for each in row.figures:
        assert each.limit is not None
        assert each.limit.value > 0
    assert small.notes is not None
    assert small.notes["windows"] == 2


@pytest.mark.slow
def test_many_files_are_heard_by_each_command(bench: Bench) -> None:
    rows = list(starts.many_files(bench))
    assert [row.what for row in rows] == ["1 files", "2 files"]
    assert len(rows[1].figures) == 3


def test_a_process_is_measured_with_its_children() -> None:
    code = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'x = bytearray(80_000_000); print(len(x))'])"
    ran = processes.run([sys.executable, "-c", code], core=processes.last_core())
    assert ran.output == "80000000\n"
    assert 0 < ran.cpu_s <= ran.wall_s * 1.5 + 0.1
    with pytest.raises(RuntimeError, match="no such thing"):
        processes.run([sys.executable, "-c", "raise SystemExit('no such thing')"])


def test_memory_counts_what_is_shared_once() -> None:
    before_mb = processes.memory_mb(os.getpid())
    held = np.ones(40_000_000 // 8)
    after_mb = processes.memory_mb(os.getpid())
    assert after_mb - before_mb == pytest.approx(held.nbytes / 1e6, abs=8)
    assert after_mb <= processes.resident_mb(os.getpid()) * 1.02


def test_a_mapping_is_known_by_its_file() -> None:
    lines = [
        "7f00-7f01 r-xp 00000000 08:01 12 /usr/lib/libc.so",
        "Rss:                  40 kB",
        "Anonymous:             4 kB",
        "7f02-7f03 rw-p 00000000 08:01 12 /usr/lib/libc.so",
        "Rss:                  10 kB",
        "Anonymous:            10 kB",
        "7f04-7f05 rw-p 00000000 00:00 0",
        "Rss:                 999 kB",
        "Anonymous:           999 kB",
        "7f06-7f07 rw-p 00000000 00:00 0 [heap]",
        "Rss:                 999 kB",
        "Anonymous:           999 kB",
    ]
    assert processes._pages_of_files(lines) == {"/usr/lib/libc.so": 36}


def test_a_product_of_matrices_is_counted() -> None:
    work = limits.spectra(10, 512)
    assert work.operations == 10 * (2.5 * 512 * 9 + 512 + 3 * 257)
    assert (Work(3, 5) + Work(4, 6)).times(2) == Work(14, 11)
    # One that computes more than it reads, and one that reads more than it computes.
    assert Work(1e9, 1).limit(Machine(1e10, 1e9)).value == pytest.approx(0.1)
    assert Work(1, 1e9).limit(Machine(1e10, 1e9)).value == pytest.approx(1.0)


def test_the_operations_of_the_served_networks_are_counted() -> None:
    small = answers.small_network()
    assert small.bytes == (PROJECT_DIR / "models/crnn/model.tflite").stat().st_size
    # Whisper tiny's blocks and convolutions over 3 s, by hand; the head adds little.
    n, width, hidden = 150, 384, 1536
    blocks = 4 * (4 * n * width**2 + 2 * n**2 * width + 2 * n * width * hidden)
    stem = 300 * 80 * width * 3 + n * width * width * 3
    assert answers._on_encoder("whisper", 3.0).operations == pytest.approx(2 * (blocks + stem), rel=0.15)


def test_ratios_are_taken_round_by_round() -> None:
    # A machine that is twice as slow in the second round slows both.
    rounds = [[1.0, 2.0, 1.0], [3.0, 6.0, 3.0]]
    one, two = with_ratios([figure("one", rounds[0]), figure("two", rounds[1])], rounds)
    assert one.ratio is None
    assert two.ratio == (3.0, 3.0, 3.0)
    assert (two.median, two.low, two.high, two.n) == (3.0, 3.0, 4.5, 3)


@pytest.mark.parametrize("ending", ["wav", "mp3", "ogg", "m4a"])
def test_clips_are_as_long_in_every_format(ending: str, tmp_path: Path) -> None:
    clip = read_clip(clip_in(tmp_path, ending))
    assert clip.duration_s == pytest.approx(CLIP_S, abs=0.1)
    assert np.abs(clip.samples).max() > 0.1


def test_a_recording_is_as_long_as_it_is_asked_for(tmp_path: Path) -> None:
    assert read_clip(recording_in(tmp_path, 61.5)).duration_s == pytest.approx(61.5)


@pytest.fixture
def sender() -> Iterator[str]:
    """A server that answers with 10,000 bytes."""

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(bytes(10_000))

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Answer) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_what_passes_through_is_counted(sender: str) -> None:
    with counted(sender) as wire:
        assert wire.url != sender
        assert len(urlopen(wire.url, timeout=30).read()) == 10_000
        wire.wait_until_quiet(0.05, 30)
        headers = wire.to_browser - 10_000
        assert 50 < headers < 500


def test_quiet_is_counted_from_now_on() -> None:
    # Nothing has ever come: what somebody has just asked for may still be on its way.
    wire = Wire("", last_at=time.monotonic() - 60)
    began = time.monotonic()
    wire.wait_until_quiet(0.05, 30)
    assert time.monotonic() - began >= 0.05


def test_what_would_take_too_long_is_left_out(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, list[str]]] = []

    def commands(what: str, commands: dict[str, list[str]], **_: object) -> Row:
        asked.append((what, list(commands)))
        seconds = {lengths.LARGE: 20.0, lengths.SHALLOW: 30.0, lengths.SMALL: 5.0}
        return Row(what, "s", tuple(figure(who, [seconds[who]]) for who in commands))

    monkeypatch.setattr(bench, "commands", commands)
    monkeypatch.setattr(bench, "tiny", False)
    monkeypatch.setattr(lengths, "recording_in", lambda folder, seconds: folder / f"{seconds}.wav")
    assert len(list(lengths.lengths(bench))) == 6
    # 20 s for ten minutes would be two minutes for an hour; what then takes 20 s takes four times that for four hours.
    assert asked[-2:] == [
        ("1 h of sound", [lengths.LARGE, lengths.SMALL]),
        ("4 h of sound", [lengths.LARGE, lengths.SMALL]),
    ]
    monkeypatch.setattr(lengths, "_PATIENCE_S", 60)
    assert len(list(lengths.lengths(bench))) == 6
    assert asked[-2:] == [("1 h of sound", [lengths.SMALL]), ("4 h of sound", [lengths.SMALL])]


def test_numbers_have_three_figures() -> None:
    assert [table._number(value) for value in (12345.6, 12.345, 0.01234)] == ["12,346", "12.3", "0.0123"]
    assert math.isclose(figure("x", [0.0012345], scale=1e3).plain()["median"], 1.234, abs_tol=1e-9)
