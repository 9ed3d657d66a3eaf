"""A recipe is one record: every knob is in its identity, and a value that makes no sense is refused at once."""

from dataclasses import asdict, fields, is_dataclass, replace

import pytest

from ser_core.errors import SerError
from ser_core.recipes import EnsembleRecipe, EstimatorRecipe, get_recipe, recipes

WORDS = ("summary", "source")


def other_value(value):
    if isinstance(value, bool):
        return not value
    if isinstance(value, int | float):
        return value + 1
    return None if value else "other"


def knobs_of(record, path=()):
    """The path to every knob of a recipe, those of the records within it included."""
    for field in fields(record):
        value = getattr(record, field.name)
        yield from knobs_of(value, (*path, field.name)) if is_dataclass(value) else [(*path, field.name)]


def changed(record, path):
    name, *rest = path
    value = getattr(record, name)
    return replace(record, **{name: changed(value, rest) if rest else other_value(value)})


@pytest.mark.parametrize("path", list(knobs_of(get_recipe("crnn"))), ids=".".join)
def test_every_knob_of_the_served_recipe_changes_its_identity_and_words_do_not(path):
    recipe = get_recipe("crnn")
    assert (changed(recipe, path).id == recipe.id) is (path[0] in WORDS)


def test_every_recipe_has_its_own_name_and_identity():
    assert len({recipe.name for recipe in recipes()}) == len({recipe.id for recipe in recipes()}) == len(recipes())


def test_the_ensembles_knobs_are_one_record():
    recipe = get_recipe("crnn")
    assert isinstance(recipe, EnsembleRecipe)
    assert asdict(recipe)["perceptrons"]["least_steps"] == 850


@pytest.mark.parametrize(
    "name, knobs, said",
    [
        ("svm", {"augment": ("echo",)}, "no augmentation 'echo'"),
        ("svm", {"features": "mfccs"}, "no feature set 'mfccs'"),
        ("svm", {"select": 182}, "182 of 181 values"),
        ("svm", {"pca": 182}, "182 components cannot be computed from 181 values"),
        ("svm", {"select": 10, "pca": 11}, "11 components cannot be computed from 10 values"),
        ("hmm", {"select": 10}, "sequence or an image"),
    ],
)
def test_knobs_that_make_no_sense_are_refused(name, knobs, said):
    recipe = get_recipe(name)
    assert isinstance(recipe, EstimatorRecipe)
    with pytest.raises(SerError, match=said):
        replace(recipe, **knobs)
