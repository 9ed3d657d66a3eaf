"""The early head on tones: a perceptron that learns from statistics of clips."""

from dataclasses import replace

import numpy as np
import pytest

from ser_core.nets.whisper import Recogniser
from ser_core.recipes import WHISPER, WHISPER_SHALLOW
from ser_core.recipes.encoder import DisturbedKnobs, EarlyKnobs
from ser_core.training.whisper.early import fit_early
from ser_core.training.whisper.pack import Pack
from ser_core.training.whisper.statistics import Statistics
from tests.training.whisper.test_trainer import ANGRY, SAD

N_ACTED = 16
KNOBS = {
    "early": EarlyKnobs(n_steps=60, batch_size=16, rate=1e-2),
    "draws": (("ravdess", 1.0), ("crema-d", 1.0), ("plain", 0.2), ("noise", 0.0)),
}


@pytest.mark.parametrize(
    "recipe",
    [replace(WHISPER, **KNOBS), replace(WHISPER_SHALLOW, disturbed=DisturbedKnobs(copies=1), **KNOBS)],
    ids=["recordings alone", "disturbed copies too"],
)
def test_learns_high_from_low(network: Recogniser, pack: Pack, recipe):
    statistics = Statistics(network, recipe).of(pack)
    trained = np.arange(len(pack.corpus)) < N_ACTED - 4
    fit_early(network.early_head, statistics, pack, trained, recipe)
    head = network.early_head
    logits = np.asarray(head.decide(head.hide(head.standardised(statistics[1].astype(np.float32)))))[:N_ACTED]
    high = pack.emotion[:N_ACTED] == ANGRY
    assert (logits[:, [SAD, ANGRY]].argmax(axis=1) == high).all()
