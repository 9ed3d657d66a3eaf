"""From a measured take to at most three sentences: what went well, then what to change."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

from ser_core.labels import Emotion
from ser_core.language import _
from ser_core.practice.feedback.moments import MOMENTS
from ser_core.practice.feedback.placing import Placement
from ser_core.practice.feedback.rules import Rules, ValueRule, load_rules
from ser_core.prosody import MEASURES, Prosody
from ser_core.prosody.disfluency import Disfluency
from ser_core.text.numbers import Amount, Number

MAX_SENTENCES = 3
# Praise needs a measurement that can be trusted and a value that matters for the target.
_MIN_CONFIDENCE = 0.3
# Conditions for praise without a target: enough syllables to call speech fluent, a livelier pitch than in three
# quarters of the corpora's neutral takes, and a level above the noise at which no value suffers.
_FLUENT_SYLLABLES = 6
_LIVELY_SEMITONES = 10.0
_CLEAR_SNR_DB = 25.0


@dataclass(frozen=True)
class Advice:
    """One sentence and the moment it is about.

    Attributes:
        kind: praise, or something to change.
        about: name of the value, kind of the disfluency, or the condition of the praise.
        sentence: plain text.
        start_s, end_s: the moment, inside the clip.
        take, low, high: the take's value and the usual range of the target's takes; None if there is nothing to
            compare.
        relative: whether these three are relative to the speaker's neutral voice.
    """

    kind: Literal["praise", "change"]
    about: str
    sentence: str
    start_s: float
    end_s: float
    take: float | None = None
    low: float | None = None
    high: float | None = None
    relative: bool = False

    def to_dict(self) -> dict[str, Any]:
        """For JSON; `from_dict` reads it back."""
        return asdict(self) | {"start_s": round(self.start_s, 3), "end_s": round(self.end_s, 3)}

    @classmethod
    def from_dict(cls, content: Mapping[str, Any]) -> "Advice":
        """The inverse of `to_dict`."""
        return cls(**content)


def give_advice(
    prosody: Prosody,
    disfluencies: Sequence[Disfluency],
    placements: Sequence[Placement],
    target: Emotion | None,
    rules: Rules | None = None,
) -> tuple[Advice, ...]:
    """At most three sentences: first one of praise, then the changes that would bring the take nearest to the target.

    Changes are ordered by `Placement.separates`, and disfluencies among them by urgency times confidence. A take
    without a voice gets no advice.
    """
    if prosody.pitch_median_hz is None or prosody.speech.span_s <= 0.0:
        return ()
    rules = rules or load_rules()
    stumbles = _stumbles(disfluencies, rules) + _habits(prosody, disfluencies, rules)
    changes = _changes(prosody, placements, target, rules) + stumbles
    praise = _praise(prosody, bool(stumbles), placements, target, rules)
    if not changes:
        changes = _nudge(prosody, [p for p in placements if p.name != praise.about], target, rules)
    changes.sort(key=lambda weighed: -weighed[0])
    return (praise, *[advice for _weight, advice in changes[: MAX_SENTENCES - 1]])


def _changes(
    prosody: Prosody, placements: Sequence[Placement], target: Emotion | None, rules: Rules
) -> list[tuple[float, Advice]]:
    found = []
    for placement in placements:
        side = "low" if placement.off_by < 0.0 else "high"
        for rule in rules.change:
            if rule.side == side and _fits(rule, placement, target) and placement.separates > 0.0:
                advice = _say(rule, placement, prosody, target, rules)
                found.append((placement.separates, advice))
                break
    return found


def _nudge(
    prosody: Prosody, placements: Sequence[Placement], target: Emotion | None, rules: Rules
) -> list[tuple[float, Advice]]:
    """The one value that would best separate a take from the other emotions when all its values are right."""
    for placement in sorted(placements, key=lambda p: -p.falls_short):
        side = "low" if placement.towards > 0 else "high"
        for rule in rules.change:
            if placement.falls_short > 0.0 and rule.side == side and _fits(rule, placement, target):
                return [(placement.falls_short, _say(rule, placement, prosody, target, rules, nudge=True))]
    return []


def _stumbles(disfluencies: Sequence[Disfluency], rules: Rules) -> list[tuple[float, Advice]]:
    """One sentence for each kind, about its most certain and longest instance."""
    found = []
    for kind, rule in rules.disfluency.items():
        items = [item for item in disfluencies if item.kind is kind]
        if items:
            item = max(items, key=lambda d: (d.confidence, d.end_s - d.start_s))
            template = rule.say if len(items) == 1 else rule.say_many
            sentence = _(template, length=item.end_s - item.start_s, count=len(items))
            advice = Advice("change", kind.value, sentence, item.start_s, item.end_s)
            found.append((rule.urgency * item.confidence, advice))
    return found


def _habits(prosody: Prosody, disfluencies: Sequence[Disfluency], rules: Rules) -> list[tuple[float, Advice]]:
    found = []
    kinds = {item.kind for item in disfluencies}
    for rule in rules.habit:
        value, trust = prosody.values[rule.value], prosody.confidence[rule.value]
        if rule.unless not in kinds and value is not None and value >= rule.above and trust >= _MIN_CONFIDENCE:
            sentence = _(rule.say, take=Number(value), count=len(prosody.pauses))
            advice = Advice("change", rule.value, sentence, *MOMENTS[rule.moment](prosody), take=value)
            found.append((rule.urgency * trust, advice))
    return found


def _praise(
    prosody: Prosody,
    stumbled: bool,
    placements: Sequence[Placement],
    target: Emotion | None,
    rules: Rules,
) -> Advice:
    """The trusted value inside the target's band that matters most for the target; otherwise what always holds."""
    fitting = [p for p in placements if p.inside and p.confidence >= _MIN_CONFIDENCE]
    for placement in sorted(fitting, key=lambda p: -p.weight * p.confidence):
        for rule in rules.praise:
            if _fits(rule, placement, target):
                return _say(rule, placement, prosody, target, rules)
    for always in rules.always:
        if _HOLDS[always.when](prosody, stumbled):
            sentence = _(
                always.say,
                syllables=prosody.syllables_s.size,
                range=prosody.pitch_range_semitones or 0.0,
                snr=prosody.speech.snr_db,
                speech=prosody.speech.span_s,
            )
            return Advice("praise", always.when, sentence, *MOMENTS["whole"](prosody))
    raise LookupError("no rule of praise holds for a take with a voice")


