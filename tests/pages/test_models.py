import json
import shutil
import sys
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from ser_core.config import PROJECT_DIR, load_settings
from ser_core.models import results
from tests.classic_folder import classic_folder
from ui.shared.samples import samples

LABELS = ["happy", "sad"]


def figures(ua: float, **more: object) -> dict[str, object]:
    """What `ser compare` leaves for a recipe, on 40 clips of two emotions."""
    return {
        "n": 40, "ua": ua, "wa": ua, "macro_f1": ua, "ua_deviation": 0.02, "labels": LABELS, "seed": 0,
        "confusion": [[15, 5], [8, 12]], "epochs": None, "history": [], "size_mb": 1.5, "latency_ms": 0.4,
        "parameters": None, "commit": "abc", "folds": [],
        "per_class": {
            "happy": {"n": 20, "recall": 0.75, "precision": 0.6522},
            "sad": {"n": 20, "recall": 0.6, "precision": 0.7059},
        },
    } | more  # fmt: skip


@pytest.fixture
def measured(tmp_path, monkeypatch) -> Path:
    history = [{"loss": 2.0, "accuracy": 0.2}, {"loss": 1.0, "accuracy": 0.7}]
    content = {
        "ravdess-actors": {"svm": figures(0.41), "cnn1d": figures(0.45, history=history, parameters=1000)},
        "ravdess-tess-random": {"svm": figures(0.82)},
    }
    path = tmp_path / "results.json"
    path.write_text(json.dumps(content))
    monkeypatch.setattr(results.load_results, "__defaults__", (path,))
    return path


def opened() -> AppTest:
    page = AppTest.from_file(str(PROJECT_DIR / "app.py"), default_timeout=60)
    page.switch_page("pages/models.py")
    page.session_state["notice_read"] = True
    page.run()
    assert not page.exception
    return page


def texts(page: AppTest) -> str:
    return "\n".join(element.value for kind in ("markdown", "caption", "info") for element in page.get(kind))


def test_recipes_stand_side_by_side_and_the_page_says_why_figures_differ(measured):
    page = opened()
    assert "Unseen voices" in texts(page)
    assert "40 test clips, chance is 50" in texts(page)
    table = page.dataframe[0].value
    assert list(table["recipe"]) == ["cnn1d", "svm"]
    assert list(table["unseen voices: UA"]) == ["0.450", "0.410"]
    assert list(table["random split: UA"]) == ["", "0.820"]


def test_figures_of_an_earlier_recipe_are_said_to_be(measured):
    content = json.loads(measured.read_text())
    content["ravdess-actors"]["svm"]["recipe_id"] = "a"
    measured.write_text(json.dumps(content))
    page = opened()
    assert "svm under ravdess\\-tess\\-random was measured with an earlier recipe." in texts(page)
    page.selectbox(key="close_recipe").select("svm").run()
    assert "with an earlier recipe than" not in texts(page)
    page.selectbox(key="close_protocol").select("ravdess-tess-random").run()
    assert "with an earlier recipe than" in texts(page)


def test_one_model_is_shown_closely(measured):
    page = opened()
    page.selectbox(key="close_recipe").select("svm").run()
    report = page.dataframe[1].value
    assert list(report["recall"]) == ["0.75", "0.60"]
    # 2 * 0.6522 * 0.75 / (0.6522 + 0.75)
    assert list(report["F1"]) == ["0.70", "0.65"]
    assert [metric.label for metric in page.metric] == ["UA", "Accuracy", "Macro F1", "Size", "Latency"]
    page.selectbox(key="close_protocol").select("ravdess-tess-random").run()
    assert not page.exception
    assert page.metric[0].value == "0.820"
    page.selectbox(key="close_recipe").select("cnn1d").run()
    assert not page.exception
    assert "Parameters" in [metric.label for metric in page.metric]


def test_before_anything_was_measured_the_page_says_how(tmp_path, monkeypatch):
    monkeypatch.setattr(results.load_results, "__defaults__", (tmp_path / "absent.json",))
    page = opened()
    assert "ser compare" in texts(page)
    assert not page.selectbox


def test_the_model_chosen_here_answers_on_the_analyse_page(tmp_path, monkeypatch, recording):
    settings = load_settings()
    for name in (settings.model, "another"):
        shutil.copytree(settings.models_dir / settings.model, tmp_path / "models" / name)
    card = tmp_path / "models" / "another" / "card.json"
    card.write_text(json.dumps(json.loads(card.read_text("utf-8")) | {"name": "another"}), "utf-8")
    monkeypatch.setenv("SER_MODELS_DIR", str(tmp_path / "models"))
    page = opened()
    choice = page.radio(key="model_that_answers")
    assert choice.value == settings.model
    choice.set_value("another").run()
    assert not page.exception
    page.switch_page("app.py").run()
    page.file_uploader[0].upload("mine.wav", recording(3)).run()
    assert not page.exception
    assert "analysed by the model another" in texts(page)
    page.switch_page("pages/models.py").run()
    assert page.radio(key="model_that_answers").value == "another"


