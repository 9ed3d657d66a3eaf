"""Processor time for a recording: enough for whatever is one, and never minutes for a small file."""

import signal
import subprocess
import sys
import textwrap

import pytest

from ser_core.audio import probe, read_clip
from ser_core.audio.sandbox.budget import DECODE_S, DECODE_S_PER_MB, SOUND_S_PER_S
from ser_core.errors import AudioError
from tests.audio.conftest import UsePool
from tests.audio.signals import encode, flac_of_silence, voice

PRELUDE = """
import time
from ser_core.audio.sandbox import budget
from ser_core.audio.sandbox.budget import Budget

def burn(seconds):
    until = time.process_time() + seconds
    while time.process_time() < until:
        pass

"""


def run(script: str) -> subprocess.CompletedProcess[str]:
    """A process of its own, since it may be ended."""
    return subprocess.run([sys.executable, "-c", PRELUDE + textwrap.dedent(script)], capture_output=True, text=True)


class TestAStep:
    def test_what_came_before_does_not_count(self) -> None:
        # As in a process that has decoded for hours: far more than a step's time in all, never in one step.
        done = run(
            """
            budget.STEP_S = 0.15
            spent = Budget(10**7)
            for _ in range(3):
                burn(0.05)
                with spent.step():
                    burn(0.05)
            with spent.step():
                for _ in range(4):
                    burn(0.05)
                    spent.on_block()
                spent.decode()
                for _ in range(4):
                    burn(0.05)
                    spent.on_page()
            burn(0.2)
            print("alive")
            """
        )
        assert (done.stdout, done.stderr) == ("alive\n", "")

    def test_one_without_progress_ends_the_process(self) -> None:
        done = run(
            """
            budget.STEP_S = 0.1
            with Budget(10**7).step():
                burn(60)
            """
        )
        assert done.returncode == -signal.SIGPROF

    def test_asking_for_pages_for_ever_is_no_progress(self) -> None:
        done = run(
            """
            budget.DECODE_S, budget.DECODE_S_PER_MB, budget._GRACE_S = 0.1, 0.0, 0.1
            spent = Budget(10**7)
            with spent.step():
                spent.decode()
                while True:
                    spent.on_page()
            """
        )
        assert done.returncode == -signal.SIGPROF


class TestAll:
    def test_steps_are_summed_up_without_what_is_between(self) -> None:
        done = run(
            """
            from ser_core.errors import AudioError
            budget.DECODE_S, budget.DECODE_S_PER_MB = 0.2, 0.0
            spent = Budget(10**7)
            spent.decode()
            for number in range(20):
                burn(0.05)
                try:
                    with spent.step():
                        burn(0.05)
                        spent.on_block()
                except AudioError as error:
                    print(number, error)
                    break
            """
        )
        number, _, sentence = done.stdout.partition(" ")
        assert 2 <= int(number) <= 4
        assert "takes too long for the size of its file" in sentence

    def test_what_a_long_call_needs_is_there(self) -> None:
        # Four hours of AMR at 4.75 kbit/s, at the 5 s a MB and 300 times real time that were measured.
        hours_s, megabytes = 4 * 3600, 4 * 3600 * 4.95e3 / 8 / 1e6
        assert DECODE_S + min(megabytes * DECODE_S_PER_MB, hours_s / SOUND_S_PER_S) > 2 * megabytes * 5
        # Four hours of stereo at 48 kHz in a large file, at 250 times real time.
        assert DECODE_S + hours_s / SOUND_S_PER_S > 3 * hours_s / 250


BOMBS = {
    "eight channels at 192 kHz": lambda: flac_of_silence(600, rate_hz=192_000),
    "chained Opus": lambda: encode(voice(0.03), "OGG", "OPUS") * 1500,
}


class TestBombs:
    """Files that would keep a processor busy for minutes: refused in a sentence, and the process goes on."""

    @pytest.mark.parametrize("bomb", BOMBS.values(), ids=BOMBS)
    def test_refused(self, use_pool: UsePool, bomb) -> None:
        source = bomb()
        pool = use_pool(module="tests.audio.thrifty_worker")
        assert read_clip(encode(voice())).duration_s == 2
        worker = pool.slots[0].worker
        with pytest.raises(AudioError, match=r"takes too long for the size of its file.*ffmpeg -i INPUT -ac 1"):
            read_clip(source)
        assert pool.slots[0].worker is worker
        assert read_clip(encode(voice())).duration_s == 2

    def test_millions_of_blocks_before_the_sound(self) -> None:
        head = b"fLaC\0\0\0\x22" + bytes(34)
        for ask in (read_clip, probe):
            with pytest.raises(AudioError, match="its header has more than 10000 blocks"):
                ask(head + b"\1\0\0\0" * 500_000)

    def test_tags_without_end(self) -> None:
        with pytest.raises(AudioError, match="not a recording"):
            read_clip(b"ID3\4\0\0\0\0\0\0" * 500_000)
