"""How a take was delivered: its place among the target's takes, and advice on it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ser_core.adaptation.enrolment import Enrolment
from ser_core.labels import Emotion
from ser_core.language import _
from ser_core.practice.feedback import (
    Advice,
    Placement,
    choose_register,
    give_advice,
    load_rules,
    place,
    recording_notes,
)
from ser_core.practice.reference import Register, load_reference
from ser_core.prosody import MEASURES, Pause, Prosody
from ser_core.prosody.disfluency import DISFLUENCIES, Disfluency, find_disfluencies
from ser_core.text.numbers import Number, amount

# A take is a few sentences. With ten minutes, its frames stay below 250 MB.
MAX_DURATION_S = 600.0
_DIGITS = 4


@dataclass(frozen=True)
class Delivery:
    """How a take was spoken, and the feedback on it: plain values, a few kB.

    Attributes:
        duration_s: length of the clip in seconds.
        values: measurements by their name in `MEASURES`; None if unknown.
        confidence: trust in each value, in [0, 1].
        speech_start_s, speech_end_s: the first and the last word.
        syllables: how many were heard.
        pauses: silences of at least 0.2 s inside speech.
        disfluencies: interruptions of the flow.
        target: the emotion aimed for, or None.
        register: which voices it is compared with; None when no voice is heard.
        placements: the values against the target's takes; empty without a target.
        advice: at most three sentences, praise first; empty when no voice is heard.
        notes: what makes all of this less certain.
    """

    duration_s: float
    values: Mapping[str, float | None]
    confidence: Mapping[str, float]
    speech_start_s: float
    speech_end_s: float
    syllables: int
    pauses: tuple[Pause, ...]
    disfluencies: tuple[Disfluency, ...]
    target: Emotion | None
    register: Register | None
    placements: tuple[Placement, ...]
    advice: tuple[Advice, ...]
    notes: tuple[str, ...]

    def placement(self, name: str) -> Placement | None:
        """Where one value stands among the target's takes; None where there is nothing to compare it with."""
        return next((placement for placement in self.placements if placement.name == name), None)

    def to_dict(self) -> dict[str, Any]:
        """The object that `ser delivery --json` prints: numbers, text and lists; null for what is not known."""
        return {
            "duration_s": round(self.duration_s, _DIGITS),
            **{name: _rounded(value) for name, value in self.values.items()},
            "confidence": {name: round(trust, 2) for name, trust in self.confidence.items()},
            "speech": {"start_s": round(self.speech_start_s, _DIGITS), "end_s": round(self.speech_end_s, _DIGITS)},
            "syllables": self.syllables,
            "pauses": [_span(pause) for pause in self.pauses],
            "disfluencies": [
                {"kind": item.kind.value, **_span(item), "confidence": round(item.confidence, 2)}
                for item in self.disfluencies
            ],
            "target": self.target.value if self.target else None,
            "register": self.register.value if self.register else None,
            "reference": {placement.name: _placed(placement) for placement in self.placements},
            "advice": [advice.to_dict() for advice in self.advice],
            "notes": list(self.notes),
        }


def judge_delivery(prosody: Prosody, target: Emotion | None = None, enrolment: Enrolment | None = None) -> Delivery:
    """The feedback on a measured take.

    Without a target the advice is about fluency alone; with an enrolment the values are seen relative to that voice.
    """
    reference = load_reference()
    disfluencies = find_disfluencies(prosody)
    placements = place(prosody, target, enrolment, reference) if target else ()
    return Delivery(
        duration_s=prosody.duration_s,
        values=prosody.values,
        confidence=prosody.confidence,
        speech_start_s=prosody.speech.start_s,
        speech_end_s=prosody.speech.end_s,
        syllables=len(prosody.syllables_s),
        pauses=prosody.pauses,
        disfluencies=disfluencies,
        target=target,
        register=choose_register(prosody, target, enrolment, reference),
        placements=placements,
        advice=give_advice(prosody, disfluencies, placements, target),
        notes=recording_notes(prosody),
    )


def delivery_text(result: Delivery) -> str:
    """What `ser delivery` prints: the advice, then each value with its meaning in the reference."""
    lines = [f"{_clock(a.start_s, a.end_s)}  {a.sentence}" for a in result.advice]
    if not lines:
        lines.append(_("No voice was heard in this recording."))
    lines.extend(result.notes)
    lines.append("")
    width = 1 + max(len(_(info.label)) for info in MEASURES.values())
    for name, value in result.values.items():
        info = MEASURES[name]
        text = _("not known") if value is None else amount(value, info.unit, info.decimals)
        if (placement := result.placement(name)) and result.target:
            if placement.relative:
                text += "; " + _("{difference} from your neutral voice", difference=placement.written)
            usual = _("{target} takes usually {usual}", target=load_rules().word(result.target), usual=placement.usual)
            text += f" ({usual})"
        lines.append(f"{_(info.label):<{width}}{text}")
    lines.extend(f"{_clock(d.start_s, d.end_s)}  {_(DISFLUENCIES[d.kind])}" for d in result.disfluencies)
    return "\n".join(lines)


def _clock(start_s: float, end_s: float) -> str:
    return _("{start} to {end} s", start=f"{Number(start_s):5.1f}", end=f"{Number(end_s):5.1f}")


def _span(item: Pause | Disfluency) -> Mapping[str, float]:
    return {"start_s": round(item.start_s, _DIGITS), "end_s": round(item.end_s, _DIGITS)}


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, _DIGITS)


def _placed(placement: Placement) -> dict[str, Any]:
    band = placement.band
    return {
        "value": round(placement.value, _DIGITS),
        "relative": placement.relative,
        "q05": band.q05,
        "q25": band.q25,
        "q50": band.q50,
        "q75": band.q75,
        "q95": band.q95,
        "weight": round(placement.weight, 2),
    }