def test_a_classic_model_can_answer_as_well(tmp_path, monkeypatch, recording):
    settings = load_settings()
    shutil.copytree(settings.models_dir / settings.model, tmp_path / settings.model)
    classic_folder(tmp_path / "mixtures")
    classic_folder(tmp_path / "markov", "hmm")
    monkeypatch.setenv("SER_MODELS_DIR", str(tmp_path))
    page = opened()
    # One that cannot be used leaves the choice as it was.
    monkeypatch.setitem(sys.modules, "hmmlearn.hmm", None)
    page.radio(key="model_that_answers").set_value("markov").run()
    assert "pip install hmmlearn" in page.error[0].value
    page.radio(key="model_that_answers").set_value("mixtures").run()
    assert not page.error
    page.session_state["lanes"] = True
    page.switch_page("app.py").run()
    page.file_uploader[0].upload("mine.wav", recording(13)).run()
    assert not page.exception
    told = texts(page)
    assert "analysed by the model mixtures" in told
    assert "Each stretch of 6.0 s is judged by itself" in told
    assert "cannot be shown for mixtures" in told


def test_one_bad_card_does_not_hide_the_other_models(tmp_path, monkeypatch):
    for name in ("whisper", "crnn"):
        shutil.copytree(PROJECT_DIR / "models" / name, tmp_path / name)
    monkeypatch.setenv("SER_MODELS_DIR", str(tmp_path))
    card = tmp_path / "crnn" / "card.json"
    card.write_text(card.read_text("utf-8").replace('"temperature": 1.5523', '"temperature": 0', 1), "utf-8")
    with (tmp_path / "whisper" / "README.md").open("a") as page:
        page.write("[press here](https://elsewhere.example)")
    page = opened()
    told = [error.value.replace("\\", "") for error in page.error]
    assert any("0 is not above 0.01" in text for text in told)
    assert any("README.md is not the file its card describes" in text for text in told)
    assert page.radio(key="model_that_answers").options == ["whisper"]
    assert "elsewhere.example" not in texts(page)
    assert str(tmp_path) not in " ".join(told)  # where it lies is nobody's business


def test_the_same_clip_is_asked_of_every_model(tmp_path, monkeypatch):
    settings = load_settings()
    shutil.copytree(settings.models_dir / settings.model, tmp_path / settings.model)
    classic_folder(tmp_path / "mixtures")
    classic_folder(tmp_path / "markov", "hmm")
    monkeypatch.setitem(sys.modules, "hmmlearn.hmm", None)  # one of them cannot be used
    monkeypatch.setenv("SER_MODELS_DIR", str(tmp_path))
    page = opened()
    page.session_state["same_clip"] = True
    page.run()
    assert not [chart for chart in page.get("plotly_chart") if "Answers side by side" in chart.proto.alt]
    page.button(key="same_clip_ask").click().run()
    assert not page.exception
    (chart,) = (chart for chart in page.get("plotly_chart") if "Answers side by side" in chart.proto.alt)
    assert settings.model in chart.proto.alt
    assert "mixtures" in chart.proto.alt
    assert "pip install hmmlearn" in page.error[0].value
    assert f"- **{settings.model}**: " in texts(page)
    # Another clip is not asked before it is wanted.
    page.selectbox(key="same_clip_sample").set_value(samples()[1]).run()
    assert not [chart for chart in page.get("plotly_chart") if "Answers side by side" in chart.proto.alt]


def test_the_page_says_how_a_model_gets_there_and_offers_those_that_are(tmp_path, monkeypatch):
    settings = load_settings()
    shutil.copytree(settings.models_dir / settings.model, tmp_path / settings.model)
    monkeypatch.setenv("SER_MODELS_DIR", str(tmp_path))
    page = opened()
    assert page.radio(key="model_that_answers").options == [settings.model]
    told = texts(page)
    assert "`ser train svm --corpus folder=recordings --out models/mine`" in told
    assert "Recipes of which no model is here yet: " in told
    missing = told.partition("no model is here yet: ")[2].partition(".")[0]
    assert "`svm`" in missing
    assert f"`{settings.model}`" not in missing
    assert not [fold for fold in page.expander if fold.label == "The same clip, all models"]
