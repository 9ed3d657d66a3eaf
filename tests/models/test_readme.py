"""What the card in Markdown says of licences."""

from dataclasses import replace

import pytest

from ser_core.corpora import get_corpus
from ser_core.models.card import load_card
from ser_core.models.readme import model_readme


@pytest.mark.parametrize(
    "corpora, sentence",
    [
        (["ravdess", "tess"], "These licences are non-commercial, and the weights carry that restriction."),
        (["iemocap"], "These licences are non-commercial, and the weights carry that restriction."),
        (["ravdess", "crema-d", "savee"], "What is licensed of {ravdess} and {savee} is non-commercial"),
        (["crema-d"], "None of these licences forbids commercial use"),
    ],
)
def test_only_licences_that_are_non_commercial_are_called_so(model_dir, corpora, sentence):
    card = load_card(model_dir.name, model_dir.parent)
    entries = {}
    for name in corpora:
        known = get_corpus(name)
        entries[name] = {
            "title": known.title,
            "language": known.language,
            "licence": known.licence,
            "citation": known.citation,
            "training_clips": 1,
        }
    titles = {name: entry["title"] for name, entry in entries.items()}
    assert sentence.format(**titles) in model_readme(replace(card, corpora=entries))


def test_a_protocol_of_fewer_epochs_is_said_to_be(model_dir):
    card = load_card(model_dir.name, model_dir.parent)
    measured = card.metrics["protocol ravdess-actors"]
    epochs = card.training["epochs"]
    for shown, expected in ((epochs, False), (epochs - 1, True)):
        metrics = {"protocol ravdess-actors": dict(measured) | {"epochs": shown}}
        said = f"`ravdess-actors` was measured with {shown} epochs instead of {epochs}."
        assert (said in model_readme(replace(card, metrics=metrics))) is expected


@pytest.mark.parametrize("measured_with, expected", [("aaaaaaaaaa", False), ("bbbbbbbbbb", True)])
def test_a_protocol_of_an_earlier_recipe_is_said_to_be(model_dir, measured_with, expected):
    card = load_card(model_dir.name, model_dir.parent)
    m = dict(card.metrics["protocol ravdess-actors"]) | {"recipe_id": measured_with, "commit": "0123456789"}
    training = dict(card.training) | {"recipe_id": "aaaaaaaaaa"}
    said = "`ravdess-actors` is of an earlier recipe, at commit 0123456789."
    made = model_readme(replace(card, training=training, metrics={"protocol ravdess-actors": m}))
    assert (said in made) is expected


def test_what_adapting_to_a_speaker_brought_stands_on_the_page(model_dir):
    card = load_card(model_dir.name, model_dir.parent)
    gains = [{"of_each": 2, "n": 70, "ua_without": 0.51, "ua_with": 0.71}]
    m = dict(card.metrics["protocol ravdess-actors"])
    assert "| `ravdess-actors` | 2 | 0.510 | 0.710 |" in model_readme(
        replace(card, metrics={"protocol ravdess-actors": m | {"few_shot": gains}})
    )
    without = {"protocol ravdess-actors": {key: value for key, value in m.items() if key != "few_shot"}}
    assert "not adapted" not in model_readme(replace(card, metrics=without))
