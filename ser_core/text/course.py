"""How a recording's emotion runs its course, in words."""

from collections.abc import Sequence

from ser_core.labels import Emotion, named
from ser_core.language import _
from ser_core.text.numbers import percent

# Smaller shares are not worth a word.
_LEAST = 0.05


def shares_in_words(shares: Sequence[tuple[Emotion | None, float]]) -> str:
    """What share of the time each emotion takes, greatest first; None is where the model is unsure.

    >>> shares_in_words([(Emotion.ANGRY, 0.62), (None, 0.35), (Emotion.SAD, 0.03)])
    'angry 62% of the time, unclear 35%'
    """
    worth_it = [(named(emotion) if emotion else _("unclear"), share) for emotion, share in shares if share >= _LEAST]
    if not worth_it:
        return ""
    (first, share), *others = worth_it
    said = [f"{name} {percent(less)}" for name, less in others]
    return ", ".join([_("{emotion} {share} of the time", emotion=first, share=percent(share)), *said])


def course_sentence(shares: Sequence[tuple[Emotion | None, float]]) -> str:
    """Whether it changes, and what share of the time each emotion takes.

    >>> course_sentence([(Emotion.SAD, 0.97), (None, 0.03)]), course_sentence([(None, 0.7), (Emotion.SAD, 0.3)])
    ('It sounds sad nearly throughout.', 'It changes: unclear 70% of the time, sad 30%.')
    """
    worth_it = [emotion for emotion, share in shares if share >= _LEAST]
    if len(worth_it) == 1:
        only = named(worth_it[0]) if worth_it[0] else _("unclear")
        return _("It sounds {emotion} nearly throughout.", emotion=only)
    return _("It changes: {shares}.", shares=shares_in_words(shares))
