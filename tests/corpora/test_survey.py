import numpy as np
import pytest
import soundfile

from ser_core.corpora import corpora, load_corpus
from ser_core.corpora.survey import MEASURES, load_surveys, measures_of, save_survey, survey
from ser_core.errors import CorpusError
from ser_core.records import Clip


def test_a_sine_measures_what_it_is(sine):
    measured = measures_of(sine)
    assert measured["duration_s"] == 2
    assert measured["level_dbfs"] == pytest.approx(-9.03, abs=0.3)
    assert measured["crossings_hz"] == pytest.approx(440, rel=0.02)
    # The window's side lobes lift it a little.
    assert measured["centroid_hz"] == pytest.approx(220, rel=0.1)


def test_pauses_change_neither_level_nor_timbre(sine):
    padded = Clip(np.pad(sine.samples, 32_000), sine.rate_hz)
    alone, with_pauses = measures_of(sine), measures_of(padded)
    assert with_pauses["level_dbfs"] == pytest.approx(alone["level_dbfs"], abs=0.3)
    assert with_pauses["crossings_hz"] == pytest.approx(alone["crossings_hz"], rel=0.03)


@pytest.fixture
def folder(tree):
    root = tree("angry/ann/1.wav", "angry/bob/1.wav", "angry/bob/2.wav", "sad/ann/1.wav")
    soundfile.write(root / "sad" / "ann" / "2.wav", np.zeros(4000), 16_000)
    return root


def test_all_clips_are_counted_and_a_sample_is_measured(folder):
    seen = []
    made = survey(load_corpus("folder", folder), most_per_emotion=2, on_progress=lambda *done: seen.append(done))
    assert made.clips == {"angry": {"unknown": 3}, "sad": {"unknown": 2}}
    assert made.speakers == {"ann": 3, "bob": 2}
    assert made.n_clips == 5
    # Two of the angry ones, and of the sad ones the one that is not silent.
    assert made.n_measured == 3
    assert seen[-1] == (4, 4)
    assert set(made.measured) == set(MEASURES)
    with pytest.raises(CorpusError, match="no clip"):
        survey([], 3)


def test_surveys_are_kept_beside_one_another(folder, tmp_path):
    from dataclasses import replace

    made = survey(load_corpus("folder", folder), most_per_emotion=1)
    file = tmp_path / "corpora.json"
    save_survey(made, file)
    save_survey(replace(made, corpus="other"), file)
    assert load_surveys(file) == {"folder": made, "other": replace(made, corpus="other")}


def test_the_committed_surveys_are_of_known_corpora():
    committed = load_surveys()
    assert committed
    assert set(committed) <= {corpus.name for corpus in corpora()}
    for made in committed.values():
        assert made.n_clips == sum(sum(genders.values()) for genders in made.clips.values())
        assert 0 < made.n_measured <= made.n_clips
