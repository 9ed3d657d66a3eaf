"""The check of a speaker, and the way its errors are counted."""

import json
import re
from pathlib import Path

import numpy as np
import pytest

from benchmarks.speakers import Trials, equal_errors, errors, interval, joined, learn
from docs.recipes import enrolled_speaker
from docs.recipes.enrolled_speaker import LEAST_S, MEASURED, enrol, learned, likeness, values_of
from ser_core.audio import read_clip
from ser_core.config import PROJECT_DIR
from ser_core.errors import AudioError, SerError
from ser_core.records import Clip

VOICES = ("even", "quick-high", "slow-low")


@pytest.fixture(scope="module")
def clips() -> dict[str, Clip]:
    """Synthetic voices of different height and pace."""
    return {name: read_clip(PROJECT_DIR / f"assets/samples/synthetic-{name}.flac") for name in VOICES}


def test_a_voice_is_more_like_itself_than_like_another(clips: dict[str, Clip]) -> None:
    halves = {
        name: (clip.between(0, clip.duration_s / 2), clip.between(clip.duration_s / 2, 60))
        for name, clip in clips.items()
    }
    for name, (first, second) in halves.items():
        voice = enrol([first, first])
        own = likeness(voice, second)
        assert own > max(likeness(voice, other) for key, clip in halves.items() for other in clip if key != name)


def test_it_does_not_depend_on_the_level(clips: dict[str, Clip]) -> None:
    loud = clips["even"]
    quiet = Clip((loud.samples * 0.1).astype(np.float32), loud.rate_hz)
    assert likeness(enrol([loud]), quiet) > 0.999


def test_too_little_of_a_voice_is_refused(clips: dict[str, Clip]) -> None:
    with pytest.raises(AudioError, match=f"last 2.0 s together; at least {LEAST_S:.0f} s"):
        enrol([clips["even"].between(0, 1)] * 2)


@pytest.mark.parametrize("content", [{}, {"version": 0, "voice": [1.0]}, {"version": 1, "voice": [1.0]}])
def test_what_is_no_enrolled_voice_is_refused(clips: dict[str, Clip], content: dict[str, object]) -> None:
    with pytest.raises(SerError, match="Enrol it again"):
        likeness(content, clips["even"])


def test_the_commands_answer_in_words_with_the_measured_errors(
    tmp_path: Path, samples_dir: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    voice, own, other = (
        tmp_path / "voice.json",
        *(str(samples_dir / f"synthetic-{n}.flac") for n in ("even", "slow-low")),
    )
    enrolled_speaker.main(["enrol", str(voice), own])
    assert json.loads(voice.read_text("utf-8"))["recordings"] == 1
    enrolled_speaker.main(["check", str(voice), own])
    enrolled_speaker.main(["check", str(voice), other])
    first, same, another = capsys.readouterr().out.splitlines()
    rates = json.loads(MEASURED.read_text("utf-8"))["at_threshold"]
    assert first.endswith("a voice from 1 recordings")
    assert f"likely the same voice; of other people's recordings, {rates['others_accepted']:.0%} pass" in same
    assert another.endswith("This is no security feature.")
    with pytest.raises(SystemExit, match="no file"):
        enrolled_speaker.main(["check", str(voice), str(tmp_path / "absent.wav")])


@pytest.mark.corpus
def test_speakers_of_another_corpus_are_told_apart(corpora_dir: Path) -> None:
    def of(actor: str) -> list[Clip]:
        return [read_clip(path) for path in sorted((corpora_dir / "ravdess").rglob(f"03-01-0[145]-01-0?-01-{actor}.*"))]

    actors = [of(actor) for actor in ("01", "02", "05", "06")]
    own, others = [], []
    for number, mine in enumerate(actors):
        voice = enrol(mine[:3])
        own += [likeness(voice, clip) for clip in mine[3:]]
        others += [likeness(voice, clip) for n, clips in enumerate(actors) if n != number for clip in clips]
    assert len(own) >= 8
    assert equal_errors(np.array(own + others), np.array([True] * len(own) + [False] * len(others)))[0] < 0.35
    assert np.mean(own) > np.mean(others) + 0.2


def test_equal_errors_are_those_of_known_distributions(rng: np.random.Generator) -> None:
    own = np.arange(40_000) % 2 == 0
    # Two Gaussians two deviations apart: equal errors in the middle, at Phi(-1).
    rate, threshold = equal_errors(rng.standard_normal(len(own)) + 2.0 * own, own)
    assert rate == pytest.approx(0.1587, abs=0.01)
    assert threshold == pytest.approx(1.0, abs=0.05)
    rejected, accepted = errors(np.array([0.1, 0.9, 0.2, 0.8]), np.array([True, True, False, False]), 0.5)
    assert (rejected, accepted) == (0.5, 0.5)


def test_the_interval_holds_the_rate_and_narrows_with_more_speakers(rng: np.random.Generator) -> None:
    def made(speakers: int) -> Trials:
        own = np.arange(speakers * 40) % 4 == 0
        hard = rng.uniform(0.0, 1.0, speakers).repeat(40)
        scores = np.clip(0.2 * rng.standard_normal(len(own)) + (0.3 + 0.4 * hard) * own, -1, 1)
        return Trials(scores, own, own, np.arange(speakers).repeat(40))

    few, many = made(10), made(200)
    wide, narrow = interval(few), interval(many)
    assert narrow[0] <= equal_errors(many.scores, many.own)[0] <= narrow[1]
    assert narrow[1] - narrow[0] < wide[1] - wide[0]
    assert joined([many, many]).scores.shape == (2 * 200 * 40,)


def test_directions_are_those_in_which_speakers_differ(rng: np.random.Generator) -> None:
    speakers = np.arange(1000) % 50
    values = rng.standard_normal((1000, 60))
    values[:, :5] += 5 * rng.standard_normal((50, 5))[speakers]  # only these five tell who it is
    values *= 10.0 ** rng.uniform(-2, 2, 60)  # in any unit
    found = learn(values, speakers)
    weight = np.abs(found.directions[:, :5]).sum(axis=1)
    assert weight[:5].min() > 3 * weight[5:].max()


def test_what_was_learned_is_small_and_fits_what_is_measured(clips: dict[str, Clip]) -> None:
    assert learned().directions.shape[0] == len(values_of(clips["even"]))
    assert enrolled_speaker.LEARNED.stat().st_size < 50_000


def test_the_page_says_the_measured_errors() -> None:
    measured = json.loads(MEASURED.read_text("utf-8"))
    page = re.sub(r"\s+", " ", (PROJECT_DIR / "docs/recipes.md").read_text("utf-8"))
    low, high = measured["eer_interval"]
    rates = measured["at_threshold"]
    for said in (
        f"equal error rate is {measured['eer']:.1%} (95% interval {low:.1%} to {high:.1%}",
        f"among voices of one sex {measured['eer_same_sex']:.1%}",
        f"rejects {rates['own_rejected']:.1%} of the person's own recordings",
        f"and accepts {rates['others_accepted']:.1%} of other people's",
        f"{measured['by_enrolled']['1']:.1%} with one recording enrolled, {measured['by_enrolled']['10']:.1%} with ten",
        f"{measured['speakers']} actors",
        "It is no security feature",
    ):
        assert said in page
