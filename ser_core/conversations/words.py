"""What a conversation comes to, in words: the only place for them, for the page, reports and the command."""

from ser_core.conversations.findings import Findings, PartyFindings, leading
from ser_core.conversations.satisfaction import LEAST_SPEECH_S, Satisfaction
from ser_core.conversations.turning_points import TurningPoint, mean_affect
from ser_core.labels import Emotion, named
from ser_core.language import N_, _, ngettext
from ser_core.speech import Stretch
from ser_core.text.course import shares_in_words
from ser_core.text.numbers import clock, duration, percent

ABOUT_CUSTOMERS = N_(
    "This is about customers who know that their voice is analysed. Monitoring staff by emotion is prohibited in the "
    "European Union (AI Act, Article 5(1)(f)): do not use it on the people who work in a call."
)
WHAT_IT_IS = N_(
    "A score is a guess about how a voice sounds, not about what a person feels. Do not base any decision about a "
    "person on it."
)
HOW_SATISFIED = N_(
    "Satisfied, neutral or dissatisfied is the mean of how pleasant the voice sounds; energetic speech and the last "
    "third count more. It is a convention, not measured against what callers said."
)

WHAT_TURNS = N_(
    "At a turning point a voice becomes clearly more or less pleasant or lively, and stays so for at least 15 s of "
    "speech."
)

_SOUNDS = {
    Satisfaction.SATISFIED: N_("{name} sounds satisfied: {shares}."),
    Satisfaction.NEUTRAL: N_("{name} sounds neither satisfied nor dissatisfied: {shares}."),
    Satisfaction.DISSATISFIED: N_("{name} sounds dissatisfied: {shares}."),
}

_MORE_PLEASANT = N_("at {time}, {emotion} before and after, but more pleasant")
_LESS_PLEASANT = N_("at {time}, {emotion} before and after, but less pleasant")
_LIVELIER = N_("at {time}, {emotion} before and after, but livelier")
_QUIETER = N_("at {time}, {emotion} before and after, but quieter")


def summary(found: PartyFindings, name: str) -> str:
    """What a party sounds like, in a sentence or two. `name` is what it is called, ready for where it is shown."""
    if not found.party.speech:
        return _("{name} says nothing.", name=name)
    if not found.shares:
        return _("{name} says too little to tell how it sounds.", name=name)
    shares = shares_in_words(found.shares)
    if found.satisfaction is None:
        said = _(
            "{name} speaks for less than {least:.0f} s, too little for a summary: {shares}.",
            name=name,
            least=LEAST_SPEECH_S,
            shares=shares,
        )
    else:
        said = _(_SOUNDS[found.satisfaction], name=name, shares=shares)
    turns = len(found.turning_points)
    if not turns:
        return said
    changes = ngettext(
        "The voice changes and stays changed once.", "The voice changes and stays changed {count} times.", turns
    )
    return f"{said} {changes}"


def turning_point(point: TurningPoint) -> str:
    """A turning point: "at 12:34 from neutral to angry"."""
    before, after = leading(point.before), leading(point.after)
    if before is after:
        return _(_how(point), time=clock(point.at_s), emotion=_named(before))
    return _("at {time} from {before} to {after}", time=clock(point.at_s), before=_named(before), after=_named(after))


def talk_lines(found: Findings) -> list[tuple[str, str]]:
    """Speaking time, overlap and silence, each with its name."""
    duration_s = found.conversation.duration_s
    lines = [
        (_("{name} speaks", name=each.party.name), _of(speaking_s, duration_s))
        for each, speaking_s in zip(found.parties, found.talk.speaking_s, strict=True)
    ]
    if found.talk.overlap_s is not None:
        lines.append((_("Both at once"), _of(found.talk.overlap_s, duration_s)))
    lines.append((_("Silence"), _of(found.talk.silence_s, duration_s)))
    longest = found.talk.longest_silence
    if longest is not None:
        lines.append((_("Longest silence"), _longest(longest)))
    return lines


def _longest(silence: Stretch) -> str:
    return _("{length}, at {time}", length=duration(silence.end_s - silence.start_s), time=clock(silence.start_s))


def _of(part_s: float, duration_s: float) -> str:
    return f"{duration(part_s)} ({percent(part_s / duration_s)})" if part_s else _("none")


def _named(emotion: Emotion | None) -> str:
    return named(emotion) if emotion else _("unclear")


def _how(point: TurningPoint) -> str:
    (pleasant, energy), (then_pleasant, then_energy) = mean_affect(point.before), mean_affect(point.after)
    if abs(then_pleasant - pleasant) >= abs(then_energy - energy):
        return _MORE_PLEASANT if then_pleasant > pleasant else _LESS_PLEASANT
    return _LIVELIER if then_energy > energy else _QUIETER
