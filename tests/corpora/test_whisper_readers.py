"""Readers of EmotionTTS and ASED."""

from ser_core.corpora import get_corpus, load_corpus
from ser_core.labels import Emotion


def test_emotiontts_goes_by_its_table(tree):
    folder = tree(
        "Emotional/emotional-to-emotional/nea/wav/nea00001.wav",
        "Emotional/plain-to-emotional/emf/wav/emf00101.wav",
        "Emotional/plain-to-emotional/emf/wav/emf00999.wav",
    )
    header = "path\tspeaker\tgender\temotion_publisher\temotion\tnote\n"
    rows = [
        "Emotional/emotional-to-emotional/nea/wav/nea00001.ogg\temotiontts_nea\tf\tneutral\tneutral\t\n",
        "Emotional/plain-to-emotional/emf/wav/emf00101.ogg\temotiontts_emf\tm\tsad\tsad\t\n",
    ]
    (folder / "labels.tsv").write_text(header + "".join(rows), encoding="utf-8")
    found = {u.path.stem: u for u in load_corpus("emotiontts", folder)}
    assert set(found) == {"nea00001", "emf00101"}
    assert (found["emf00101"].emotion, found["emf00101"].speaker, found["emf00101"].gender) == (Emotion.SAD, "emf", "m")
    assert found["nea00001"].voice == "emotiontts:nea"


def test_ased_reads_emotion_first_and_speaker_last(tree):
    folder = tree("01Neutral/n1-01-01-01-05.wav", "05Angry/a5-02-01-03-11.wav", "05Angry/other.wav")
    neutral, angry = load_corpus("ased", folder)
    assert (neutral.emotion, neutral.speaker) == (Emotion.NEUTRAL, "5")
    assert (angry.emotion, angry.speaker, angry.sentence) == (Emotion.ANGRY, "11", "5")


def test_ased_says_that_it_is_only_tested_on():
    assert "only to be tested on" in get_corpus("ased").licence
