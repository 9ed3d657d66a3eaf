"""Synthetic sounds other than speech: noises, tones, music, machines, hands, animals and humming. Rough, but many."""

from collections.abc import Callable

import numpy as np

from ser_core.augment import band_limited, coloured_noise
from ser_core.records import Clip

RATE_HZ = 16_000
Array = np.ndarray
Rng = np.random.Generator


def _time(n: int) -> Array:
    return np.arange(n) / RATE_HZ


def _log_uniform(low: float, high: float, rng: Rng) -> float:
    return float(np.exp(rng.uniform(np.log(low), np.log(high))))


def _band(samples: Array, low_hz: float, high_hz: float) -> Array:
    return band_limited(Clip(samples.astype(np.float32), RATE_HZ), low_hz, high_hz).samples


def _harmonics(frequency_hz: Array | float, n: int, rng: Rng, tilt: float | None = None) -> Array:
    """A tone whose overtones fall off as a power of their number, with its pitch given at each sample."""
    hz = np.broadcast_to(frequency_hz, n)
    phase = 2 * np.pi * np.cumsum(hz) / RATE_HZ
    tilt = rng.uniform(0.5, 2.5) if tilt is None else tilt
    count = max(2, min(30, int(7000 / hz.max()) + 1))
    odd_only = rng.random() < 0.4
    tones = [
        k**-tilt * (0.1 if odd_only and k % 2 == 0 else 1) * np.sin(k * phase + rng.uniform(0, 6.28))
        for k in range(1, count)
    ]
    return np.sum(tones, axis=0)


def _steps(n: int, shortest_s: float, longest_s: float, glide_s: float, values: Callable[[], float], rng: Rng) -> Array:
    """A contour that holds a value for a while and glides to the next."""
    contour: list[float] = [values()]
    while len(contour) < n // 160 + 2:
        target = values()
        contour += list(np.linspace(contour[-1], target, max(1, int(glide_s * rng.uniform(0.3, 1.5) * 100))))
        contour += [target] * int(rng.uniform(shortest_s, longest_s) * 100)
    return np.interp(np.arange(n), np.arange(len(contour)) * 160, contour)


def _events(n: int, rate_hz: float, jitter: float, make: Callable[[], Array], rng: Rng) -> Array:
    """About `rate_hz` sounds a second, each with its own loudness."""
    out = np.zeros(n)
    at = int(RATE_HZ * rng.uniform(0, 0.3))
    while at < n:
        sound = make()[: n - at]
        out[at : at + len(sound)] += sound * rng.uniform(0.3, 1)
        at += int(RATE_HZ / rate_hz * rng.uniform(1 - jitter, 1 + jitter)) + 1
    return out


def _hit(low_hz: float, high_hz: float, decay_s: float, rng: Rng) -> Array:
    n = RATE_HZ // 3
    noise = _band(rng.standard_normal(n), low_hz * rng.uniform(0.8, 1.25), high_hz)
    return noise * np.exp(-_time(n) / (decay_s * rng.uniform(0.7, 1.4)))


def _room(n: int, rng: Rng, loudest: float = 0.005) -> Array:
    return coloured_noise(n, 3.0, rng) * rng.uniform(0, loudest)


def noise(n: int, rng: Rng) -> Array:
    return coloured_noise(n, rng.uniform(-3, 9), rng)


def narrow_noise(n: int, rng: Rng) -> Array:
    low_hz = _log_uniform(60, 3000, rng)
    return _band(rng.standard_normal(n), low_hz, low_hz * rng.uniform(1.2, 5))


def pulsing_noise(n: int, rng: Rng) -> Array:
    pulse = 1 + rng.uniform(0.3, 1) * np.sin(2 * np.pi * (_log_uniform(0.3, 12, rng) * _time(n) + rng.random()))
    return noise(n, rng) * np.maximum(pulse, 0) ** rng.uniform(0.5, 2)


