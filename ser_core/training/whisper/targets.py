"""What each packed clip should be answered with, as arrays that a step looks up."""

from typing import Any, NamedTuple

import numpy as np
from keras import ops

from ser_core.labels import Emotion
from ser_core.recipes import EncoderRecipe
from ser_core.training.whisper.pack import NOISE, PLAIN, Pack


class Targets(NamedTuple):
    """One row a clip of the pack, arrays or tensors of float32.

    Attributes:
        wanted: probabilities of the emotions, shape (clips, emotions).
        allowed: classes that may be answered, 1 or 0; the others are masked in the loss.
        calm: 1 where neutral and calm are both right, as of ordinary speech; `wanted` is not used then.
        weight: of the clip in the loss.
    """

    wanted: Any
    allowed: Any
    calm: Any
    weight: Any


def targets_of(pack: Pack, recipe: EncoderRecipe) -> Targets:
    """Labels smoothed over what the corpus knows, plain speech neutral or calm, noise any emotion alike."""
    n, n_emotions = len(pack.corpus), len(Emotion)
    allowed = np.ones((n, n_emotions), np.float32)
    acted = pack.emotion >= 0
    for corpus in np.unique(pack.corpus[acted]):
        own = pack.corpus == corpus
        allowed[own] = np.isin(np.arange(n_emotions), pack.emotion[own])
    wanted = allowed / allowed.sum(axis=1, keepdims=True)
    sharp = np.eye(n_emotions, dtype=np.float32)[pack.emotion[acted]]
    wanted[acted] = (1 - recipe.smoothing) * sharp + recipe.smoothing * wanted[acted]
    plain, noise = pack.corpus == PLAIN, pack.corpus == NOISE
    weight = np.where(plain, recipe.plain_weight, np.where(noise, recipe.noise_weight, 1.0))
    return Targets(wanted, allowed, plain.astype(np.float32), weight.astype(np.float32))


def targets_on_device(pack: Pack, recipe: EncoderRecipe) -> Targets:
    """`targets_of` as tensors."""
    return Targets(*(ops.convert_to_tensor(x) for x in targets_of(pack, recipe)))
