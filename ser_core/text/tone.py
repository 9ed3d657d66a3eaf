"""The tone of a voice, in words."""

from ser_core.language import N_, _
from ser_core.text.numbers import Number

_TONES = {
    "positive": N_("Tone: positive (valence {valence}, arousal {arousal})."),
    "neutral": N_("Tone: neutral (valence {valence}, arousal {arousal})."),
    "negative": N_("Tone: negative (valence {valence}, arousal {arousal})."),
}


def tone_sentence(tone: str, valence: float, arousal: float) -> str:
    """Tone, valence and arousal, in a line. `tone` is the value of a `ser_core.recognition.affect.Tone`.

    >>> tone_sentence("negative", -0.514, 0.59)
    'Tone: negative (valence −0.5, arousal 0.6).'
    """
    return _(_TONES[tone], valence=f"{Number(valence):.1f}", arousal=f"{Number(arousal):.1f}")
