from pathlib import Path

import pytest

from ser_core.corpora import corpora, get_corpus, load_corpus
from ser_core.errors import CorpusError
from ser_core.labels import Emotion


def touch(root: Path, *names: str) -> Path:
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    return root


def test_ravdess_speech_and_song_by_the_publishers_names(tmp_path):
    touch(
        tmp_path,
        "Actor_12/03-01-06-01-02-01-12.wav",
        "Actor_01/03-02-02-02-01-02-01.flac",
        "Actor_01/01-01-02-02-01-02-01.mp4",
        "Actor_01/notes.txt",
        "Actor_01/03-01-09-01-01-01-01.wav",
    )
    song, speech = load_corpus("ravdess", tmp_path)
    assert (song.emotion, song.speaker, song.gender) == (Emotion.CALM, "01", "m")
    assert (speech.emotion, speech.speaker, speech.gender) == (Emotion.FEARFUL, "12", "f")
    assert speech.sentence == "02"
    assert speech.voice == "ravdess:12"


def test_folders_that_are_links_are_read_and_none_twice(tmp_path):
    elsewhere = touch(tmp_path / "disk", "one/03-01-06-01-02-01-01.wav", "two/03-01-05-01-02-01-02.wav")
    corpus = touch(tmp_path / "ravdess", "Actor_03/03-01-04-01-02-01-03.wav")
    (corpus / "Actor_01").symlink_to(elsewhere / "one")
    (corpus / "Actor_02").symlink_to(elsewhere / "two")
    (corpus / "Actor_02" / "back").symlink_to(corpus)
    (corpus / "A_copy").symlink_to(corpus / "Actor_03")
    (corpus / "Actor_04").symlink_to(tmp_path / "gone")
    found = load_corpus("ravdess", corpus)
    assert [utterance.speaker for utterance in found] == ["01", "02", "03"]
    assert found[2].path == corpus / "Actor_03/03-01-04-01-02-01-03.wav"
    linked = tmp_path / "linked"
    linked.symlink_to(corpus)
    assert [utterance.speaker for utterance in load_corpus("ravdess", linked)] == ["01", "02", "03"]


def test_tess_knows_pleasant_surprise_and_the_publishers_slip(tmp_path):
    touch(tmp_path, "YAF_pleasant_surprised/YAF_bone_ps.wav", "OAF_neutral/OA_bite_neutral.wav")
    slip, surprise = load_corpus("tess", tmp_path)
    assert (surprise.emotion, surprise.speaker, surprise.sentence) == (Emotion.SURPRISED, "YAF", "bone")
    assert (slip.emotion, slip.speaker) == (Emotion.NEUTRAL, "OAF")


def test_nemo_takes_gender_from_the_table(tmp_path):
    touch(tmp_path, "samples/WR0_surprised_64.ogg", "samples/EB0_happiness_1.ogg")
    header = "file_id\temotion\traw_text\tnormalized_text\tspeaker_id\tgender\tage\n"
    quoted = 'WR0_surprised_64.wav\tsurprised\t"Tak, mówi.\ttak\tWR0\tmale\t23\n'
    (tmp_path / "data.tsv").write_text(header + quoted, encoding="utf-8")
    happy, surprised = load_corpus("nemo", tmp_path)
    assert (happy.emotion, happy.gender) == (Emotion.HAPPY, None)
    assert (surprised.emotion, surprised.gender) == (Emotion.SURPRISED, "m")


def test_a_folder_an_emotion_with_and_without_speakers(tmp_path):
    touch(tmp_path, "Angry/anna/01.wav", "joy/02.mp3", "junk/03.wav", "04.wav")
    angry, happy = load_corpus("folder", tmp_path)
    assert (angry.emotion, angry.speaker) == (Emotion.ANGRY, "anna")
    assert (happy.emotion, happy.speaker) == (Emotion.HAPPY, "unknown")


@pytest.mark.parametrize("name", [corpus.name for corpus in corpora()])
def test_a_wrong_folder_is_answered_with_the_layout_expected(name, tmp_path):
    with pytest.raises(CorpusError) as empty:
        load_corpus(name, tmp_path)
    assert get_corpus(name).layout in str(empty.value)
    with pytest.raises(CorpusError, match="is not a folder"):
        load_corpus(name, tmp_path / "absent")


def test_an_unknown_corpus_is_answered_with_the_known_ones():
    with pytest.raises(CorpusError, match="ravdess"):
        load_corpus("radvess", Path())


@pytest.mark.corpus
@pytest.mark.parametrize(
    "name, clips, speakers, emotions", [("ravdess", 1200, 20, 8), ("tess", 2800, 2, 7), ("nemo", 3775, 7, 6)]
)
def test_the_real_corpora_are_read_whole(name, clips, speakers, emotions, corpora_dir):
    utterances = load_corpus(name, corpora_dir / name)
    assert len(utterances) == clips
    assert len({u.voice for u in utterances}) == speakers
    assert len({u.emotion for u in utterances}) == emotions
    assert {u.gender for u in utterances} <= {"f", "m"}
