"""Every figure once, of a sound like a voice and of made-up answers: for what must hold of all of them."""

from collections.abc import Callable

import numpy as np
import plotly.graph_objects as go

from ser_core.claim import ClaimKind
from ser_core.features.log_mel import LogMelConfig
from ser_core.figures import (
    SoundView,
    emotion_shares,
    emotion_timeline,
    frame_curves,
    mfcc_picture,
    saliency_picture,
    spectrogram,
    survey,
    waveplot,
)
from ser_core.labels import Emotion
from ser_core.recognition.occlusion import occlusion_saliency
from ser_core.records import Clip, Prediction, Saliency, Segment


def voice(duration_s: float, seed: int = 0) -> Clip:
    """Syllables of a gliding buzz and of hiss, with pauses between them."""
    rng = np.random.default_rng(seed)
    time_s = np.arange(round(duration_s * 16_000)) / 16_000
    phase = 2 * np.pi * np.cumsum(150 + 40 * np.sin(2 * np.pi * 0.7 * time_s)) / 16_000
    buzz = sum(np.sin(k * phase) / k for k in range(1, 30))
    hiss = rng.normal(scale=0.3, size=len(time_s))
    syllables = np.clip(np.sin(2 * np.pi * 2 * time_s), 0, 1)
    samples = syllables * np.where(np.sin(2 * np.pi * time_s) > -0.5, buzz, hiss) + 0.001 * hiss
    return Clip((0.3 * samples).astype(np.float32), 16_000)


def predictions(n: int, seed: int = 0) -> list[Prediction]:
    rng = np.random.default_rng(seed)
    scores = rng.dirichlet(np.full(len(Emotion), 0.3), size=n)
    return [
        Prediction(
            dict(zip(Emotion, map(float, row), strict=True)),
            "crnn",
            ClaimKind.UNSURE if row.max() < 0.4 else ClaimKind.ONE_EMOTION,
        )
        for row in scores
    ]


def segments(duration_s: float, hop_s: float = 0.5, window_s: float = 3.5) -> list[Segment]:
    starts_s = np.arange(0, max(hop_s, duration_s - window_s), hop_s)
    heard = predictions(len(starts_s))
    return [
        Segment(float(start), float(start) + window_s, prediction)
        for start, prediction in zip(starts_s, heard, strict=True)
    ]


def salience() -> Saliency:
    """Of a model that hears one patch of two and a half seconds, and another against the answer."""
    frames = np.ones((200, 64), dtype=np.float32)

    def logits_of(f: np.ndarray) -> np.ndarray:
        return np.array([3 * f[60:90, 20:32].mean() - f[140:160, 40:60].mean(), 0.0])

    return occlusion_saliency(frames, logits_of, 0, LogMelConfig(), start_s=0.2)


def builders(view: SoundView) -> dict[str, Callable[[], go.Figure]]:
    """A function for each figure of a sound and its answers, by name."""
    duration_s = view.envelope.duration_s
    return {
        "waveplot": lambda: waveplot(view),
        "spectrogram-linear": lambda: spectrogram(view, "linear"),
        "spectrogram-mel": lambda: spectrogram(view, "mel"),
        "spectrogram-log": lambda: spectrogram(view, "log"),
        "mfcc": lambda: mfcc_picture(view),
        "mfcc-delta": lambda: mfcc_picture(view, 1),
        "mfcc-delta-delta": lambda: mfcc_picture(view, 2),
        "curves": lambda: frame_curves(view),
        "shares": lambda: emotion_shares({"Anna": ((Emotion.ANGRY, 0.6), (None, 0.4)), "Ben": ((Emotion.CALM, 1.0),)}),
        "timeline": lambda: emotion_timeline(segments(duration_s)),
        "saliency": lambda: saliency_picture(voice(3), salience(), "surprised"),
    }


def gallery(sound: Clip) -> dict[str, go.Figure]:
    return {name: build() for name, build in builders(survey(sound)).items()}
