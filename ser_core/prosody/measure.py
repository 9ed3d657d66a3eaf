"""Everything that is measured of a clip, in one record."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from ser_core.arrays import DoubleArray
from ser_core.dsp.conditioning import condition
from ser_core.dsp.pitch import PitchContour, track_pitch
from ser_core.prosody.frames import Frames, cut_frames
from ser_core.prosody.loudness import GATE_S, dynamics_db, loudness_lufs
from ser_core.prosody.measures import MEASURES
from ser_core.prosody.melody import pitch_final_semitones, pitch_median_hz, pitch_range_semitones
from ser_core.prosody.pace import find_nuclei
from ser_core.prosody.pauses import Pause, Speech, find_speech
from ser_core.prosody.tilt import tilt_db_per_octave
from ser_core.prosody.voice_quality import VoiceQuality, voice_quality
from ser_core.records import Clip

# How far the voice must be above the background, in dB, for a value to be of any use, and for it to be as good as in
# silence; between them, trust grows linearly. Found by adding noise to clean corpus speech until the error of the value
# was a noticeable difference, or a third of it (benchmarks/delivery.md): noise fills the weak parts of a voice long
# before it hides the pitch.
_SNR_DB: dict[str, tuple[float, float]] = {
    "pitch_median_hz": (5.0, 15.0),
    "pitch_range_semitones": (10.0, 18.0),
    "pitch_final_semitones": (10.0, 18.0),
    "loudness_lufs": (8.0, 16.0),
    "dynamics_db": (24.0, 30.0),
    "syllables_per_s": (15.0, 24.0),
    "articulation_rate": (15.0, 24.0),
    "pause_share": (5.0, 20.0),
    "jitter_percent": (11.0, 18.0),
    "shimmer_percent": (11.0, 18.0),
    "hnr_db": (20.0, 29.0),
    "tilt_db_per_octave": (11.0, 19.0),
}
# Share of samples at full scale that makes the level and the spectrum of a recording worthless.
CLIPPED_SHARE = 0.01
_FULL_SCALE = 0.999


@dataclass(frozen=True, eq=False)
class Prosody:
    """How something was said. A value that cannot be measured is None, never a guess.

    Attributes:
        duration_s: length of the clip.
        pitch_median_hz: median pitch in Hz.
        pitch_range_semitones: width of the middle 95 percent of the pitch.
        pitch_final_semitones: rise (above 0) or fall (below 0) of the last 0.3 s of voice.
        loudness_lufs: integrated loudness, ITU-R BS.1770-4, of the recording, so it depends on the microphone.
        dynamics_db: 95th minus 10th percentile of the level of voiced speech.
        syllables_per_s: syllable nuclei a second from the first to the last word, pauses included.
        articulation_rate: the same without the pauses.
        pause_share: percentage of the time from the first to the last word that is silent.
        jitter_percent, shimmer_percent, hnr_db: see `VoiceQuality`; None without enough steady voice.
        tilt_db_per_octave: slope of the voice's spectrum between 300 and 3400 Hz.
        confidence: trust in each value by its name, in [0, 1]; 0 for a value that is None.
        pauses: silences of at least 0.2 s inside speech.
        syllables_s: times of the syllable nuclei, shape (syllables,).
        clipped_share: share of the samples at full scale, in [0, 1].
        pitch, frames, speech: what the values were computed from.
    """

    duration_s: float
    pitch_median_hz: float | None
    pitch_range_semitones: float | None
    pitch_final_semitones: float | None
    loudness_lufs: float | None
    dynamics_db: float | None
    syllables_per_s: float | None
    articulation_rate: float | None
    pause_share: float | None
    jitter_percent: float | None
    shimmer_percent: float | None
    hnr_db: float | None
    tilt_db_per_octave: float | None
    confidence: Mapping[str, float]
    pauses: tuple[Pause, ...]
    clipped_share: float
    syllables_s: DoubleArray = field(repr=False)
    pitch: PitchContour = field(repr=False)
    frames: Frames = field(repr=False)
    speech: Speech = field(repr=False)

    @property
    def values(self) -> dict[str, float | None]:
        """Every value by its name, in the order of `MEASURES`."""
        return {name: getattr(self, name) for name in MEASURES}


def measure_prosody(clip: Clip) -> Prosody:
    """Measures a clip. For silence, only the duration has a value. Each function cites the source of its value.

    Measured is the conditioned sound (`dsp.conditioning`): with hum at -40 dBFS behind the voice the pitch of the
    median take is then 2 Hz off, and not 12 as with a corner of 40 Hz, while a voice of 60 Hz is still heard at 60.
    """
    clipped_share = float(np.mean(np.abs(clip.samples) >= _FULL_SCALE)) if clip.samples.size else 0.0
    clip = condition(clip) if clip.samples.size else clip
    pitch = track_pitch(clip)
    frames = cut_frames(clip)
    speech = find_speech(frames, pitch)
    nuclei = find_nuclei(frames, pitch, speech)
    quality = voice_quality(clip, pitch)
    paced = speech.speaking_s > 0.0 and nuclei.size > 0
    values: dict[str, float | None] = {
        "pitch_median_hz": pitch_median_hz(pitch),
        "pitch_range_semitones": pitch_range_semitones(pitch),
        "pitch_final_semitones": pitch_final_semitones(pitch),
        "loudness_lufs": loudness_lufs(clip),
        "dynamics_db": dynamics_db(frames, pitch, speech),
        "syllables_per_s": nuclei.size / speech.span_s if paced else None,
        "articulation_rate": nuclei.size / speech.speaking_s if paced else None,
        "pause_share": 100.0 * speech.paused_s / speech.span_s if speech.span_s > 0.0 else None,
        "jitter_percent": quality.jitter_percent if quality else None,
        "shimmer_percent": quality.shimmer_percent if quality else None,
        "hnr_db": quality.hnr_db if quality else None,
        "tilt_db_per_octave": tilt_db_per_octave(frames, pitch.voiced & speech.active),
    }
    trust = _trust(clip.duration_s, clipped_share, pitch, speech, nuclei.size, quality)
    confidence = {name: trust[name] if values[name] is not None else 0.0 for name in MEASURES}
    return Prosody(
        duration_s=clip.duration_s,
        **values,
        confidence=confidence,
        pauses=speech.pauses,
        clipped_share=clipped_share,
        syllables_s=nuclei,
        pitch=pitch,
        frames=frames,
        speech=speech,
    )


def _trust(
    duration_s: float,
    clipped_share: float,
    pitch: PitchContour,
    speech: Speech,
    syllables: int,
    quality: VoiceQuality | None,
) -> dict[str, float]:
    """Confidence of each value: how much there was to measure, times how clean it was."""
    undistorted = 1.0 - _ramp(clipped_share, 0.0, CLIPPED_SHARE)
    voice = _ramp(pitch.voiced_s, 0.0, 0.5)
    melody = _ramp(pitch.voiced_s, 0.0, 1.0)
    pace = _ramp(syllables, 0.0, 6.0)
    periods = undistorted * _ramp(quality.periods if quality else 0, 0.0, 100.0)
    enough = {
        "pitch_median_hz": voice,
        "pitch_range_semitones": melody,
        "pitch_final_semitones": melody,
        "loudness_lufs": undistorted * _ramp(duration_s, 0.0, GATE_S),
        "dynamics_db": voice * undistorted,
        "syllables_per_s": pace,
        "articulation_rate": pace,
        "pause_share": _ramp(speech.span_s, 0.0, 2.0),
        "jitter_percent": periods,
        "shimmer_percent": periods,
        "hnr_db": periods,
        "tilt_db_per_octave": voice * undistorted,
    }
    return {name: trust * _ramp(speech.snr_db, *_SNR_DB[name]) for name, trust in enough.items()}


def _ramp(value: float, low: float, high: float) -> float:
    """0 at `low` and below, 1 at `high` and above, linear in between."""
    return float(np.clip((value - low) / (high - low), 0.0, 1.0))