def wind(n: int, rng: Rng) -> Array:
    gusts = np.abs(_band(rng.standard_normal(n + 2 * RATE_HZ), 0.01, rng.uniform(0.5, 3)))[:n]
    return coloured_noise(n, rng.uniform(4, 8), rng) * (gusts / (gusts.max() + 1e-9) + 0.05)


def rain(n: int, rng: Rng) -> Array:
    drops = rustling(n, rng) + 0.3 * clicks(n, rng)
    return drops / (np.abs(drops).max() + 1e-9) + coloured_noise(n, rng.uniform(-1, 3), rng) * rng.uniform(0.02, 0.2)


def tone(n: int, rng: Rng) -> Array:
    tremolo = 1 + rng.uniform(0, 0.5) * np.sin(2 * np.pi * rng.uniform(0.5, 8) * _time(n))
    return np.sin(2 * np.pi * _log_uniform(80, 4000, rng) * _time(n)) * tremolo


def sweep(n: int, rng: Rng) -> Array:
    low, high = _log_uniform(80, 3500, rng), _log_uniform(80, 3500, rng)
    return np.sin(2 * np.pi * np.cumsum(np.geomspace(low, high, n)) / RATE_HZ)


def siren(n: int, rng: Rng) -> Array:
    swing = np.sin(2 * np.pi * _log_uniform(0.2, 6, rng) * _time(n))
    swing = np.sign(swing) if rng.random() < 0.4 else swing
    return _harmonics(_log_uniform(300, 1500, rng) * 2 ** (rng.uniform(0.2, 0.8) * swing), n, rng)


def beeps(n: int, rng: Rng) -> Array:
    gate = np.sin(2 * np.pi * rng.uniform(0.5, 10) * _time(n) + rng.uniform(0, 6)) > rng.uniform(-0.5, 0.5)
    return np.sin(2 * np.pi * _log_uniform(300, 3500, rng) * _time(n)) * gate


def dialling(n: int, rng: Rng) -> Array:
    def key() -> Array:
        t = _time(int(RATE_HZ * rng.uniform(0.06, 0.3)))
        low, high = rng.choice([697, 770, 852, 941]), rng.choice([1209, 1336, 1477])
        return np.sin(2 * np.pi * low * t) + np.sin(2 * np.pi * high * t)

    return _events(n, rng.uniform(2, 6), 0.5, key, rng)


def ringing(n: int, rng: Rng) -> Array:
    """A bell struck again and again, or an old telephone."""
    hz, decay_s, ratios = _log_uniform(300, 2500, rng), rng.uniform(0.1, 1.5), (1, 2.0, 2.4, 3.0, 4.5, 5.33)
    rate_hz = float(rng.choice([rng.uniform(0.5, 2), rng.uniform(8, 25)]))

    def strike() -> Array:
        t = _time(int(RATE_HZ * min(3.0, 4 * decay_s)))
        return np.sum([np.sin(2 * np.pi * hz * r * t) * np.exp(-t * r / decay_s) / r for r in ratios], axis=0)

    pause = 1.0 if rate_hz < 5 else np.sin(2 * np.pi * rng.uniform(0.2, 0.7) * _time(n)) > -0.2
    return _events(n, rate_hz, 0.02, strike, rng) * pause


def mains_hum(n: int, rng: Rng) -> Array:
    hum = _harmonics(float(rng.choice([50, 60, 100, 120])), n, rng, rng.uniform(0.3, 2))
    return hum + noise(n, rng) * rng.uniform(0, 0.3)


