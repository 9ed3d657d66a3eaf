"""`ser delivery` as a person runs it."""

import json
from pathlib import Path

import numpy as np
import pytest
import soundfile
from click.testing import CliRunner, Result

from ser_core import analyse
from ser_core.cli import main
from ser_core.labels import Emotion
from ser_core.practice.delivery import MAX_DURATION_S
from ser_core.prosody import MEASURES
from ser_core.text.outcome import outcome
from tests.conftest import RATE_HZ
from tests.prosody.voices import glide, silence, syllables

PROMISED = {
    "duration_s", "pitch_median_hz", "pitch_range_semitones", "loudness_lufs", "syllables_per_s",
    "articulation_rate", "pauses", "disfluencies", "advice",
}  # fmt: skip


def ser(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["delivery", *map(str, arguments)], terminal_width=100)


@pytest.fixture(scope="module")
def take(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A voice from 110 to 150 Hz, 1.4 s of silence, and back down to 100 Hz."""
    parts = [silence(0.2), syllables(110, 150, 0.88), silence(1.4), syllables(150, 100, 0.88), silence(0.2)]
    path = tmp_path_factory.mktemp("takes") / "take.wav"
    soundfile.write(path, np.concatenate(parts), RATE_HZ)
    return path


def test_json_holds_what_is_promised(take: Path) -> None:
    done = ser(take, "--target", "angry", "--json")
    assert (done.exit_code, done.stderr) == (0, "")
    (line,) = done.stdout.splitlines()
    content = json.loads(line)
    assert PROMISED | set(MEASURES) <= set(content)
    assert content["file"] == str(take)
    assert content["duration_s"] == pytest.approx(3.56)
    assert 100 < content["pitch_median_hz"] < 150
    (pause,) = content["pauses"]
    assert (pause["start_s"], pause["end_s"]) == pytest.approx((1.08, 2.48), abs=0.05)
    assert [item["kind"] for item in content["disfluencies"]] == ["long_pause"]
    assert content["target"] == "angry"
    heard = analyse(take).prediction
    assert content["outcome"] == outcome(heard.claim, Emotion.ANGRY).value
    assert content["heard"]["emotion"] == heard.emotion
    assert content["target_probability"] == content["heard"]["scores"]["angry"]
    assert sum(content["heard"]["scores"].values()) == pytest.approx(1.0, abs=0.001)
    assert 1 <= len(content["advice"]) <= 3
    assert all(0 <= advice["start_s"] < advice["end_s"] <= 3.56 for advice in content["advice"])


def test_words_give_advice_first_and_each_value_with_its_unit(take: Path) -> None:
    done = ser(take, "--target", "surprised")
    assert done.exit_code == 0
    outcome, advice, values = done.stdout.split("\n\n")
    assert "surprised" in outcome
    assert 1 <= len(advice.splitlines()) <= 3
    for info in MEASURES.values():
        assert any(line.startswith(info.label) for line in values.splitlines()), info.name
    assert "semitones (surprised takes usually" in values
    assert "long pause" in values


def test_without_a_target_no_model_is_asked(take: Path) -> None:
    content = json.loads(ser(take, "--model", "nowhere", "--json").stdout)
    assert (content["outcome"], content["target_probability"], content["heard"]) == (None, None, None)
    assert "nowhere" in ser(take, "--model", "nowhere", "--target", "sad").stderr


def test_an_own_neutral_voice_is_what_values_are_seen_from(take: Path, tmp_path: Path) -> None:
    neutral = tmp_path / "neutral.wav"
    soundfile.write(neutral, np.tile(np.concatenate([glide(122, 118, 1.4), silence(0.2)]), 6), RATE_HZ)
    assert "from your neutral voice" in ser(take, "--target", "happy", "--enrolment", neutral).stdout


@pytest.mark.parametrize("content", [b"no sound at all", b""], ids=["text", "empty"])
def test_what_is_no_sound_is_one_line(tmp_path: Path, content: bytes) -> None:
    broken = tmp_path / "broken.wav"
    broken.write_bytes(content)
    done = ser(broken, "--json")
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr.startswith("ser: ")
    assert done.stderr.count("\n") == 1


def test_too_long_is_refused(tmp_path: Path) -> None:
    long = tmp_path / "long.wav"
    soundfile.write(long, np.zeros(int(RATE_HZ * (MAX_DURATION_S + 1))), RATE_HZ)
    assert "at most 0:10:00" in ser(long).stderr


def test_a_target_that_is_no_emotion_is_refused(take: Path) -> None:
    done = ser(take, "--target", "bored")
    assert done.exit_code == 2
    assert "'bored'" in done.stderr
    assert all(emotion.value in done.stderr for emotion in Emotion)


def test_help_has_an_example() -> None:
    done = ser("--help")
    assert done.exit_code == 0
    assert "ser delivery take.wav --target angry" in done.stdout
