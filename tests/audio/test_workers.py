"""The decoding processes: started when needed, shared by threads, replaced when they die, ended when idle."""

import itertools
import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from ser_core.audio import read_blocks, read_clip
from ser_core.audio.sandbox.pool import Pool, Slot
from ser_core.errors import AudioError
from tests.audio.conftest import UsePool
from tests.audio.signals import encode, voice

PROJECT = Path(__file__).resolve().parents[2]
WAIT_S = 60


def eventually(condition: Callable[[], bool]) -> bool:
    end = time.monotonic() + WAIT_S
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.02)
    return condition()


def pid(slot: Slot) -> int:
    assert slot.worker is not None
    return slot.worker.process.pid


def gone(process: int) -> bool:
    """Whether the process has ended, be it that nobody has asked for its status yet."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z"
    except (FileNotFoundError, ProcessLookupError):
        return True


def run(script: str, **options: object) -> subprocess.CompletedProcess[str]:
    """A program of its own that uses the product."""
    return subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script)],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
        **options,
    )


class TestSharing:
    sources = (
        encode(voice(3)),
        encode(voice(3, 44_100), "MP3", "MPEG_LAYER_III", 44_100),
        encode(voice(3), "OGG", "VORBIS"),
        encode(voice(3, 48_000), "FLAC", rate_hz=48_000),
    )

    def test_threads(self, use_pool: UsePool) -> None:
        pool = use_pool()
        expected = [read_clip(source).samples for source in self.sources]

        def work(number: int) -> bool:
            which = number % len(self.sources)
            if number % 3:
                return np.array_equal(read_clip(self.sources[which]).samples, expected[which])
            blocks = [block.samples for block in read_blocks(self.sources[which], block_s=0.5)]
            return np.array_equal(np.concatenate(blocks), expected[which])

        with ThreadPoolExecutor(8) as threads:
            assert all(threads.map(work, range(48)))
        assert sum(slot.worker is not None for slot in pool.slots) <= 2
        assert not any(slot.users for slot in pool.slots)

    def test_one_at_a_time_needs_one_worker(self, use_pool: UsePool) -> None:
        pool = use_pool()
        for source in self.sources * 3:
            read_clip(source)
        assert [slot.worker is not None for slot in pool.slots] == [True, False]

    def test_many_recordings_side_by_side_in_one_thread(self) -> None:
        # More than there are workers, each half-read while the others are: none may wait for another.
        sources = [encode(voice(12 + number)) for number in range(9)]
        streams = [read_blocks(source, block_s=1) for source in sources]
        rounds = list(itertools.zip_longest(*streams))
        for number, source in enumerate(sources):
            heard = [blocks[number].samples for blocks in rounds if blocks[number] is not None]
            np.testing.assert_array_equal(np.concatenate(heard), read_clip(source).samples)

    def test_long_recordings_do_not_hold_up_short_ones(self, use_pool: UsePool) -> None:
        use_pool()
        long_source = encode(voice(120, 44_100), rate_hz=44_100)
        running = [True]

        def read_long() -> None:
            while running[0]:
                read_clip(long_source)

        threads = [threading.Thread(target=read_long) for _ in range(3)]
        for thread in threads:
            thread.start()
        waits_s = []
        for _ in range(5):
            start = time.monotonic()
            read_clip(self.sources[1])
            waits_s.append(time.monotonic() - start)
        running[0] = False
        for thread in threads:
            thread.join()
        # A step is ten seconds of sound, some 20 ms: a short recording waits for a few of those.
        assert sorted(waits_s)[2] < 5

    def test_stopping_early_leaves_nothing(self, use_pool: UsePool, tmp_path: Path) -> None:
        pool = use_pool()
        path = tmp_path / "take.wav"
        path.write_bytes(encode(voice(60)))
        read_clip(path)
        descriptors = len(os.listdir("/proc/self/fd"))
        for _ in range(30):
            blocks = read_blocks(path, block_s=5)
            next(blocks)
            if _ % 2:
                blocks.close()
            del blocks
        assert len(os.listdir("/proc/self/fd")) == descriptors
        read_clip(path)
        assert not pool.slots[0].streams
        assert not pool.slots[0].abandoned


class TestDying:
    source = encode(voice(35, 44_100), rate_hz=44_100)

    def test_killed_between_recordings(self, use_pool: UsePool) -> None:
        pool = use_pool()
        for _ in range(3):
            expected = read_clip(self.source).samples
            os.kill(pid(pool.slots[0]), signal.SIGKILL)
            np.testing.assert_array_equal(read_clip(self.source).samples, expected)

    def test_killed_between_blocks(self, use_pool: UsePool) -> None:
        pool = use_pool()
        expected = read_clip(self.source).samples
        heard = []
        for block in read_blocks(self.source, block_s=10):
            heard.append(block.samples)
            os.kill(pid(pool.slots[0]), signal.SIGKILL)
        np.testing.assert_array_equal(np.concatenate(heard), expected)

    def end_in_the_middle(self, pool: Pool, how: signal.Signals) -> np.ndarray:
        """Read with a worker that ends that way in the middle of a step."""
        read_clip(self.source)
        first, used_s = pid(pool.slots[0]), pool.slots[0].used_s
        os.kill(first, signal.SIGSTOP)
        with ThreadPoolExecutor(1) as thread:
            reading = thread.submit(read_clip, self.source)
            # The moment at which the worker is found alive, right before it is asked.
            assert eventually(lambda: pool.slots[0].used_s > used_s)
            os.kill(first, how)
            os.kill(first, signal.SIGCONT)
            return reading.result().samples

    def test_killed_in_the_middle_it_is_tried_again(self, use_pool: UsePool) -> None:
        # As the kernel does when memory is short, whoever is to blame.
        heard = self.end_in_the_middle(use_pool(), signal.SIGKILL)
        np.testing.assert_array_equal(heard, read_clip(self.source).samples)

    def test_killed_each_time_it_is_told_and_nothing_hangs(self, use_pool: UsePool) -> None:
        use_pool(module="tests.audio.doomed_worker")
        with pytest.raises(AudioError, match=r"interrupted twice.*try it again later"):
            read_clip(self.source)

    def test_a_crash_is_the_recordings_fault(self, use_pool: UsePool) -> None:
        pool = use_pool()
        with pytest.raises(AudioError, match="makes its decoder fail: it is damaged"):
            self.end_in_the_middle(pool, signal.SIGSEGV)
        assert read_clip(self.source).duration_s == 35

    def test_a_worker_that_says_nothing_is_ended(self, use_pool: UsePool) -> None:
        pool = use_pool(silent_s=4)
        read_clip(self.source)
        stopped = pid(pool.slots[0])
        os.kill(stopped, signal.SIGSTOP)
        start = time.monotonic()
        with pytest.raises(AudioError, match="machine is too busy"):
            read_clip(self.source)
        assert 3.9 < time.monotonic() - start < WAIT_S
        assert gone(stopped)
        assert read_clip(self.source).duration_s == 35

    def test_a_worker_that_is_killed_while_it_starts_has_no_memory(self, use_pool: UsePool) -> None:
        use_pool(module="tests.audio.stillborn_worker")
        with pytest.raises(AudioError, match="machine is too busy to decode the recording"):
            read_clip(self.source)

    def test_a_worker_that_does_not_start_is_no_fault_of_the_recording(self, use_pool: UsePool) -> None:
        use_pool(module="ser_core.audio.no_such_module")
        with pytest.raises(RuntimeError, match="did not start"):
            read_clip(self.source)


class TestEnding:
    def test_idle(self, use_pool: UsePool) -> None:
        pool = use_pool(idle_s=0.4)
        source = encode(voice(30))
        read_clip(source)
        worker = pid(pool.slots[0])
        assert eventually(lambda: pool.slots[0].worker is None)
        assert eventually(lambda: gone(worker))
        assert eventually(lambda: pool._reaper is None)
        assert read_clip(source).duration_s == 30
        assert pid(pool.slots[0]) != worker

    def test_not_while_a_recording_is_half_read(self, use_pool: UsePool) -> None:
        pool = use_pool(idle_s=0.2)
        blocks = read_blocks(encode(voice(30)), block_s=10)
        next(blocks)
        worker = pid(pool.slots[0])
        time.sleep(1)
        assert not gone(worker)
        blocks.close()
        assert eventually(lambda: pool.slots[0].worker is None)

    def test_with_its_parent_even_in_an_endless_loop(self) -> None:
        script = """
            import sys, threading, time
            from ser_core.audio.sandbox.pool import Pool
            from ser_core.audio.source import Recording
            from ser_core.audio.sandbox.stream import Stream
            from tests.audio.signals import libsndfile_trap

            pool = Pool(module="tests.audio.endless_worker")
            stream = Stream(Recording(libsndfile_trap()), 10, pool=pool)
            threading.Thread(target=stream.describe, daemon=True).start()
            while pool.slots[0].worker is None:
                time.sleep(0.01)
            time.sleep(1)
            print(pool.slots[0].worker.process.pid, flush=True)
            time.sleep(100)
        """
        parent = subprocess.Popen(
            [sys.executable, "-c", textwrap.dedent(script)], cwd=PROJECT, stdout=subprocess.PIPE, text=True
        )
        assert parent.stdout is not None
        worker = int(parent.stdout.readline())
        try:
            assert not gone(worker)
        finally:
            parent.kill()
            parent.wait()
            parent.stdout.close()
        assert eventually(lambda: gone(worker))

    def test_with_a_program_that_ends(self) -> None:
        done = run(
            """
            from ser_core.audio.sandbox import pool; from ser_core.audio import read_clip
            from tests.audio.signals import encode, voice

            read_clip(encode(voice()))
            print(pool.POOL.slots[0].worker.process.pid)
            """
        )
        assert gone(int(done.stdout))
        assert not done.stderr


class TestSurroundings:
    def test_the_callers_program_is_not_run_again(self, tmp_path: Path) -> None:
        # A script without the `if __name__ == "__main__"` that multiprocessing asks for.
        script = tmp_path / "script.py"
        script.write_text(
            "print('once')\n"
            "from ser_core.audio import read_clip\n"
            "from tests.audio.signals import encode, voice\n"
            "print(read_clip(encode(voice())).duration_s)\n"
        )
        done = subprocess.run(
            [sys.executable, str(script)],
            env={**os.environ, "PYTHONPATH": str(PROJECT)},
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=True,
        )
        assert done.stdout == "once\n2.0\n"
        assert sorted(path.name for path in tmp_path.iterdir()) == ["script.py"]

    def test_a_forked_process_has_workers_of_its_own(self) -> None:
        done = run(
            """
            import os, sys
            from ser_core.audio.sandbox import pool; from ser_core.audio import read_blocks, read_clip
            from tests.audio.signals import encode, voice

            source = encode(voice(30))
            first = read_clip(source).samples
            worker = pool.POOL.slots[0].worker.process.pid
            child = os.fork()
            if not child:
                same = (read_clip(source).samples == first).all()
                own = pool.POOL.slots[0].worker.process.pid != worker
                sys.exit(0 if same and own else 1)
            print(os.waitpid(child, 0)[1], (read_clip(source).samples == first).all(),
                  pool.POOL.slots[0].worker.process.pid == worker)
            """
        )
        assert done.stdout.split() == ["0", "True", "True"]

    def test_passwords_stay_here(self, use_pool: UsePool, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("SER_DATABASE_URL", "postgresql://ser:open-sesame@db/ser")
        pool = use_pool()
        read_clip(encode(voice()))
        environment = Path(f"/proc/{pid(pool.slots[0])}/environ").read_bytes()
        assert b"PATH=" in environment
        assert b"open-sesame" not in environment

    def test_only_what_decoding_needs_is_loaded(self, use_pool: UsePool) -> None:
        pool = use_pool()
        read_clip(encode(voice()))
        loaded = Path(f"/proc/{pid(pool.slots[0])}/maps").read_text()
        assert "libsndfile" in loaded
        assert not [name for name in ("scipy", "numba", "tensorflow", "pandas", "pyarrow") if f"/{name}/" in loaded]

    def test_an_hour_takes_the_memory_of_a_minute(self, tmp_path: Path) -> None:
        script = """
            import sys
            from pathlib import Path
            from ser_core.audio.sandbox import pool; from ser_core.audio import read_blocks

            def peak(process):
                text = Path(f"/proc/{process}/status").read_text()
                return int(text.split("VmHWM:")[1].split()[0])

            samples = sum(len(block.samples) for block in read_blocks(Path(sys.argv[1])))
            print(samples, peak("self"), peak(pool.POOL.slots[0].worker.process.pid))
        """
        measured = []
        for minutes in (1, 60):
            path = tmp_path / f"{minutes}.wav"
            path.write_bytes(encode(np.tile(voice(60, 8000), minutes), "WAV", "ULAW", 8000))
            done = subprocess.run(
                [sys.executable, "-c", textwrap.dedent(script), str(path)],
                cwd=PROJECT,
                capture_output=True,
                text=True,
                check=True,
            )
            measured.append([int(x) for x in done.stdout.split()])
        minute, hour = measured
        assert (minute[0], hour[0]) == (60 * 16_000, 3600 * 16_000)
        assert hour[1] - minute[1] < 4000
        assert hour[2] - minute[2] < 4000
