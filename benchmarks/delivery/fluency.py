"""False alarms on fluent corpus speech, and how many synthetic disfluencies are found."""

from collections import Counter

import numpy as np

from benchmarks.delivery import disfluent
from ser_core.audio import read_clip
from ser_core.corpora import Utterance
from ser_core.prosody import measure_prosody
from ser_core.prosody.disfluency import DisfluencyKind, find_disfluencies

_MAKERS = {
    DisfluencyKind.LONG_PAUSE: disfluent.long_pause,
    DisfluencyKind.FILLED_PAUSE: disfluent.filled_pause,
    DisfluencyKind.PROLONGATION: disfluent.prolongation,
    DisfluencyKind.REPETITION: disfluent.repetition,
}
_NEAR_S = 0.1


def false_alarms(utterances: list[Utterance]) -> dict[str, dict[str, float]]:
    """Percentage of takes in which something is marked, by corpus and kind."""
    result = {}
    for corpus in sorted({u.corpus for u in utterances}):
        takes = [u for u in utterances if u.corpus == corpus]
        kinds: Counter[str] = Counter()
        for u in takes:
            found = {item.kind for item in find_disfluencies(measure_prosody(read_clip(u.path)))}
            kinds.update(kind.value for kind in found)
            kinds["any"] += bool(found)
        n = len(takes)
        result[corpus] = {"clips": n} | {kind: 100 * kinds[kind] / n for kind in [*DisfluencyKind, "any"]}
    return result


def recall(utterances: list[Utterance], rng: np.random.Generator) -> dict[str, dict[str, float]]:
    """Percentage of inserted disfluencies that are marked in the right place: as the right kind, and as any kind."""
    result = {}
    for kind, make in _MAKERS.items():
        n = named = noticed = 0
        for u in utterances:
            clip = read_clip(u.path)
            prosody = measure_prosody(clip)
            made = make(clip, prosody, rng) if len(prosody.syllables_s) >= 4 else None
            if made is None:
                continue
            sound, moment_s = made
            items = find_disfluencies(measure_prosody(sound))
            there = [d for d in items if d.start_s - _NEAR_S <= moment_s <= d.end_s + _NEAR_S]
            n += 1
            named += any(d.kind is kind for d in there)
            noticed += bool(there)
        result[kind.value] = {"made": n, "named, %": 100 * named / n, "marked, %": 100 * noticed / n}
    return result
