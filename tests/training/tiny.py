"""The served recipe, as small as tones allow."""

from dataclasses import replace

from ser_core.augment import Copies
from ser_core.recipes import EnsembleRecipe, PerceptronKnobs, get_recipe

_CRNN = get_recipe("crnn")
assert isinstance(_CRNN, EnsembleRecipe)

# Tones are told apart after a few steps; the number that voices need would take minutes.
TINY = replace(
    _CRNN,
    n_frames=64,
    epochs=4,
    n_copies=1,
    average=0.5,
    perceptrons=PerceptronKnobs(number=1, copies=Copies(mixed=1), least_steps=12),
)
