"""The recordings that are measured with, made of the synthetic voice."""

from fractions import Fraction
from functools import cache
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt
import soundfile
import soxr

from benchmarks.serving import VOICE

CLIP_S = 3.5
# As phones and the corpora record.
RATE_HZ = 48_000
_BLOCK_S = 60


@cache
def voice(rate_hz: int) -> npt.NDArray[np.float32]:
    """The voice, 14.8 s of it."""
    samples, own_hz = soundfile.read(VOICE, dtype="float32")
    return np.asarray(soxr.resample(samples, own_hz, rate_hz), np.float32)


def clip_in(folder: Path, ending: str, number: int = 0) -> Path:
    """A clip of 3.5 s at 48 kHz in a file of this kind; other numbers begin elsewhere in the voice."""
    path = folder / f"clip-{number}.{ending}"
    if path.exists():
        return path
    samples = np.roll(voice(RATE_HZ), -number * 4801)[: round(CLIP_S * RATE_HZ)]
    if ending == "m4a":
        _write_aac(path, samples)
    else:
        soundfile.write(path, samples, RATE_HZ, **({"subtype": "VORBIS"} if ending == "ogg" else {}))
    return path


def recording_in(folder: Path, seconds: float) -> Path:
    """A WAV at 16 kHz in which the voice goes on for so long, written minute by minute."""
    path = folder / f"recording-{seconds:g}.wav"
    if not path.exists():
        left = round(seconds * 16_000)
        block = np.resize(voice(16_000), _BLOCK_S * 16_000)
        with soundfile.SoundFile(path, "w", 16_000, 1, "PCM_16") as file:
            while left > 0:
                file.write(block[:left])
                left -= len(block)
    return path


def _write_aac(path: Path, samples: npt.NDArray[np.float32]) -> None:
    with av.open(str(path), "w") as container:
        stream = container.add_stream("aac", rate=RATE_HZ, layout="mono")
        size = 1024
        for start in range(0, len(samples), size):
            frame = av.AudioFrame.from_ndarray(samples[None, start : start + size], format="fltp", layout="mono")
            frame.sample_rate, frame.pts, frame.time_base = RATE_HZ, start, Fraction(1, RATE_HZ)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
