"""Recipes side by side on tones: figures, what an interruption costs, and the file they go into."""

import json
from dataclasses import replace

import numpy as np
import pytest
from click.testing import CliRunner

from ser_core.augment import CORRUPTIONS
from ser_core.cli import main
from ser_core.evaluation import cross_validation
from ser_core.evaluation.cross_validation import cross_validate
from ser_core.evaluation.summary import result_of
from ser_core.models.results import load_results
from ser_core.recipes import get_recipe
from ser_core.training.progress import Observer
from tests.training.tiny import TINY

pytestmark = pytest.mark.usefixtures("tones_protocol")


class Folds(Observer):
    """Keeps how many folds are done."""

    def __init__(self) -> None:
        self.done: list[tuple[int, int]] = []

    def folds(self, done, total):
        self.done.append((done, total))


@pytest.mark.slow
def test_every_fold_counts_and_none_is_trained_twice(tiny_corpus, tmp_path, monkeypatch):
    recipes = [get_recipe("random-forest"), replace(get_recipe("cnn1d-shallow"), epochs=6)]

    def run(recipes, **options):
        observer = Folds()
        runs = cross_validate(recipes, "tones", {"folder": tiny_corpus}, tmp_path, observer=observer, **options)
        assert set(runs) == {recipe.name for recipe in recipes}
        return observer.done, {
            r.name: result_of(r, runs[r.name], ["folder"], seed=0, adaptation=False) for r in recipes
        }

    assert run(recipes[:1])[0] == [(0, 2), (1, 2), (2, 2)]
    done, results = run(recipes, jobs=2)
    assert done == [(2, 4), (3, 4), (4, 4)]
    forest, network = results["random-forest"], results["cnn1d-shallow"]
    assert forest["n"] == network["n"] == 72
    assert [fold["n"] for fold in forest["folds"]] == [36, 36]
    assert forest["ua"] == pytest.approx(sum(fold["ua"] for fold in forest["folds"]) / 2, abs=1e-4)
    assert min(forest["ua"], network["ua"]) > 0.8
    assert sum(map(sum, forest["confusion"])) == 72
    assert len(network["history"]) == network["epochs"] == 6
    assert network["history"][-1]["loss"] < network["history"][0]["loss"]
    assert forest["history"] == []
    assert forest["epochs"] is None
    assert network["parameters"] == 64 * 5 + 64 + 181 * 64 * 3 + 3
    assert all(m["size_mb"] > 0 and m["latency_ms"] > 0 and m["training_s"] > 0 for m in (forest, network))
    # Nothing is left to do; what decides the figures makes another run.
    monkeypatch.setattr(cross_validation, "_run", None)
    assert run(recipes)[0] == [(4, 4)]
    for other in ({"seed": 1}, {"thorough": True}):
        with pytest.raises(TypeError):
            run(recipes[:1], **other)


@pytest.mark.slow
def test_an_ensemble_is_tested_corrupted_and_in_float32_as_well(tiny_corpus, tmp_path, small_net):
    recipe = replace(TINY, net="small", epochs=2, as_recorded=(0.6,))
    run = cross_validate([recipe], "tones", {"folder": tiny_corpus}, tmp_path, only="last", thorough=True)["crnn"]
    (fold,) = run.folds
    assert fold.name == "last"
    assert set(fold.corruptions) == set(CORRUPTIONS)
    assert all(logits.shape == fold.logits.shape == (36, 3) for logits in fold.corruptions.values())
    np.testing.assert_array_equal(fold.corrupted, np.arange(36))
    # Eight bits are not float32, but near it.
    assert 0 < np.abs(fold.float32_logits - fold.logits).max() < 1
    assert fold.training.parameters > 100_000
    figures = result_of(recipe, run, ["folder"], seed=0)
    assert set(figures["corruptions"]) == set(CORRUPTIONS)
    assert figures["recipe_id"] == recipe.id
    assert [m["of_each"] for m in figures["few_shot"]] == [1, 2, 3]


@pytest.mark.slow
def test_the_command_prints_a_table_and_adds_to_the_file_of_results(tiny_corpus, tmp_path):
    file = tmp_path / "results.json"
    file.write_text(json.dumps({"tones": {"older": {"ua": 0.5}}}))
    arguments = ["compare", "--protocol", "tones", "--corpus", f"folder={tiny_corpus}", "--jobs", "1"]
    arguments += ["--recipes", "random-forest,svm", "--work", str(tmp_path / "work"), "--results", str(file)]
    done = CliRunner().invoke(main, arguments, catch_exceptions=False)
    assert done.exit_code == 0, done.output
    lines = done.output.splitlines()
    assert {line.split()[0] for line in lines[-2:]} == {"random-forest", "svm"}
    results = load_results(file)["tones"]
    assert set(results) == {"older", "random-forest", "svm"}
    assert results["svm"]["trained_with"] == ["folder"]
    assert float(lines[-1].split()[1]) <= float(lines[-2].split()[1])
