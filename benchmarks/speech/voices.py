"""Speech of people and of a synthesiser, and how it may be degraded on its way to a recorder."""

import io
import subprocess
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile
from scipy import fft

from benchmarks.speech import synthetic
from ser_core import audio
from ser_core.augment import augmented, babble_noise, band_limited, coloured_noise, with_noise
from ser_core.corpora import Utterance, load_corpus
from ser_core.records import Clip

# Clips of each voice, drawn at random: for fitting, and for testing.
_CLIPS_OF_A_VOICE = {"ravdess": (24, 60), "tess": (80, 200), "nemo": (60, 120)}
FITTED = frozenset(
    {f"ravdess:{actor:02}" for actor in range(1, 15)}
    | {"tess:OAF"}
    | {f"nemo:{speaker}" for speaker in ("EB0", "IC0", "KD0", "KS0", "WR0")}
)
# espeak-ng voices; the first half is for fitting.
SYNTHETIC = ("m1", "m2", "m3", "f1", "f2", "Andrea", "Alex", "whisper", "klatt", "croak")
SYNTHETIC_HELD = ("m4", "m7", "f3", "f4", "f5", "whisperf", "Denis", "grandma", "klatt3", "Annie")
_SENTENCES = (
    ("en-us", "The children are talking by the door and the dogs are sitting."),
    ("en-us", "I really do not know what you mean by that."),
    ("en-us", "Wait a minute, who told you so?"),
    ("de", "Guten Morgen, wie geht es dir heute?"),
    ("fr-fr", "Bonjour, je voudrais un café s'il vous plaît."),
    ("es", "No me lo puedo creer, de verdad."),
    ("pl", "Nie wiem, co mam powiedzieć."),
    ("ru", "Я не знаю, что сказать."),
    ("it", "Andiamo a casa, è tardi."),
    ("cmn", "你好，今天天气很好。"),
    ("ar", "مرحبا كيف حالك اليوم"),
    ("hi", "नमस्ते आप कैसे हैं"),
    ("tr", "Merhaba, bugün nasılsın?"),
    ("fi", "Hyvää päivää, mitä kuuluu?"),
)


@dataclass(frozen=True, eq=False)
class Voice:
    """A clip of speech: who speaks, and whether it is used for fitting."""

    voice: str
    fitted: bool
    clip: Clip


def people(corpora_dir: Path, rng: np.random.Generator) -> list[Voice]:
    """Clips of the three corpora."""
    chosen: list[Utterance] = []
    for corpus, (n_fit, n_measure) in _CLIPS_OF_A_VOICE.items():
        by_voice: dict[str, list[Utterance]] = defaultdict(list)
        for utterance in load_corpus(corpus, corpora_dir / corpus):
            by_voice[utterance.voice].append(utterance)
        for voice, clips in sorted(by_voice.items()):
            n = n_fit if voice in FITTED else n_measure
            chosen += [clips[i] for i in sorted(rng.permutation(len(clips))[:n])]
    return [Voice(u.voice, u.voice in FITTED, audio.read_clip(u.path)) for u in chosen]


def synthesised(rng: np.random.Generator) -> list[Voice]:
    """Sentences in twelve languages by espeak-ng, over its range of paces and pitches."""
    made = []
    for language, sentence in _SENTENCES:
        for name in (*SYNTHETIC, *SYNTHETIC_HELD):
            options = ["-v", f"{language}+{name}", "-s", str(rng.integers(120, 200)), "-p", str(rng.integers(20, 80))]
            said = subprocess.run(["espeak-ng", *options, "--stdout", sentence], capture_output=True, check=True).stdout
            # espeak-ng writes the length of an endless stream.
            samples, rate_hz = soundfile.read(io.BytesIO(said), dtype="float32")
            clip = audio.read_clip(audio.to_wav(Clip(samples, rate_hz)))
            made.append(Voice(f"espeak:{name}", name in SYNTHETIC, clip))
    return made


def cut(clip: Clip, shortest_s: float, longest_s: float, rng: np.random.Generator) -> Clip:
    """A part of the clip that is not mostly silent."""
    length_s = rng.uniform(shortest_s, longest_s)
    if clip.duration_s <= length_s:
        return clip
    for _ in range(20):
        start_s = rng.uniform(0, clip.duration_s - length_s)
        part = clip.between(start_s, start_s + length_s)
        if np.mean(part.samples**2) > 0.1 * np.mean(clip.samples**2):
            break
    return part


def whispered(clip: Clip, rng: np.random.Generator) -> Clip:
    """The clip without its voice: noise with the smoothed spectrum of each moment, and little below 400 Hz."""
    size, hop = 512, 128
    window = np.hanning(size)
    samples = np.pad(clip.samples, size // 2)
    frames = np.lib.stride_tricks.sliding_window_view(samples, size)[::hop] * window
    cepstrum = fft.irfft(np.log(np.abs(fft.rfft(frames, axis=1)) ** 2 + 1e-8), axis=1)
    cepstrum[:, 25:-24] = 0
    envelope = np.exp(fft.rfft(cepstrum, axis=1).real / 2)
    envelope /= 1 + (400 / np.maximum(fft.rfftfreq(size, 1 / clip.rate_hz), 1)) ** 2
    noise = fft.rfft(rng.standard_normal(frames.shape) * window, axis=1)
    out = np.zeros(len(samples) + size)
    for i, frame in enumerate(fft.irfft(envelope * noise, axis=1) * window):
        out[i * hop : i * hop + size] += frame
    part = out[size // 2 : size // 2 + len(clip.samples)]
    return Clip((0.3 * part / np.abs(part).max()).astype(np.float32), clip.rate_hz)


def over_music(clip: Clip, snr_db: float, rng: np.random.Generator) -> Clip:
    """The clip with a band playing along."""
    return with_noise(clip, synthetic.band(len(clip.samples), rng).astype(np.float32), snr_db)


def in_a_quiet_room(clip: Clip, rng: np.random.Generator) -> Clip:
    """The clip with 8 s of waiting before and after it, in noise 25 dB below it."""
    samples = np.pad(clip.samples, 8 * clip.rate_hz)
    level = np.sqrt(np.mean(clip.samples**2)) * 10 ** (-25 / 20)
    return Clip(samples + (level * coloured_noise(len(samples), 4.0, rng)).astype(np.float32), clip.rate_hz)


Change = Callable[[Clip, np.random.Generator], Clip]

# Degradations under which held-out speech is tested.
CONDITIONS: Mapping[str, Change] = {
    "clean": lambda clip, rng: clip,
    "cut to 0.6 to 1.5 s": lambda clip, rng: cut(clip, 0.6, 1.5, rng),
    "noise at 10 dB": lambda clip, rng: with_noise(clip, coloured_noise(len(clip.samples), rng.uniform(0, 6), rng), 10),
    "babble at 10 dB": lambda clip, rng: with_noise(clip, babble_noise(len(clip.samples), 5, clip.rate_hz, rng), 10),
    "telephone": lambda clip, rng: with_noise(
        band_limited(clip, 300, 3400), coloured_noise(len(clip.samples), 3, rng), 20
    ),
    "room, channel, noise from 5 dB": lambda clip, rng: augmented(clip, "mixed", [], rng),
    "whispered": whispered,
    "over music at 10 dB": lambda clip, rng: over_music(clip, 10.0, rng),
    "between 8 s of a quiet room": in_a_quiet_room,
}
