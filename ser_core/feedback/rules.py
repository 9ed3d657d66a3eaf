"""The rules of advice: data/advice.toml, read and checked."""

import string
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from ser_core.errors import SerError
from ser_core.feedback.moments import MOMENTS
from ser_core.fluency import DisfluencyKind
from ser_core.labels import Emotion
from ser_core.prosody import MEASURES

PATH = Path(__file__).parent.parent / "data" / "advice.toml"
# What each kind of sentence may name.
VALUE_FIELDS = frozenset({"take", "low", "high", "target", "fall", "fall_low", "fall_high"})
DISFLUENCY_FIELDS = frozenset({"length"})
NUDGE_FIELDS = frozenset({"target", "aim"})
ALWAYS_FIELDS = frozenset({"syllables", "range", "snr", "speech"})
CONDITIONS = ("fluent", "lively", "clear", "spoke")


@dataclass(frozen=True)
class ValueRule:
    """A sentence about one value.

    Attributes:
        value: name of the value.
        side: "low" or "high" for a change, "" for praise.
        targets: emotions it is for; empty for all.
        moment: name of the moment to play.
        say: sentence over absolute numbers; "" where only the comparison with one's own voice means anything.
        say_own: sentence over numbers relative to the own voice; "" where there is none.
        aim: of a change, what to do about it.
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
    """A sentence about an interruption; `urgency` is weighed against what separates the values."""

    kind: DisfluencyKind
    urgency: float
    say: str


@dataclass(frozen=True)
class AlwaysRule:
    """A sentence of praise that needs no target, said when its condition holds."""

    when: str
    say: str


@dataclass(frozen=True)
class Rules:
    """Everything that can be said."""

    words: Mapping[Emotion, str]
    praise: tuple[ValueRule, ...]
    change: tuple[ValueRule, ...]
    disfluency: Mapping[DisfluencyKind, DisfluencyRule]
    always: tuple[AlwaysRule, ...]
    nudge: str


@cache
def load_rules(path: Path = PATH) -> Rules:
    """The rules in a file. Raises SerError that names the rule when one cannot be used."""
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
        return Rules(
            words={Emotion(name): str(word) for name, word in content["words"].items()},
            praise=tuple(_value_rule(rule, side="") for rule in content["praise"]),
            change=tuple(_value_rule(rule, side=rule["side"]) for rule in content["change"]),
            disfluency={
                DisfluencyKind(rule["kind"]): DisfluencyRule(
                    DisfluencyKind(rule["kind"]), float(rule["urgency"]), _checked(rule["say"], DISFLUENCY_FIELDS)
                )
                for rule in content["disfluency"]
            },
            always=tuple(
                AlwaysRule(_one_of(rule["when"], CONDITIONS), _checked(rule["say"], ALWAYS_FIELDS))
                for rule in content["always"]
            ),
            nudge=_checked(content["nudge"]["say"], NUDGE_FIELDS),
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise SerError(f"The rules of advice in {path.name} cannot be used: {error}.") from error


def _value_rule(rule: Mapping[str, Any], side: str) -> ValueRule:
    name = f"rule for {rule['value']}"
    if not (rule.get("say") or rule.get("say_own")):
        raise ValueError(f"{name} says nothing")
    if side and not rule.get("aim"):
        raise ValueError(f"{name} does not say what to do")
    return ValueRule(
        value=_one_of(rule["value"], MEASURES),
        side=_one_of(side, ("", "low", "high")),
        targets=frozenset(Emotion(target) for target in rule.get("targets", ())),
        moment=_one_of(rule["moment"], MOMENTS),
        say=_checked(rule.get("say", ""), VALUE_FIELDS),
        say_own=_checked(rule.get("say_own", ""), VALUE_FIELDS),
        aim=_checked(rule.get("aim", ""), frozenset()),
    )


def _one_of(name: str, known: Any) -> str:
    if name not in known:
        raise ValueError(f"{name!r} is none of {', '.join(known)}")
    return name


def _checked(sentence: str, fields: frozenset[str]) -> str:
    unknown = {field for _, field, _, _ in string.Formatter().parse(sentence) if field} - fields
    if unknown:
        raise ValueError(f"{sentence!r} names {', '.join(sorted(unknown))}; known are {', '.join(sorted(fields))}")
    return sentence
