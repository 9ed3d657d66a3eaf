import numpy as np
import pytest

from ser_core.augment import in_room
from ser_core.records import Clip


def click(n: int = 16_000) -> Clip:
    samples = np.zeros(n, dtype=np.float32)
    samples[0] = 1
    return Clip(samples, 16_000)


def test_a_click_decays_by_60_db_in_the_time_asked_for(rng):
    tail = in_room(click(), rt60_s=0.5, direct_to_reverberant_db=0, rng=rng).samples[1:]
    level_db = 10 * np.log10(np.square(tail[: 16_000 // 2]).reshape(-1, 400)[:19].mean(axis=1))
    slope = np.polyfit(np.arange(len(level_db)) * 400 / 16_000, level_db, 1)[0]
    assert slope == pytest.approx(-60 / 0.5, rel=0.1)


@pytest.mark.parametrize("ratio_db", [-3, 10])
def test_the_tail_has_the_energy_asked_for(rng, ratio_db):
    heard = in_room(click(), rt60_s=0.3, direct_to_reverberant_db=ratio_db, rng=rng)
    tail = np.sum(np.square(heard.samples - click().samples))
    assert -10 * np.log10(tail) == pytest.approx(ratio_db, abs=0.1)
    assert len(heard.samples) == len(click().samples)
