"""Disfluencies inserted into fluent speech on the fly, at known places, for a detector to find."""

import subprocess
import tempfile
from pathlib import Path

import numpy as np
import numpy.typing as npt
import soundfile as sf
import soxr

from ser_core.prosody import Prosody
from ser_core.records import Clip

RATE_HZ = 16_000
Samples = npt.NDArray[np.float32]
FILLERS = ("uh", "uhm", "erm", "mmm")


def espeak(text: str, *, pitch: int = 50, words_per_minute: int = 160, voice: str = "en") -> Samples:
    """A synthetic voice at 16 kHz; pitch from 0 to 99, as in espeak."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "speech.wav"
        subprocess.run(
            ["espeak-ng", "-v", voice, "-p", str(pitch), "-s", str(words_per_minute), "-w", str(path), text],
            check=True,
        )
        samples, rate = sf.read(path, dtype="float32")
    return soxr.resample(samples, rate, RATE_HZ).astype(np.float32)


def quiet_place(prosody: Prosody, rng: np.random.Generator) -> int:
    """The sample between two syllables, at the deepest dip, with at least one syllable before and after."""
    nuclei = prosody.syllables_s
    i = int(rng.integers(0, len(nuclei) - 1))
    return _dip(prosody, nuclei[i], nuclei[i + 1])


def _dip(prosody: Prosody, start_s: float, end_s: float) -> int:
    times = prosody.frames.times_s
    inside = np.flatnonzero((times >= start_s) & (times <= end_s))
    return round(times[inside[np.argmin(prosody.frames.level_db[inside])]] * RATE_HZ)


def background(clip: Clip, length: int, rng: np.random.Generator) -> Samples:
    """Noise at the level of the clip's quietest 25 ms."""
    width = RATE_HZ // 40
    blocks = clip.samples[: len(clip.samples) // width * width].reshape(-1, width)
    return rng.normal(0.0, np.sqrt((blocks**2).mean(axis=1)).min() + 1e-5, length).astype(np.float32)


def insert(samples: Samples, at: int, piece: Samples) -> Samples:
    """Inserts `piece` at a sample, with fades of 5 ms on both sides of each cut."""
    fade = np.linspace(0.0, 1.0, RATE_HZ // 200, dtype=np.float32)
    parts = [samples[:at].copy(), piece.copy(), samples[at:].copy()]
    for part in parts[1:]:
        part[: len(fade)] *= fade[: len(part)]
    for part in parts[:-1]:
        part[-len(fade) :] *= fade[::-1][: len(part)]
    return np.concatenate(parts)


def long_pause(clip: Clip, prosody: Prosody, rng: np.random.Generator) -> tuple[Clip, float]:
    """A silence of 1.1 to 2.5 s, and the moment at its middle."""
    at, length = quiet_place(prosody, rng), int(rng.uniform(1.1, 2.5) * RATE_HZ)
    samples = insert(clip.samples, at, background(clip, length, rng))
    return Clip(samples, RATE_HZ), (at + length / 2) / RATE_HZ


def filled_pause(clip: Clip, prosody: Prosody, rng: np.random.Generator) -> tuple[Clip, float]:
    """A synthetic filler between two short silences, at the speaker's level."""
    at = quiet_place(prosody, rng)
    voice = rng.choice(["en", "en+f2", "en-us", "en-us+f4"])
    filler = espeak(
        str(rng.choice(FILLERS)),
        pitch=int(rng.integers(25, 60)),
        words_per_minute=int(rng.integers(80, 110)),
        voice=str(voice),
    )
    loud = np.flatnonzero(np.abs(filler) > 0.02 * np.abs(filler).max())
    filler = filler[loud[0] : loud[-1]]
    active = prosody.speech.active
    level = np.sqrt(np.mean(10.0 ** (prosody.frames.level_db[active] / 10.0)))
    filler = filler * np.float32(0.7 * level / np.sqrt(np.mean(filler**2)))
    before, after = (background(clip, int(rng.uniform(0.15, 0.4) * RATE_HZ), rng) for _ in range(2))
    piece = np.concatenate([before, filler, after]).astype(np.float32)
    samples = insert(clip.samples, at, piece)
    return Clip(samples, RATE_HZ), (at + len(before) + len(filler) / 2) / RATE_HZ


def prolongation(clip: Clip, prosody: Prosody, rng: np.random.Generator) -> tuple[Clip, float] | None:
    """A vowel lengthened by 0.45 to 0.9 s, period by period, wavering like a voice."""
    pitch = prosody.pitch
    nuclei = [t for t in prosody.syllables_s[:-2] if pitch.voiced[int(t * 100)]]
    if not nuclei:
        return None
    time = float(rng.choice(nuclei))
    period = round(RATE_HZ / pitch.f0_hz[int(time * 100)])
    middle = round(time * RATE_HZ)
    unit = clip.samples[middle - period : middle + period] * np.hanning(2 * period)
    n = int(rng.uniform(0.45, 0.9) * RATE_HZ / period)
    held = np.zeros(int((n + 4) * period * 1.1), dtype=np.float32)
    position = 0.0
    for i in range(n):
        at = round(position)
        held[at : at + len(unit)] += unit * (1.0 + 0.1 * np.sin(i / 5.0) + rng.normal(0.0, 0.03))
        position += period * (1.0 + 0.01 * np.sin(i / 7.0) + rng.normal(0.0, 0.005))
    held = held[period // 2 : round(position)]
    samples = np.concatenate([clip.samples[:middle], held, clip.samples[middle:]])
    return Clip(samples, RATE_HZ), (middle + len(held) / 2) / RATE_HZ


def repetition(clip: Clip, prosody: Prosody, rng: np.random.Generator) -> tuple[Clip, float] | None:
    """One or two syllables repeated after up to 0.3 s: a little faster or slower, higher or lower, and softer."""
    nuclei = prosody.syllables_s
    if len(nuclei) < 4:
        return None
    n = int(rng.integers(1, 3))
    i = int(rng.integers(0, len(nuclei) - n - 1))
    start = _dip(prosody, nuclei[i - 1], nuclei[i]) if i else round(prosody.speech.start_s * RATE_HZ)
    end = _dip(prosody, nuclei[i + n - 1], nuclei[i + n])
    if not 0.18 * RATE_HZ <= end - start <= 0.6 * RATE_HZ:
        return None
    piece = soxr.resample(clip.samples[start:end], RATE_HZ, RATE_HZ * rng.uniform(0.95, 1.05))
    piece = (piece * 10.0 ** (rng.uniform(-3.0, 1.0) / 20.0)).astype(np.float32)
    gap = background(clip, int(rng.uniform(0.0, 0.3) * RATE_HZ), rng)
    samples = insert(clip.samples, start, np.concatenate([piece, gap]))
    return Clip(samples, RATE_HZ), (start + len(piece)) / RATE_HZ
