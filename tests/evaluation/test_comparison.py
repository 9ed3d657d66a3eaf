"""Recipes side by side on tones: figures, what an interruption costs, and the file they go into."""

import json
from dataclasses import replace

import pytest
from click.testing import CliRunner

from ser_core.cli import main
from ser_core.corpora import protocols
from ser_core.corpora.protocols import Fold, Protocol
from ser_core.evaluation import comparison
from ser_core.evaluation.comparison import ComparisonListener, compare_classic
from ser_core.models.results import load_results
from ser_core.recipes import get_recipe


def two_folds(utterances):
    """Three voices each way; fewer than the protocols of the real corpora have."""
    speakers = sorted({u.speaker for u in utterances})
    for name, held in (("first", speakers[:3]), ("last", speakers[3:])):
        yield Fold(
            name,
            tuple(u for u in utterances if u.speaker not in held),
            tuple(u for u in utterances if u.speaker in held),
        )


@pytest.fixture(autouse=True)
def _a_protocol_for_tones(monkeypatch):
    tones = Protocol("tones", "Half of the voices at a time", ("folder",), True, two_folds)
    monkeypatch.setitem(protocols._PROTOCOLS, "tones", tones)


RECIPES = [get_recipe("random-forest"), replace(get_recipe("cnn1d-shallow"), epochs=6)]


@pytest.mark.slow
def test_every_fold_counts_and_none_is_trained_twice(tiny_corpus, tmp_path, monkeypatch):
    results, folds = {}, []
    listener = ComparisonListener(on_fold=lambda *done: folds.append(done), on_result=results.__setitem__)

    def run(recipes=RECIPES, **options):
        folds.clear()
        compare_classic(recipes, "tones", {"folder": tiny_corpus}, tmp_path, listener=listener, **options)

    run(RECIPES[:1], jobs=1)
    assert folds == [(0, 2), (1, 2), (2, 2)]
    run(jobs=2)
    assert folds == [(2, 4), (3, 4), (4, 4)]
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
    monkeypatch.setattr(comparison, "fit_classic", None)
    run()
    assert folds == [(4, 4)]
    with pytest.raises(TypeError):
        run(RECIPES[:1], seed=1, jobs=1)


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


def test_the_served_recipe_is_measured_elsewhere(tiny_corpus):
    arguments = ["compare", "--protocol", "tones", "--corpus", f"folder={tiny_corpus}", "--recipes", "crnn"]
    done = CliRunner().invoke(main, arguments)
    assert done.exit_code == 1
    assert "ser evaluate --protocol" in done.output
