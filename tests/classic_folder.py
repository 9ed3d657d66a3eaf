"""A classic model's folder, quickly made: a classifier fitted to values of noise, without TensorFlow."""

from dataclasses import replace
from pathlib import Path

import numpy as np

from ser_core.corpora import Utterance
from ser_core.features.feature_sets import get_feature_set
from ser_core.labels import Emotion
from ser_core.models.card import Calibration, ClassicCard
from ser_core.models.measured import write_card
from ser_core.recipes import ClassicRecipe, get_recipe
from ser_core.training.data.vectors import Vectors
from ser_core.training.trainer import Fitted, Task
from ser_core.training.trainers import trainer_of

LABELS = (Emotion.HAPPY, Emotion.SAD, Emotion.ANGRY)


def fitted_to_noise(recipe: ClassicRecipe, n: int = 60, labels: tuple[Emotion, ...] = LABELS) -> Fitted:
    """A recipe fitted to random values near what speech has."""
    shape = get_feature_set(recipe.features).shape
    values = np.random.default_rng(0).standard_normal((n, *shape)).astype(np.float32)
    clips = tuple(Utterance(Path(str(i)), labels[i % len(labels)], "folder", "ann") for i in range(n))
    data = Vectors(clips, values, np.empty((n, 0, *shape), dtype=np.float32))
    return trainer_of(recipe).fit(data, Task(clips))


def classic_folder(folder: Path, recipe_name: str = "gmm") -> ClassicCard:
    """Leaves a model of a recipe of scikit-learn's in `folder`."""
    recipe = get_recipe(recipe_name)
    assert isinstance(recipe, ClassicRecipe)
    recipe = replace(recipe, pca=8 if recipe.pca else None)
    card = trainer_of(recipe).export(fitted_to_noise(recipe), folder)
    sides = {"train": [], "validation": [], "test": []}
    training = {"recipe": recipe_name, "source": recipe.source, "parameters": None, "augment": (), "minutes": 0}
    training |= {"select": None, "pca": recipe.pca, "seed": 0}
    return write_card(
        replace(
            card,
            calibration=Calibration(1.5, 0.0),
            protocol={"kind": "by speaker: no voice is on two sides"} | sides,
            training=training,
        ),
        folder,
    )
