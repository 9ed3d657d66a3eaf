"""The rules of advice: reads and checks advice.toml."""

import string
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from ser_core.errors import SerError
from ser_core.labels import Emotion
from ser_core.language import _
from ser_core.practice.feedback.moments import MOMENTS
from ser_core.prosody import MEASURES
from ser_core.prosody.disfluency import DisfluencyKind
from ser_core.text.numbers import amount

PATH = Path(__file__).with_name("advice.toml")
# The fields that each kind of sentence may use.
VALUE_FIELDS = frozenset({"take", "low", "high", "target", "fall", "fall_low", "fall_high", "amount", "turn"})
OWN_FIELDS = frozenset({"low", "high", "target", "compared"})
DISFLUENCY_FIELDS = frozenset({"length"})
MANY_FIELDS = frozenset({"length", "count"})
HABIT_FIELDS = frozenset({"take", "count"})
NUDGE_FIELDS = frozenset({"target", "aim"})
RECORDING_FIELDS = frozenset({"snr"})
RECORDING_CONDITIONS = ("overdriven", "noisy")
ALWAYS_FIELDS = frozenset({"syllables", "range", "snr", "speech"})
CONDITIONS = ("fluent", "lively", "clear", "spoke")


@dataclass(frozen=True)
class ValueRule:
    """A sentence about one value.

    Attributes:
        value: name of the value.
        side: "low" or "high" for a change, "" for praise.
        targets: emotions that it applies to; empty for all.
        moment: name of the moment to play.
        say: sentence with absolute numbers; "" if only the comparison with the speaker's own voice means anything.
        say_own: sentence with numbers relative to the speaker's own voice; "" if there is none.
        aim: for a change, what to do about it.
    """

    value: str
    side: str
    targets: frozenset[Emotion]
    moment: str
    say: str
    say_own: str
    aim: str = ""

    def sentence(self, *, relative: bool) -> str:
        """The template for absolute or relative numbers; "" when the rule has none."""
        return self.say_own if relative else self.say


@dataclass(frozen=True)
class DisfluencyRule:
    """A sentence about one interruption, and one about several; `urgency` is weighed against the separation of the
    values.
    """

    kind: DisfluencyKind
    urgency: float
    say: str
    say_many: str


@dataclass(frozen=True)
class HabitRule:
    """A sentence about a value of at least `above`, whatever the target; `urgency` as for a disfluency. It is left out
    where a disfluency of the kind `unless` says it better.
    """

    value: str
    above: float
    unless: DisfluencyKind
    urgency: float
    moment: str
    say: str


@dataclass(frozen=True)
class Turn:
    """Words for a number, by its sign; in `less` and `more`, {n} is the number without the sign, with its unit."""

    less: str
    more: str
    same: str

    def of(self, number: float, unit: str) -> str:
        """The words for a number, rounded to an integer."""
        if round(number) == 0:
            return _(self.same)
        return _(self.less if number < 0 else self.more, n=amount(abs(number), unit, 0))


@dataclass(frozen=True)
class ConditionRule:
    """A sentence that needs no target, said when its condition holds."""

    when: str
    say: str


@dataclass(frozen=True)
class Rules:
    """All rules."""

    words: Mapping[Emotion, str]
    praise: tuple[ValueRule, ...]
    change: tuple[ValueRule, ...]
    turn: Mapping[str, Turn]
    compared: Mapping[str, Turn]
    disfluency: Mapping[DisfluencyKind, DisfluencyRule]
    habit: tuple[HabitRule, ...]
    always: tuple[ConditionRule, ...]
    recording: tuple[ConditionRule, ...]
    nudge: str

    def word(self, target: Emotion) -> str:
        """The emotion as an adjective, in the language that is spoken."""
        return _(self.words[target])

    @property
    def advised(self) -> frozenset[str]:
        """The values that a speaker can change."""
        return frozenset([rule.value for rule in self.change] + [rule.value for rule in self.habit])