_HOLDS: dict[str, Callable[[Prosody, bool], bool]] = {
    "fluent": lambda prosody, stumbled: not stumbled and prosody.syllables_s.size >= _FLUENT_SYLLABLES,
    "lively": lambda prosody, stumbled: (prosody.pitch_range_semitones or 0.0) >= _LIVELY_SEMITONES,
    "clear": lambda prosody, stumbled: prosody.speech.snr_db >= _CLEAR_SNR_DB,
    "spoke": lambda prosody, stumbled: True,
}


def _fits(rule: ValueRule, placement: Placement, target: Emotion | None) -> bool:
    return (
        rule.value == placement.name
        and (not rule.targets or target in rule.targets)
        and bool(rule.sentence(relative=placement.relative))
    )


def _say(
    rule: ValueRule,
    placement: Placement,
    prosody: Prosody,
    target: Emotion | None,
    rules: Rules,
    *,
    nudge: bool = False,
) -> Advice:
    if nudge:
        sentence = _(rules.nudge, aim=_(rule.aim), target=rules.word(target) if target else "")
    else:
        sentence = _compared(rule, placement, target, rules)
        if rule.aim:
            sentence = _("{found}: {aim}.", found=sentence, aim=_(rule.aim))
    start_s, end_s = MOMENTS[rule.moment](prosody)
    take, low, high = placement.value, placement.band.q25, placement.band.q75
    kind: Literal["praise", "change"] = "change" if rule.side else "praise"
    return Advice(kind, placement.name, sentence, start_s, end_s, take, low, high, placement.relative)


def _compared(rule: ValueRule, placement: Placement, target: Emotion | None, rules: Rules) -> str:
    """Where a value lies and where it usually does, in words."""
    take, low, high = placement.value, placement.band.q25, placement.band.q75
    info = MEASURES[placement.name]
    turn, compared = rules.turn.get(placement.name), rules.compared.get(placement.name)
    return _(
        rule.sentence(relative=placement.relative),
        take=Number(take),
        low=Number(low),
        high=Number(high),
        fall=Number(-take),
        fall_low=Number(-high),
        fall_high=Number(-low),
        amount=Amount(take, info.unit),
        turn=turn.of(take, info.unit) if turn else "",
        compared=compared.of(take, info.relative_unit) if compared else "",
        target=rules.word(target) if target else "",
    )
