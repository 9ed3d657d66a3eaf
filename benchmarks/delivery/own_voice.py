"""What the register and enrolment gain, for speakers who are not in the reference table."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ser_core.adaptation.enrolment import Enrolment
from ser_core.audio import read_clip
from ser_core.corpora import Utterance
from ser_core.labels import Emotion
from ser_core.practice.feedback.placing import Placement, place
from ser_core.practice.reference import guess_register, load_reference, register_of
from ser_core.prosody import measure_prosody
from tools.reference.making import Take, make_reference

_MIN_TAKES = 3


@dataclass(frozen=True)
class Measured:
    """The part of a Prosody that placing needs."""

    take: Take
    confidence: Mapping[str, float]

    @property
    def values(self) -> Mapping[str, float | None]:
        return self.take.values

    @property
    def pitch_median_hz(self) -> float | None:
        return self.take.values["pitch_median_hz"]


def measure(utterances: Sequence[Utterance]) -> list[Measured]:
    result = []
    for u in utterances:
        prosody = measure_prosody(read_clip(u.path))
        take = Take(u.corpus, u.voice, u.emotion, prosody.values)
        result.append(Measured(take, prosody.confidence))
    return result


def registers(measured: Sequence[Measured], gender: Mapping[str, str | None]) -> dict[str, Any]:
    """How often the boundary separates speakers by the gender given in their corpus, and how often a take finds its
    register.
    """
    reference = load_reference()
    own = {voice: _median(takes)["pitch_median_hz"] for voice, takes in _neutral(measured).items()}
    parted = [(register_of(pitch) == "lower") == (gender[voice] == "m") for voice, pitch in own.items()]
    guessed = [
        guess_register(m.pitch_median_hz, m.take.emotion, reference) is register_of(own[m.take.voice])
        for m in measured
        if m.pitch_median_hz is not None
    ]

    def span(named: str) -> dict[str, float]:
        pitches = [pitch for voice, pitch in own.items() if gender[voice] == named]
        return {"speakers": len(pitches), "lowest, Hz": min(pitches), "highest, Hz": max(pitches)}

    return {
        "neutral medians of men": span("m"),
        "neutral medians of women": span("f"),
        "speakers": len(parted),
        "speakers parted as their corpus names them, %": 100 * float(np.mean(parted)),
        "takes given their register without a enrolment, %": 100 * float(np.mean(guessed)),
    }


def brings(measured: Sequence[Measured], folds: Sequence[Sequence[str]]) -> dict[str, dict[str, float]]:
    """Advice with and without enrolment, from tables without the fold's speakers.

    Half of a speaker's neutral takes are enrolled; the others are compared with each emotion as target. Advice is right
    when the median of the speaker's own takes of that emotion lies on the side to which it points. Each take is also
    assigned to the emotion with the nearest medians (weighted by trust), which shows how well the placement separates
    the emotions.
    """
    neutral = _neutral(measured)
    right: dict[bool, list[bool]] = {False: [], True: []}
    advised: dict[bool, list[bool]] = {False: [], True: []}
    heard: dict[bool, list[tuple[Emotion, bool]]] = {False: [], True: []}
    for voices in folds:
        reference = make_reference([m.take for m in measured if m.take.voice not in voices], [])
        for voice in voices:
            enrolled, tested = neutral[voice][::2], neutral[voice][1::2]
            enrolment = Enrolment(_median(enrolled), 10.0)
            others = [m for m in measured if m.take.voice == voice and m not in enrolled]
            for own in (False, True):
                known = enrolment if own else None
                for emotion in Emotion:
                    goal = [m for m in others if m.take.emotion is emotion]
                    if emotion is Emotion.NEUTRAL or len(goal) < _MIN_TAKES:
                        continue
                    aim = _median(goal)
                    for m in tested:
                        placements = [p for p in place(m, emotion, known, reference) if p.separates > 0]
                        best = sorted(placements, key=lambda p: -p.separates)[:2]
                        advised[own].append(bool(best))
                        right[own] += [
                            (p.off_by < 0) == (aim[p.name] > m.values[p.name]) for p in best if p.name in aim
                        ]
                for m in others:
                    costs = {e: _distance(place(m, e, known, reference)) for e in Emotion}
                    costs = {e: cost for e, cost in costs.items() if cost is not None}
                    nearest = min(costs, key=lambda e: costs[e])
                    heard[own].append((m.take.emotion, nearest is m.take.emotion))
    return {
        ("with the own voice" if own else "without"): {
            "neutral takes given a change, %": 100 * float(np.mean(advised[own])),
            "changes that point the right way, %": 100 * float(np.mean(right[own])),
            "changes": len(right[own]),
            "nearest emotion is the one acted, UA %": 100 * _mean_recall(heard[own]),
        }
        for own in (False, True)
    }


def _neutral(measured: Sequence[Measured]) -> dict[str, list[Measured]]:
    found: dict[str, list[Measured]] = {}
    for m in measured:
        if m.take.emotion is Emotion.NEUTRAL:
            found.setdefault(m.take.voice, []).append(m)
    return found


def _median(takes: Sequence[Measured]) -> dict[str, float]:
    names = takes[0].values
    values = {name: [v for m in takes if (v := m.values[name]) is not None] for name in names}
    return {name: float(np.median(found)) for name, found in values.items() if found}


def _distance(placements: Sequence[Placement]) -> float | None:
    """Mean distance from the medians in standard deviations, weighted by trust."""
    if not placements:
        return None
    off = [min(abs(p.value - p.band.q50) / max(p.band.spread, p.noticeable), 3.0) for p in placements]
    return float(np.average(off, weights=[p.confidence + 1e-6 for p in placements]))


def _mean_recall(heard: Sequence[tuple[Emotion, bool]]) -> float:
    return float(np.mean([np.mean([ok for e, ok in heard if e is emotion]) for emotion in {e for e, _ in heard}]))