def engine(n: int, rng: Rng) -> Array:
    drift = np.interp(
        np.arange(n), np.arange(0, n + 160, 160), np.cumsum(rng.standard_normal(n // 160 + 1 + (n % 160 > 0))) * 0.01
    )
    motor = _harmonics(rng.uniform(20, 150) * 2**drift, n, rng, rng.uniform(0.3, 1.5))
    return _band(motor, 30, rng.uniform(500, 4000)) + noise(n, rng) * rng.uniform(0.05, 0.6)


def melody(n: int, rng: Rng) -> Array:
    tilt, decay_s = rng.uniform(0.6, 2.5), float(rng.choice([0, 0.15, 0.4, 1.2]))
    vibrato, root_hz = float(rng.choice([0, 0, 0.01, 0.02])), rng.uniform(90, 500)
    scale, beat_s = [0, 2, 4, 5, 7, 9, 11, 12, 14, 16], rng.uniform(0.12, 0.7)

    def note() -> Array:
        length_s = beat_s * float(rng.choice([0.5, 1, 1, 2]))
        t = _time(int(RATE_HZ * min(3.0, length_s * (3 if decay_s else 1))))
        hz = root_hz * 2 ** (rng.choice(scale) / 12) * (1 + vibrato * np.sin(2 * np.pi * 5.5 * t))
        shape = np.exp(-t / decay_s) if decay_s else np.minimum(1, (t[-1] - t) / 0.05)
        return np.minimum(1, t / rng.uniform(0.002, 0.08)) * shape * _harmonics(hz, len(t), rng, tilt)

    return _events(n, 1 / beat_s, 0.02, note, rng)


def chords(n: int, rng: Rng) -> Array:
    return np.sum([melody(n, rng) for _ in range(rng.integers(2, 5))], axis=0)


def drums(n: int, rng: Rng) -> Array:
    def beat() -> Array:
        if rng.random() < 0.5:
            return _hit(rng.uniform(200, 4000), 7900, rng.uniform(0.01, 0.12), rng)
        t = _time(RATE_HZ // 2)
        fall = 60 * (1 - np.exp(-t * 30)) / 30 * rng.uniform(0.5, 3)
        return np.sin(2 * np.pi * (50 * t + fall)) * np.exp(-t / rng.uniform(0.05, 0.2))

    return _events(n, rng.uniform(2, 10), 0.3, beat, rng)


def band(n: int, rng: Rng) -> Array:
    return chords(n, rng) / 3 + drums(n, rng) * rng.uniform(0.1, 0.8)


def typing(n: int, rng: Rng) -> Array:
    low_hz, decay_s = rng.uniform(800, 3000), rng.uniform(0.004, 0.02)
    return _events(n, rng.uniform(3, 12), 0.8, lambda: _hit(low_hz, 7500, decay_s, rng), rng) + _room(n, rng)


def clapping(n: int, rng: Rng) -> Array:
    low_hz, high_hz, decay_s = rng.uniform(500, 1200), rng.uniform(2000, 6000), rng.uniform(0.015, 0.06)
    claps = _events(n, rng.uniform(1.2, 5), rng.uniform(0.02, 0.2), lambda: _hit(low_hz, high_hz, decay_s, rng), rng)
    return claps + _room(n, rng)


def applause(n: int, rng: Rng) -> Array:
    return np.sum([clapping(n, rng) for _ in range(rng.integers(6, 30))], axis=0)


def knocks(n: int, rng: Rng) -> Array:
    low_hz, high_hz, decay_s = rng.uniform(60, 200), rng.uniform(300, 1500), rng.uniform(0.02, 0.08)
    return _events(n, rng.uniform(1, 5), 0.3, lambda: _hit(low_hz, high_hz, decay_s, rng), rng) + _room(n, rng)


def footsteps(n: int, rng: Rng) -> Array:
    low_hz, high_hz, decay_s = rng.uniform(50, 300), rng.uniform(600, 3000), rng.uniform(0.02, 0.07)
    return _events(n, rng.uniform(1.3, 3), 0.1, lambda: _hit(low_hz, high_hz, decay_s, rng), rng) + _room(n, rng)


def rustling(n: int, rng: Rng) -> Array:
    low_hz, decay_s = rng.uniform(800, 3000), rng.uniform(0.003, 0.03)
    return _events(n, rng.uniform(15, 60), 0.95, lambda: _hit(low_hz, 7800, decay_s, rng), rng)


def clicks(n: int, rng: Rng) -> Array:
    train = np.zeros(n)
    train[:: max(1, int(RATE_HZ / _log_uniform(0.8, 40, rng)))] = 1
    return _band(train, rng.uniform(20, 500), rng.uniform(1000, 7900)) + _room(n, rng, 0.001)


def bubbles(n: int, rng: Rng) -> Array:
    def bubble() -> Array:
        t = _time(RATE_HZ // 12)
        return np.sin(2 * np.pi * rng.uniform(300, 2500) * (1 + rng.uniform(0.5, 4) * t) * t) * np.exp(-t / 0.02)

    return _events(n, 20, 0.95, bubble, rng)


def humming(n: int, rng: Rng) -> Array:
    """Held notes through closed lips, with glides between them."""
    notes = _steps(n, 0.25, 1.2, 0.08, lambda: float(rng.choice([-5, -3, 0, 2, 4, 5, 7])), rng)
    vibrato = rng.uniform(0, 0.4) * np.sin(2 * np.pi * 5.3 * _time(n)) * (rng.random() < 0.5)
    voice = _harmonics(rng.uniform(100, 350) * 2 ** ((notes + vibrato) / 12), n, rng, rng.uniform(0.8, 1.5))
    return _band(voice, 80, rng.uniform(300, 900)) + _room(n, rng, 0.02)


def whistling(n: int, rng: Rng) -> Array:
    notes = _steps(n, 0.1, 0.6, 0.1, lambda: rng.uniform(-7, 7), rng)
    whistle = np.sin(2 * np.pi * np.cumsum(rng.uniform(700, 1800) * 2 ** (notes / 12)) / RATE_HZ)
    return whistle + _band(rng.standard_normal(n), 800, 3000) * rng.uniform(0, 0.1)


def barking(n: int, rng: Rng) -> Array:
    pitch_hz = rng.uniform(150, 800)

    def bark() -> Array:
        t = _time(int(RATE_HZ * rng.uniform(0.08, 0.3)))
        arch = np.sin(np.pi * t / t[-1])
        voice = _harmonics(pitch_hz * 2 ** (rng.uniform(0.2, 1) * (arch - 0.5)), len(t), rng, rng.uniform(0.2, 1))
        rough = voice + rng.standard_normal(len(t)) * rng.uniform(0.2, 3)
        return _band(rough, rng.uniform(200, 700), rng.uniform(1500, 5000)) * np.sqrt(np.maximum(arch, 0))

    return _events(n, rng.uniform(1, 4), 0.5, bark, rng) + _room(n, rng)


def chirping(n: int, rng: Rng) -> Array:
    centre_hz = rng.uniform(1500, 4500)

    def chirp() -> Array:
        t = _time(int(RATE_HZ * rng.uniform(0.03, 0.25)))
        trill = rng.uniform(-0.7, 0.7) * t / t[-1] + 0.2 * np.sin(2 * np.pi * rng.uniform(5, 40) * t)
        return np.sin(2 * np.pi * np.cumsum(centre_hz * 2**trill) / RATE_HZ) * np.hanning(len(t))

    return _events(n, rng.uniform(2, 8), 0.7, chirp, rng) + _room(n, rng)


Kind = Callable[[int, Rng], Array]

# Similar sounds form a family: each family is tested with weights that were fitted without it.
FAMILIES: dict[str, tuple[Kind, ...]] = {
    "noise, wind and rain": (noise, narrow_noise, pulsing_noise, wind, rain),
    "tones, beeps, sirens and bells": (tone, sweep, siren, beeps, dialling, ringing),
    "hum and engines": (mains_hum, engine),
    "music": (melody, chords, drums, band),
    "claps, clicks, steps and taps": (typing, clapping, applause, knocks, footsteps, rustling, clicks, bubbles),
    "humming, whistling, barks and chirps": (humming, whistling, barking, chirping),
}


def make(kind: Kind, rng: Rng) -> Clip:
    """One to four seconds of a kind of sound, at any level."""
    samples = kind(int(RATE_HZ * rng.uniform(1, 4)), rng)
    return Clip((samples / (np.abs(samples).max() + 1e-9) * rng.uniform(0.05, 0.9)).astype(np.float32), RATE_HZ)
