"""The place of a take among the takes of an emotion, value by value."""

from dataclasses import dataclass

import numpy as np

from ser_core.adaptation.enrolment import Enrolment
from ser_core.labels import Emotion
from ser_core.language import _
from ser_core.practice.reference import Band, Reference, Register, guess_register, register_of, relative_value
from ser_core.prosody import MEASURES, Prosody
from ser_core.text.numbers import Number, amount

# Distances between two emotions are limited to this many standard deviations.
_LARGEST_EFFECT = 2.0


@dataclass(frozen=True)
class Placement:
    """One value of a take against the takes of the target emotion.

    Attributes:
        name: which value.
        value: the take's, in the unit of `band`.
        band: where the takes of the target lie.
        relative: value and band are as seen from the speaker's neutral voice.
        weight: how far this value tells the target from the other emotions, in standard deviations (mean of
            Cohen's d over the others, from the medians and quartiles of the table).
        towards: +1 if the target lies above the other emotions, -1 if below.
        confidence: trust in the measurement, in [0, 1].
    """

    name: str
    value: float
    band: Band
    relative: bool
    weight: float
    towards: int
    confidence: float

    @property
    def written(self) -> str:
        """The value with its unit: "3.2 semitones", and "+1.5 dB" as seen from the neutral voice."""
        info = MEASURES[self.name]
        unit = info.relative_unit if self.relative else info.unit
        return amount(self.value, unit, info.decimals, signed=self.relative)

    @property
    def usual(self) -> str:
        """The middle half of the target's takes, in the unit of `written`: "6.0 to 10.0", "none"."""
        info = MEASURES[self.name]
        if self.band.q25 == self.band.q75 == 0.0 and not self.relative:
            return _(info.nought)
        spec = f"{'+' if self.relative else ''}.{info.decimals}f"
        low, high = (f"{Number(edge):{spec}}" for edge in (self.band.q25, self.band.q75))
        return low if low == high else _("{low} to {high}", low=low, high=high)

    @property
    def noticeable(self) -> float:
        """The smallest noticeable difference, in the unit of `value`."""
        info = MEASURES[self.name]
        return info.noticeable_relative if self.relative else info.noticeable

    @property
    def inside(self) -> bool:
        """The value lies in the middle half of the target's takes."""
        return self.distance == 0.0

    @property
    def distance(self) -> float:
        """How far the value lies from the middle half of the target's takes, in its unit."""
        return max(self.band.q25 - self.value, self.value - self.band.q75, 0.0)

    @property
    def off_by(self) -> float:
        """Distance from where the target's takes usually lie, with its sign, in the unit of `value`.

        That is from the middle half. But more of what makes the emotion is no mistake: on the side away from
        the other emotions the distance counts from the middle nine tenths.
        """
        low = self.band.q05 if self.towards < 0 else self.band.q25
        high = self.band.q95 if self.towards > 0 else self.band.q75
        return self.value - float(np.clip(self.value, low, high))

    @property
    def separates(self) -> float:
        """How much this value parts the take from the target; 0 where it does not by a noticeable amount.

        Distance in standard deviations, times how much the value matters for the target, times trust.
        """
        if abs(self.off_by) < self.noticeable:
            return 0.0
        return self.weight * self.confidence * abs(self.off_by) / _spread(self.band, self.noticeable)

    @property
    def falls_short(self) -> float:
        """How far a value among the target's takes still lies on the side of the other emotions.

        Standard deviations from their median, weighed like `separates`; 0 past the median or if not noticeable.
        """
        missing = (self.band.q50 - self.value) * self.towards
        if self.off_by != 0.0 or missing < self.noticeable:
            return 0.0
        return self.weight * self.confidence * missing / _spread(self.band, self.noticeable)


def place(
    prosody: Prosody, target: Emotion, enrolment: Enrolment | None, reference: Reference
) -> tuple[Placement, ...]:
    """Every known and comparable value, in the order of `MEASURES`.

    With an enrolment the values are seen from the speaker's own voice wherever the table allows.
    """
    register = choose_register(prosody, target, enrolment, reference)
    if register is None:
        return ()
    placements = []
    for name, value in prosody.values.items():
        if value is None:
            continue
        relative = enrolment is not None and name in enrolment.values and bool(MEASURES[name].relative)
        if enrolment is not None and relative:
            value = relative_value(name, value, enrolment.values[name])
        band = reference.band(target, register, name, relative=relative)
        if band is None or not (relative or MEASURES[name].comparable):
            continue
        weight, towards = _effect(target, register, name, relative, reference)
        placements.append(Placement(name, value, band, relative, weight, towards, prosody.confidence[name]))
    return tuple(placements)


def choose_register(
    prosody: Prosody, target: Emotion | None, enrolment: Enrolment | None, reference: Reference
) -> Register | None:
    """The register by the neutral voice where it is known, else by the take; None without a pitch."""
    if enrolment is not None:
        return register_of(enrolment.values["pitch_median_hz"])
    if prosody.pitch_median_hz is None:
        return None
    return guess_register(prosody.pitch_median_hz, target, reference)


def _effect(target: Emotion, register: Register, name: str, relative: bool, reference: Reference) -> tuple[float, int]:
    own = reference.band(target, register, name, relative=relative)
    others = [
        band
        for emotion in Emotion
        if emotion is not target and (band := reference.band(emotion, register, name, relative=relative))
    ]
    if own is None or not others:
        return 0.0, 0
    info = MEASURES[name]
    least = info.noticeable_relative if relative else info.noticeable
    d = [
        (own.q50 - other.q50) / np.hypot(_spread(own, least), _spread(other, least)) * np.sqrt(2.0) for other in others
    ]
    weight = np.mean(np.minimum(np.abs(d), _LARGEST_EFFECT))
    return float(weight), int(np.sign(np.mean(d)))


def _spread(band: Band, least: float) -> float:
    """Standard deviation of a band, at least the smallest difference that can be heard."""
    return max(band.spread, least)
