"""Every recipe learns tones of voices and answers new voices, as its files are served."""

import json
from dataclasses import replace

import numpy as np
import pytest

from ser_core.errors import ModelError, SerError
from ser_core.labels import Emotion
from ser_core.models.estimators import EstimatorModel
from ser_core.models.opening import open_runner
from ser_core.recipes import ClassicRecipe, EstimatorRecipe, NetworkRecipe, get_recipe, recipes
from ser_core.training import trainers
from ser_core.training.data.cache import make
from ser_core.training.predictions import predict
from ser_core.training.trainer import Task
from ser_core.training.trainers import trainer_of

CLASSIC = [recipe for recipe in recipes() if isinstance(recipe, ClassicRecipe)]
# Deep networks learn slowly, and cost seconds an epoch.
EPOCHS = {"cnn2d-vgg": 6, "cnn1d-deep": 6}


def small(recipe: ClassicRecipe) -> ClassicRecipe:
    recipe = replace(recipe, augment=("shift",) if recipe.augment else (), pca=8 if recipe.pca else None)
    return (
        replace(recipe, batch_size=8, epochs=EPOCHS.get(recipe.name, 15))
        if isinstance(recipe, NetworkRecipe)
        else recipe
    )


@pytest.fixture(scope="module")
def cache_dir(tones, tmp_path_factory):
    """With the values of all recipes, of one decoding of each tone."""
    folder = tmp_path_factory.mktemp("values")
    make(tones, [m for recipe in CLASSIC for m in trainer_of(small(recipe)).makings(0)], folder)
    return folder


@pytest.mark.slow
@pytest.mark.parametrize("recipe", CLASSIC, ids=lambda recipe: recipe.name)
def test_every_recipe_hears_new_voices_through_the_files_it_leaves(recipe, tones, cache_dir, tmp_path):
    train = [u for u in tones if u.speaker in ("ann", "bob", "cem")]
    test = [u for u in tones if u.speaker == "fox"]
    trains = trainer_of(small(recipe))
    data = trains.prepare(tones, 0, cache_dir, lambda done, total: pytest.fail("All is made already."))
    told = []
    fitted = trains.fit(data, Task(train, on_epoch=lambda epoch, total: told.append((epoch, total))))
    assert fitted.labels == (Emotion.HAPPY, Emotion.SAD, Emotion.ANGRY)
    assert [(e.number, total) for e, total in told] == [(i + 1, len(told)) for i in range(len(told))]
    assert bool(told) == isinstance(recipe, NetworkRecipe) == (fitted.n_parameters is not None)
    assert fitted.history == tuple(epoch for epoch, _ in told)
    card = trains.export(fitted, tmp_path)
    answers = predict(open_runner(card, tmp_path).logits, card.labels, test)
    # By chance a third; seven of twelve by chance happen once in fifty times, nine never. A few epochs are short.
    assert answers.evaluation.wa >= 0.75


def test_only_copies_of_training_clips_train(tones, cache_dir, monkeypatch):
    """Copies of test clips are poisoned: a model that saw one would fail."""
    seen = {}

    class Spy:
        def fit(self, x, y):
            seen.update(x=x, y=y)

    monkeypatch.setattr("ser_core.training.classic_estimator.build_estimator", lambda name, seed: Spy())
    recipe = replace(get_recipe("svm"), features="mfcc", augment=("noise", "shift"))
    trains = trainer_of(recipe)
    data = trains.prepare(tones, 0, cache_dir, lambda done, total: None)
    test = [u.speaker in ("eva", "fox") for u in tones]
    poisoned = data.copies.copy()
    poisoned[test] = np.nan
    train = [u for u, tested in zip(tones, test, strict=True) if not tested]
    trains.fit(replace(data, copies=poisoned), Task(train))
    assert seen["x"].shape == (3 * 48, 40)
    assert not np.isnan(seen["x"]).any()
    np.testing.assert_array_equal(seen["y"][:48], seen["y"][48:96])


def test_a_stored_model_with_a_stranger_in_it_is_refused(tmp_path):
    import skops.io

    path = tmp_path / "model.skops"
    skops.io.dump({"preparation": None, "classifier": json.JSONEncoder()}, path)
    with pytest.raises(ModelError, match="JSONEncoder"):
        EstimatorModel.loads(path.read_bytes(), path)


@pytest.mark.parametrize("name, module", [("crnn", "tensorflow"), ("xgboost", "xgboost"), ("hmm", "hmmlearn")])
def test_a_missing_package_is_named_before_anything_is_computed(name, module, monkeypatch):
    monkeypatch.setattr(trainers, "find_spec", lambda wanted: None if wanted == module else object())
    with pytest.raises(SerError, match=rf"needs {module}: pip install -r requirements-train\.lock"):
        trainer_of(get_recipe(name))
    assert trainer_of(get_recipe("svm")).modules


def test_a_classifier_needs_no_tensorflow():
    estimators = [recipe for recipe in CLASSIC if isinstance(recipe, EstimatorRecipe)]
    assert not any({"tensorflow", "keras"} & set(trainer_of(recipe).modules) for recipe in estimators)
