import json

import pytest

from ser_core.errors import SerError
from ser_core.models.results import RESULTS_FILE, load_results, measured_under, of_earlier_recipe, save_result
from ser_core.recipes import get_recipe


def test_one_run_replaces_its_own_figures_alone(tmp_path):
    path = tmp_path / "results.json"
    assert load_results(path) == {}
    save_result("tess-random", "svm", {"ua": 0.5}, path)
    save_result("ravdess-actors", "crnn", {"ua": 0.6}, path)
    save_result("tess-random", "crnn", {"ua": 0.9}, path)
    save_result("tess-random", "svm", {"ua": 0.7}, path)
    assert load_results(path) == {
        "ravdess-actors": {"crnn": {"ua": 0.6}},
        "tess-random": {"crnn": {"ua": 0.9}, "svm": {"ua": 0.7}},
    }
    assert measured_under("crnn", path) == {"ravdess-actors": {"ua": 0.6}, "tess-random": {"ua": 0.9}}


def test_says_so_when_the_file_is_broken(tmp_path):
    path = tmp_path / "results.json"
    path.write_text("{")
    with pytest.raises(SerError, match="not a results file"):
        load_results(path)


def test_figures_of_another_state_of_the_recipe_are_known():
    results = {
        "ravdess-actors": {"crnn": {"recipe_id": "a"}, "svm": {}},
        "tess-random": {"crnn": {"recipe_id": "a"}, "svm": {}},
        "nemo-speakers": {"crnn": {"recipe_id": "b"}},
        "leave-corpus-out": {"crnn": {}},
    }
    earlier = {p: of_earlier_recipe(results, p, "crnn") for p in results}
    assert [p for p in earlier if earlier[p]] == ["nemo-speakers", "leave-corpus-out"]
    assert not of_earlier_recipe(results, "tess-random", "svm")


def test_every_committed_figure_says_where_it_comes_from():
    for protocol, recipes in json.loads(RESULTS_FILE.read_text(encoding="utf-8")).items():
        for recipe, figures in recipes.items():
            assert {"ua", "n", "seed", "commit", "trained_with"} <= set(figures), (protocol, recipe)
            assert len(figures["commit"]) >= 10


def test_the_served_models_card_and_its_figures_are_of_the_recipe_as_it_is(model_dir):
    card = json.loads((model_dir / "card.json").read_text(encoding="utf-8"))
    recipe = get_recipe(card["training"]["recipe"])
    assert card["training"]["recipe_id"] == recipe.id
    assert {figures["recipe_id"] for figures in measured_under(recipe.name).values()} == {recipe.id}
