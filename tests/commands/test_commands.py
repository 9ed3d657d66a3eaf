"""The `ser` command as a person runs it: another process, its output and its exit code."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import click
import numpy as np
import pytest
import soundfile
from click.testing import CliRunner

from ser_core.cli import main
from ser_core.commands.progress_bar import Progress, duration
from ser_core.config import PROJECT_DIR, Settings
from ser_core.labels import Emotion


def ser(*arguments: object, **environ: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "ser_core", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, env=os.environ | environ, timeout=120)


@pytest.fixture
def voice(samples_dir) -> Path:
    return samples_dir / "synthetic-even.flac"


@pytest.fixture
def own_corpus(tmp_path, samples_dir) -> Path:
    """Two emotions and two speakers, with the synthetic voices as recordings."""
    samples = sorted(samples_dir.glob("*.flac"))
    for place, sample in zip(("angry/ann", "angry/bob", "sad/ann", "sad/bob"), samples, strict=False):
        folder = tmp_path / "corpus" / place
        folder.mkdir(parents=True)
        (folder / "1.flac").write_bytes(sample.read_bytes())
    return tmp_path / "corpus"


def test_predict_prints_one_object_a_line_in_the_order_given(voice, tmp_path):
    broken = tmp_path / "b.wav"
    broken.write_bytes(b"no sound at all")
    done = ser("predict", voice, broken, voice, "--json")
    first, second, third = map(json.loads, done.stdout.splitlines())
    assert done.returncode == 1
    assert list(first) == [
        "file",
        "duration_s",
        "model",
        "speech",
        "emotion",
        "confidence",
        "unsure",
        "pair",
        "scores",
        "valence",
        "arousal",
        "tone",
        "warnings",
    ]
    assert first == third
    assert first["file"] == str(voice)
    assert sum(first["scores"].values()) == pytest.approx(1, abs=0.001)
    assert second.keys() == {"file", "error"}
    assert second["file"] == str(broken)


def test_predict_prints_the_same_whatever_the_number_of_processes(voice, tmp_path, rng):
    folder = tmp_path / "calls"
    (folder / "late").mkdir(parents=True)
    (folder / "a.flac").write_bytes(voice.read_bytes())
    (folder / "b.wav").write_bytes(b"no sound at all")
    soundfile.write(folder / "late" / "rain.wav", 0.1 * rng.standard_normal(32_000), 16_000)
    (folder / "notes.txt").write_text("who called when")
    # The long one comes first, and is done last.
    long = tmp_path / "long.wav"
    soundfile.write(long, np.resize(soundfile.read(voice)[0], 30 * 16_000), 16_000)
    arguments = (
        "predict",
        long,
        folder,
        tmp_path / "absent.wav",
        "--model",
        "crnn",
        "--json",
        "--adapt",
        f"{voice}=sad",
    )
    one, several = (ser(*arguments, "--jobs", jobs) for jobs in (1, 3))
    assert (
        (several.returncode, several.stdout, several.stderr) == (one.returncode, one.stdout, one.stderr) != (0, "", "")
    )
    rows = [json.loads(line) for line in several.stdout.splitlines()]
    assert [Path(row["file"]).name for row in rows] == ["long.wav", "a.flac", "b.wav", "rain.wav", "absent.wav"]
    assert ["error" in row for row in rows] == [False, False, True, False, True]
    assert rows[1]["adapted_by"] == 1


def test_predict_refuses_a_folder_without_recordings(tmp_path):
    (tmp_path / "notes.txt").write_text("who called when")
    told = CliRunner().invoke(main, ["predict", str(tmp_path)])
    assert told.exit_code == 1
    assert told.stderr == f"ser: There is no recording in {tmp_path}.\n"


def test_predict_names_no_emotion_where_nobody_speaks(voice, tmp_path, rng):
    noise = tmp_path / "rain.wav"
    soundfile.write(noise, 0.1 * rng.standard_normal(32_000), 16_000)
    told = CliRunner().invoke(main, ["predict", str(voice), str(noise), "--json"])
    assert told.exit_code == 0, told.output
    speech, rain = map(json.loads, told.output.splitlines())
    assert list(rain) == list(speech)
    assert (speech["speech"], rain["speech"]) == (True, False)
    assert (rain["emotion"], rain["confidence"], rain["unsure"], rain["scores"]) == (None, None, True, {})
    assert rain["duration_s"] == 2.0
    in_words = CliRunner().invoke(main, ["predict", str(noise)])
    assert in_words.output == f"{noise}: no speech, so no emotion is named, 2.0 s\n"


def test_predict_adapts_to_a_voice(voice, tmp_path, rng):
    own = json.loads(CliRunner().invoke(main, ["predict", str(voice), "--json"]).stdout)
    meant = "sad" if own["emotion"] != "sad" else "happy"
    adapted = json.loads(
        CliRunner().invoke(main, ["predict", str(voice), "--adapt", f"{voice}={meant}", "--json"]).stdout
    )
    assert adapted["adapted_by"] == 1
    assert adapted["scores"][meant] > own["scores"][meant]
    wrong = CliRunner().invoke(main, ["predict", str(voice), "--adapt", f"{voice}=cheerful"])
    assert wrong.exit_code == 2
    assert "expected FILE=EMOTION, the emotion one of neutral, calm, " in wrong.output
    noise = tmp_path / "rain.wav"
    soundfile.write(noise, 0.1 * rng.standard_normal(32_000), 16_000)
    nobody = CliRunner().invoke(main, ["predict", str(voice), "--adapt", f"{noise}=sad"])
    assert nobody.exit_code == 1
    assert f"{noise}: No speech was heard" in nobody.output


def test_predict_warns_of_what_is_missing_and_hears_one_side(voice, tmp_path):
    samples, rate_hz = soundfile.read(voice, dtype="float32")
    samples = np.resize(samples, 12 * rate_hz)
    turns = (np.arange(len(samples)) // (3 * rate_hz)) % 2
    call = tmp_path / "call.wav"
    soundfile.write(call, np.stack([samples * (turns == 0), samples * (turns == 1)], axis=1), rate_hz)
    call.write_bytes(call.read_bytes()[: 44 + 10 * 4 * rate_hz])
    told = json.loads(CliRunner().invoke(main, ["predict", str(call), "--json"]).stdout)
    assert [warning["code"] for warning in told["warnings"]] == ["cut off", "one party a channel"]
    assert told["warnings"][0]["sentence"].startswith("The file breaks off at 10.0 s of 12.0 s;")
    left = json.loads(CliRunner().invoke(main, ["predict", str(call), "--channel", "left", "--json"]).stdout)
    assert left["scores"] != told["scores"]
    in_words = CliRunner().invoke(main, ["predict", str(call)])
    assert in_words.stdout.count("\n") == 1
    assert f"ser: {call}: The file breaks off at 10.0 s" in in_words.stderr


def test_predict_in_words_and_an_error_on_stderr(voice, tmp_path):
    done = ser("predict", voice, tmp_path / "absent.wav")
    assert done.returncode == 1
    assert done.stdout.startswith(f"{voice}: ")
    assert "absent.wav" in done.stderr
    assert done.stderr.count("\n") == 1


def test_every_error_of_ours_is_one_line_and_exit_1(voice):
    done = ser("predict", voice, "--model", "absent")
    assert done.returncode == 1
    assert done.stderr.startswith("ser: There is no model 'absent'")
    assert done.stderr.count("\n") == 1


def test_evaluate_counts_a_corpus(own_corpus):
    done = ser("evaluate", "--corpus", f"folder={own_corpus}", "--json")
    result = json.loads(done.stdout)
    assert done.returncode == 0
    assert set(result) == {"n", "ua", "wa", "macro_f1", "per_class", "confusion", "labels"}
    assert result["n"] == np.sum(result["confusion"]) == 4
    assert set(result["per_class"]) == {"angry", "sad"}


def test_evaluate_takes_some_speakers_and_prints_a_table(own_corpus):
    done = ser("evaluate", "--corpus", f"folder={own_corpus}", "--speakers", "ann")
    assert done.stdout.startswith("2 clips: UA ")
    assert "acted \\ answered" in done.stdout


def test_evaluate_names_the_file_that_cannot_be_used(own_corpus):
    soundfile.write(own_corpus / "sad" / "bob" / "2.wav", np.zeros(100), 16_000)
    done = ser("evaluate", "--corpus", f"folder={own_corpus}")
    assert done.returncode == 1
    assert "2.wav" in done.stderr


def test_models_lists_the_default_with_its_figures():
    done = ser("models")
    assert done.returncode == 0
    assert f"{Settings().model} (default)" in done.stdout
    assert "UA" in done.stdout
    facts = [json.loads(line) for line in ser("models", "--json").stdout.splitlines()]
    (default,) = [fact for fact in facts if fact["default"]]
    assert default["name"] == Settings().model
    assert set(default["labels"]) <= set(Emotion)


def test_models_says_how_to_make_one_when_there_is_none(tmp_path):
    assert "ser train" in ser("models", SER_MODELS_DIR=str(tmp_path)).stdout


def test_a_setting_that_makes_no_sense_is_named(voice):
    done = ser("predict", voice, SER_MAX_DURATION_S="long")
    assert done.returncode == 1
    assert "SER_MAX_DURATION_S must be a number above 0; got 'long'" in done.stderr


def test_every_command_has_help_with_an_example():
    for name in main.list_commands(click.Context(main)):
        shown = CliRunner().invoke(main, [name, "--help"])
        assert shown.exit_code == 0
        assert f"ser {name}" in shown.output.partition("Example:")[2]


@pytest.mark.parametrize("given", ["ravdess", "=x", "ravdess="])
def test_a_corpus_without_its_folder_is_refused(given):
    done = ser("evaluate", "--corpus", given)
    assert done.returncode == 2
    assert "NAME=DIR" in done.stderr


def test_progress_is_silent_when_nobody_watches(capsys):
    progress = Progress("Listening")
    progress(1, 2)
    progress.clear()
    assert capsys.readouterr().err == ""


def test_durations_in_words():
    assert [duration(s) for s in (0, 59.4, 200, 3900)] == ["0 s", "59 s", "3 min 20 s", "1 h 05 min"]


def test_recipes_lists_each_with_its_source():
    lines = ser("recipes").stdout.splitlines()
    assert [line.partition(":")[0] for line in lines] == [
        "whisper", "whisper-shallow", "crnn", "mlp", "mlp-contrast", "lstm-tess", "gru-tess", "cnn1d-shallow", "cnn1d",
        "cnn1d-deep", "cnn2d-vgg", "svm", "xgboost", "random-forest", "gmm", "hmm",
    ]  # fmt: skip
    assert all("(from " in line for line in lines)


@pytest.mark.slow
def test_a_classic_recipe_trains_and_is_listed_and_answers(own_corpus, voice, tmp_path):
    out = tmp_path / "models" / "forest"
    arguments = ["--corpus", f"folder={own_corpus}", "--test", "bob", "--validation", "", "--augment", "shift"]
    environ = {"SER_CACHE_DIR": str(tmp_path / "cache"), "SER_MODELS_DIR": str(out.parent)}
    done = ser("train", "random-forest", *arguments, "--out", out, **environ)
    assert done.returncode == 0, done.stderr
    assert "test folder speakers: UA" in done.stdout
    assert ser("models", **environ).stdout.startswith("forest: Random forest on 181 means")
    answer = json.loads(ser("predict", voice, "--model", "forest", "--json", **environ).stdout)
    assert answer["model"] == "forest"
    assert set(answer["scores"]) == {"angry", "sad"}
    judged = ser("delivery", voice, "--target", "sad", "--model", "forest", **environ)
    assert judged.returncode == 0, judged.stderr
    assert "sad" in judged.stdout


@pytest.mark.slow
def test_train_can_be_interrupted_and_goes_on(tmp_path):
    """Ctrl-C after the first epoch; the same command then trains only the others."""
    rng = np.random.default_rng(0)
    for emotion, hz in (("angry", 900), ("sad", 200)):
        for speaker in ("ann", "bob", "cem", "dee"):
            folder = tmp_path / "corpus" / emotion / speaker
            folder.mkdir(parents=True)
            for take in range(3):
                tone = 0.2 * np.sin(2 * np.pi * hz * np.arange(16_000) / 16_000) + 0.01 * rng.standard_normal(16_000)
                soundfile.write(folder / f"{take}.wav", tone, 16_000)
    out = tmp_path / "mine"
    arguments = ["train", "crnn", "--corpus", f"folder={tmp_path / 'corpus'}", "--epochs", "3", "--out", str(out)]
    arguments += ["--validation", "dee"]
    environ = os.environ | {"SER_CACHE_DIR": str(tmp_path / "cache"), "SER_MODELS_DIR": str(tmp_path)}
    command = [sys.executable, "-m", "tests.commands.small_crnn", *arguments]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environ, cwd=PROJECT_DIR) as running:
        assert running.stderr is not None
        for line in running.stderr:
            if line.startswith("Epoch 1 of 15: loss "):
                running.send_signal(signal.SIGINT)
                break
        rest = running.stderr.read()
    assert running.returncode == 130
    assert "resumes where this one stopped" in rest
    again = subprocess.run(command, capture_output=True, text=True, env=environ, cwd=PROJECT_DIR)
    assert again.returncode == 0, again.stderr
    # Three of the network and twelve of the perceptron.
    assert "Epoch 1 of 15" not in again.stderr
    assert "Epoch 15 of 15" in again.stderr
    assert "validation folder speakers: UA" in again.stdout
    assert {path.name for path in out.iterdir()} == {"model.tflite", "model.keras", "card.json", "README.md"}
    assert ser("models", SER_MODELS_DIR=str(tmp_path)).stdout.startswith("mine")


def test_predict_writes_a_page_and_refuses_before_any_work_what_it_cannot_write(voice, tmp_path, rng):
    page = tmp_path / "made" / "answer.html"
    done = CliRunner().invoke(main, ["predict", str(voice), "--report", str(page)])
    assert done.exit_code == 0, done.output
    written = page.read_text("utf-8")
    assert "<h1>synthetic-even.flac</h1>" in written
    assert "data:image/png;base64," in written
    for arguments, told in (
        ([str(voice), "--report", str(tmp_path / "answer.pdf")], "written as .html"),
        ([str(voice), str(voice), "--report", str(page)], "about one recording; got 2"),
    ):
        refused = CliRunner().invoke(main, ["predict", *arguments])
        assert refused.exit_code == 1
        assert told in refused.stderr
    noise = tmp_path / "rain.wav"
    soundfile.write(noise, 0.1 * rng.standard_normal(32_000), 16_000)
    other = tmp_path / "other.html"
    nobody = CliRunner().invoke(main, ["predict", str(noise), "--report", str(other)])
    assert nobody.exit_code == 1
    assert "was not written: there is no answer to report" in nobody.stderr
    assert not other.exists()
