"""What a conversation comes to, in words: the only place for them, for the page, reports and the command."""

from ser_core.conversations.findings import Findings, PartyFindings, leading
from ser_core.conversations.satisfaction import LEAST_SPEECH_S, Satisfaction
from ser_core.conversations.turning_points import TurningPoint, mean_affect
from ser_core.labels import Emotion
from ser_core.text.course import shares_in_words
from ser_core.text.numbers import clock, duration, percent

ABOUT_CUSTOMERS = (
    "This is about customers who know that their voice is analysed. Monitoring staff by emotion is prohibited in the "
    "European Union (AI Act, Article 5(1)(f)): do not use it on the people who work in a call."
)
WHAT_IT_IS = (
    "A score is a guess about how a voice sounds, not about what a person feels. Do not base any decision about a "
    "person on it."
)
HOW_SATISFIED = (
    "Satisfied, neutral or dissatisfied is the mean of how pleasant the voice sounds; energetic speech and the last "
    "third count more. It is a convention, not measured against what callers said."
)

WHAT_TURNS = (
    "At a turning point a voice becomes clearly more or less pleasant or lively, and stays so for at least 15 s of "
    "speech."
)

_SOUNDS = {
    Satisfaction.SATISFIED: "sounds satisfied",
    Satisfaction.NEUTRAL: "sounds neither satisfied nor dissatisfied",
    Satisfaction.DISSATISFIED: "sounds dissatisfied",
}


def summary(found: PartyFindings, name: str) -> str:
    """What a party sounds like, in a sentence or two. `name` is what it is called, ready for where it is shown."""
    if not found.party.speech:
        return f"{name} says nothing."
    if not found.shares:
        return f"{name} says too little to tell how it sounds."
    if found.satisfaction is None:
        start = f"{name} speaks for less than {LEAST_SPEECH_S:.0f} s, too little for a summary"
    else:
        start = f"{name} {_SOUNDS[found.satisfaction]}"
    turns = len(found.turning_points)
    changes = ""
    if turns:
        times = {1: "once", 2: "twice"}.get(turns, f"{turns} times")
        changes = f" The voice changes and stays changed {times}."
    return f"{start}: {shares_in_words(found.shares)}.{changes}"


def turning_point(point: TurningPoint) -> str:
    """A turning point: "at 12:34 from neutral to angry"."""
    before, after = leading(point.before), leading(point.after)
    if before is after:
        return f"at {clock(point.at_s)}, {_named(before)} before and after, but {_how(point)}"
    return f"at {clock(point.at_s)} from {_named(before)} to {_named(after)}"


def talk_lines(found: Findings) -> list[tuple[str, str]]:
    """Speaking time, overlap and silence, each with its name."""
    duration_s = found.conversation.duration_s
    lines = [
        (f"{each.party.name} speaks", _of(speaking_s, duration_s))
        for each, speaking_s in zip(found.parties, found.talk.speaking_s, strict=True)
    ]
    if found.talk.overlap_s is not None:
        lines.append(("Both at once", _of(found.talk.overlap_s, duration_s)))
    lines.append(("Silence", _of(found.talk.silence_s, duration_s)))
    longest = found.talk.longest_silence
    if longest is not None:
        lines.append(("Longest silence", f"{duration(longest.end_s - longest.start_s)}, at {clock(longest.start_s)}"))
    return lines


def _of(part_s: float, duration_s: float) -> str:
    return f"{duration(part_s)} ({percent(part_s / duration_s)})" if part_s else "none"


def _named(emotion: Emotion | None) -> str:
    return emotion.value if emotion else "unclear"


def _how(point: TurningPoint) -> str:
    (pleasant, energy), (then_pleasant, then_energy) = mean_affect(point.before), mean_affect(point.after)
    if abs(then_pleasant - pleasant) >= abs(then_energy - energy):
        return "more pleasant" if then_pleasant > pleasant else "less pleasant"
    return "livelier" if then_energy > energy else "quieter"