@cache
def load_rules(path: Path = PATH) -> Rules:
    """The rules in a file. Raises SerError, naming the rule, when one cannot be used."""
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
        turn, compared = _turns(content["turn"]), _turns(content["compared"])
        return Rules(
            words={Emotion(name): str(word) for name, word in content["words"].items()},
            praise=tuple(_value_rule(rule, "", turn, compared) for rule in content["praise"]),
            change=tuple(_value_rule(rule, rule["side"], turn, compared) for rule in content["change"]),
            turn=turn,
            compared=compared,
            disfluency={made.kind: made for made in map(_disfluency_rule, content["disfluency"])},
            habit=tuple(map(_habit_rule, content["habit"])),
            always=tuple(
                ConditionRule(_one_of(rule["when"], CONDITIONS), _checked(rule["say"], ALWAYS_FIELDS))
                for rule in content["always"]
            ),
            recording=tuple(
                ConditionRule(_one_of(rule["when"], RECORDING_CONDITIONS), _checked(rule["say"], RECORDING_FIELDS))
                for rule in content["recording"]
            ),
            nudge=_checked(content["nudge"]["say"], NUDGE_FIELDS),
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise SerError(
            "The rules of advice in {name} cannot be used: {error}.", name=path.name, error=str(error)
        ) from error


def _turns(content: Mapping[str, Mapping[str, str]]) -> dict[str, Turn]:
    n = frozenset({"n"})
    return {
        _one_of(name, MEASURES): Turn(
            _checked(words["less"], n), _checked(words["more"], n), _checked(words["same"], frozenset())
        )
        for name, words in content.items()
    }


def _disfluency_rule(rule: Mapping[str, Any]) -> DisfluencyRule:
    return DisfluencyRule(
        DisfluencyKind(rule["kind"]),
        float(rule["urgency"]),
        _checked(rule["say"], DISFLUENCY_FIELDS),
        _checked(rule["say_many"], MANY_FIELDS),
    )


def _habit_rule(rule: Mapping[str, Any]) -> HabitRule:
    return HabitRule(
        _one_of(rule["value"], MEASURES),
        float(rule["above"]),
        DisfluencyKind(rule["unless"]),
        float(rule["urgency"]),
        _one_of(rule["moment"], MOMENTS),
        _checked(rule["say"], HABIT_FIELDS),
    )


def _value_rule(
    rule: Mapping[str, Any], side: str, turn: Mapping[str, Turn], compared: Mapping[str, Turn]
) -> ValueRule:
    name = f"rule for {rule['value']}"
    # What has no words of its own cannot be said in words.
    say_fields = VALUE_FIELDS if rule["value"] in turn else VALUE_FIELDS - {"turn"}
    own_fields = OWN_FIELDS if rule["value"] in compared else OWN_FIELDS - {"compared"}
    if not (rule.get("say") or rule.get("say_own")):
        raise ValueError(f"{name} says nothing")
    if side and not rule.get("aim"):
        raise ValueError(f"{name} does not say what to do")
    return ValueRule(
        value=_one_of(rule["value"], MEASURES),
        side=_one_of(side, ("", "low", "high")),
        targets=frozenset(Emotion(target) for target in rule.get("targets", ())),
        moment=_one_of(rule["moment"], MOMENTS),
        say=_checked(rule.get("say", ""), say_fields),
        say_own=_checked(rule.get("say_own", ""), own_fields),
        aim=_checked(rule.get("aim", ""), frozenset()),
    )


def _one_of(name: str, known: Any) -> str:
    if name not in known:
        raise ValueError(f"{name!r} is none of {', '.join(known)}")
    return name


def _checked(sentence: str, fields: frozenset[str]) -> str:
    unknown = {field for _text, field, _spec, _conversion in string.Formatter().parse(sentence) if field} - fields
    if unknown:
        raise ValueError(f"{sentence!r} names {', '.join(sorted(unknown))}; known are {', '.join(sorted(fields))}")
    return sentence
