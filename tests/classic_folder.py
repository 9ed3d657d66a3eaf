"""A classic model's folder, quickly made: a classifier fitted to values of noise, without TensorFlow."""

from pathlib import Path

import numpy as np

from ser_core.features.feature_sets import get_feature_set
from ser_core.labels import Emotion
from ser_core.models.card import Calibration, ClassicCard, digest, save_card
from ser_core.recipes import get_recipe
from ser_core.training.classic_models import build_classic

LABELS = (Emotion.HAPPY, Emotion.SAD, Emotion.ANGRY)


def classic_folder(folder: Path, recipe_name: str = "gmm") -> ClassicCard:
    """Fits a recipe of scikit-learn's to random values near what speech has, and leaves its model in `folder`."""
    recipe = get_recipe(recipe_name)
    features = get_feature_set(recipe.features)
    rng = np.random.default_rng(0)
    values = rng.standard_normal((60, *features.shape)).astype(np.float32)
    model = build_classic(recipe, pca=8 if recipe.pca else None, select=None, epochs=None, seed=0)
    model.fit(values, np.arange(60) % len(LABELS))
    files = model.save(folder)
    (folder / "README.md").write_text(f"# {folder.name}\n")
    card = ClassicCard(
        name=folder.name,
        summary=recipe.summary,
        labels=LABELS,
        calibration=Calibration(1.5, 0.0),
        corpora={},
        protocol={"kind": "by speaker: no voice is on two sides", "train": [], "validation": [], "test": []},
        metrics={},
        training={"recipe": recipe.name},
        files={file: digest(folder / file) for file in files},
        made_with={},
        features=features.name,
        features_version=features.version,
    )
    save_card(card, folder)
    return card
