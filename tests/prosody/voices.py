"""Voice-like signals whose pitch, level, pauses and perturbation are known by construction."""

import shutil
import subprocess
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
import soundfile as sf
import soxr

from ser_core.records import Clip
from tests.conftest import RATE_HZ, in_ci


def clip_of(samples):
    return Clip(np.ascontiguousarray(samples, dtype=np.float32), RATE_HZ)


def times(duration_s):
    return np.arange(int(duration_s * RATE_HZ)) / RATE_HZ


def voice(f0_hz, tilt_db_per_octave=-9.0, level=0.3):
    """Harmonics up to 7 kHz that fall by a known number of dB an octave; `f0_hz` holds one value a sample."""
    f0_hz = np.asarray(f0_hz, dtype=float)
    phase = 2 * np.pi * np.cumsum(f0_hz) / RATE_HZ
    rng = np.random.default_rng(0)
    sound = np.zeros(len(f0_hz))
    for k in range(1, int(7000 / f0_hz.min()) + 1):
        amplitude = 10 ** (tilt_db_per_octave * np.log2(k) / 20)
        sound += np.where(k * f0_hz < 7000, amplitude * np.sin(k * phase + rng.uniform(0, 2 * np.pi)), 0.0)
    return level * sound / np.abs(sound).max()


def steady(f0_hz, duration_s, **options):
    return voice(np.full(int(duration_s * RATE_HZ), float(f0_hz)), **options)


def glide(start_hz, end_hz, duration_s):
    """Straight in semitones."""
    share = np.linspace(0.0, 1.0, int(duration_s * RATE_HZ))
    return voice(start_hz * (end_hz / start_hz) ** share)


def silence(duration_s):
    return np.zeros(int(duration_s * RATE_HZ))


# Centres of two resonances: a, i, u and e.
_VOWELS_HZ = ((750, 1200), (300, 2300), (320, 800), (500, 1900))
_SYLLABLE_S = 0.22


def syllables(start_hz, end_hz, duration_s):
    """What counts as speech: vowels in turn, four and a half a second, every third begun by a hiss. The pitch rises and
    falls by 1.2 semitones around a glide.
    """
    share = np.linspace(0.0, 1.0, int(duration_s * RATE_HZ))
    melody = 2 ** (0.1 * np.sin(2 * np.pi * 1.4 * times(duration_s)))
    sound = voice(start_hz * (end_hz / start_hz) ** share * melody)
    rng = np.random.default_rng(0)
    hz = np.fft.rfftfreq(len(sound), 1 / RATE_HZ)
    spectrum = np.fft.rfft(sound)
    by_vowel = []
    for centres_hz in _VOWELS_HZ:
        gain = sum(1 / np.sqrt((1 - (hz / c) ** 2) ** 2 + (hz * 90 / c**2) ** 2) for c in centres_hz)
        by_vowel.append(np.fft.irfft(spectrum * gain, len(sound)))
    place = times(duration_s)[: len(sound)] / _SYLLABLE_S
    number, share = place.astype(int), place % 1
    weights = np.stack([np.interp((number + share - 0.5 - v) % 4, [0, 1, 3, 4], [1, 0, 0, 1]) for v in range(4)])
    level = np.where(share < 0.9, np.sin(np.pi * share / 0.9), 0) ** 0.7 * (1 - 0.3 * (number % 2))
    hiss = np.diff(rng.standard_normal(len(sound) + 1)) * ((number % 3 == 0) & (share < 0.3))
    spoken = level * np.sum(weights * np.stack(by_vowel), axis=0)
    spoken /= np.abs(spoken).max()
    return 0.3 * np.where((number % 3 == 0) & (share < 0.3), 0.06 * hiss, spoken)


def add_noise(samples, snr_db, rng):
    power = np.mean(np.square(samples)) / 10 ** (snr_db / 10)
    return samples + rng.normal(0.0, np.sqrt(power), len(samples))


def pulses(periods_s, amplitudes):
    """A glottal pulse train through one resonance (700 Hz, 300 Hz wide), each pulse at its exact moment."""
    moments = np.concatenate([[0.02], 0.02 + np.cumsum(periods_s)])[: len(amplitudes)]
    t = times(moments[-1] + 0.05)
    sound = np.zeros(len(t))
    for moment, amplitude in zip(moments, amplitudes, strict=True):
        after = t - moment
        inside = (after >= 0.0) & (after < 0.02)
        x = after[inside]
        # 1 - exp(-x / 0.1 ms): a soft onset, so that the pulse has no energy near half the sample rate
        sound[inside] += amplitude * (1 - np.exp(-x / 2e-4)) * np.exp(-np.pi * 300 * x) * np.sin(2 * np.pi * 700 * x)
    return 0.5 * sound / np.abs(sound).max()


@cache
def espeak(text, pitch=50, words_per_minute=160, voice_name="en"):
    """A synthetic voice; the test is skipped without espeak-ng, and fails in CI."""
    if not shutil.which("espeak-ng"):
        message = "espeak-ng is not installed (Debian: apt-get install espeak-ng)"
        pytest.fail(message) if in_ci() else pytest.skip(message)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "speech.wav"
        subprocess.run(
            ["espeak-ng", "-v", voice_name, "-p", str(pitch), "-s", str(words_per_minute), "-w", str(path), text],
            check=True,
        )
        samples, rate = sf.read(path)
    return soxr.resample(samples, rate, RATE_HZ)
