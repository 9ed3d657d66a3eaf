"""Readers of the corpora that people must get for themselves, on the publishers' layouts."""

import pytest

from ser_core import audio
from ser_core.corpora import load_corpus
from ser_core.errors import CorpusError
from ser_core.labels import Emotion


def by_name(utterances):
    return {u.path.stem: u for u in utterances}


def facts(utterance):
    return utterance.emotion, utterance.speaker, utterance.gender, utterance.sentence


def test_ravdess_song_lies_beside_the_speech(tree):
    folder = tree(
        "Audio_Song_Actors_01-24/Actor_02/03-02-03-01-01-02-02.wav",
        "Audio_Speech_Actors_01-24/Actor_02/03-01-08-02-01-02-02.wav",
    )
    song, speech = load_corpus("ravdess", folder)
    assert facts(song) == (Emotion.HAPPY, "02", "f", "01")
    assert facts(speech) == (Emotion.SURPRISED, "02", "f", "01")
    assert song.voice == speech.voice
    assert audio.read_clip(song.path).duration_s == pytest.approx(0.5)


def test_emodb_reads_german_letters_and_leaves_boredom_out(tree):
    names = ["03a01Fa", "08a02Tb", "16b10Wd", "11a05Ac", "12b01Ea", "09a07Na"]
    folder = tree(*(f"wav/{name}.wav" for name in names), "wav/10a04Lb.wav", "wav/02a01Fa.wav")
    found = by_name(load_corpus("emodb", folder))
    assert set(found) == set(names)
    assert facts(found["03a01Fa"]) == (Emotion.HAPPY, "03", "m", "a01")
    assert facts(found["08a02Tb"]) == (Emotion.SAD, "08", "f", "a02")
    assert facts(found["16b10Wd"]) == (Emotion.ANGRY, "16", "f", "b10")
    assert [found[name].emotion for name in names[3:]] == [Emotion.FEARFUL, Emotion.DISGUST, Emotion.NEUTRAL]


def test_savee_knows_sad_from_surprised_and_the_speaker_by_folder_or_file(tree):
    folder = tree("AudioData/DC/sa01.wav", "AudioData/KL/su15.wav", "ALL/JE_n30.wav", "AudioData/other/a01.wav")
    found = by_name(load_corpus("savee", folder))
    assert set(found) == {"sa01", "su15", "JE_n30"}
    assert facts(found["sa01"]) == (Emotion.SAD, "DC", "m", "sa01")
    assert facts(found["su15"]) == (Emotion.SURPRISED, "KL", "m", "su15")
    assert facts(found["JE_n30"]) == (Emotion.NEUTRAL, "JE", "m", "n30")


def test_crema_d_takes_intensity_from_the_name_and_gender_from_the_table(tree):
    folder = tree(
        "AudioWAV/1001_IEO_ANG_HI.wav",
        "AudioWAV/1002_IEO_SAD_LO.wav",
        "AudioWAV/1040_ITH_SAD_X.wav",
        "AudioWAV/1091_DFA_FEA_XX.wav",
    )
    table = '"ActorID","Age","Sex","Race","Ethnicity"\n1001,51,"Male","Caucasian","Not Hispanic"\n'
    table += '1002,21,"Female","Caucasian","Not Hispanic"\n'
    (folder / "VideoDemographics.csv").write_text(table)
    found = by_name(load_corpus("crema-d", folder / "AudioWAV"))
    assert facts(found["1001_IEO_ANG_HI"]) == (Emotion.ANGRY, "1001", "m", "IEO")
    assert facts(found["1002_IEO_SAD_LO"]) == (Emotion.SAD, "1002", "f", "IEO")
    assert facts(found["1091_DFA_FEA_XX"]) == (Emotion.FEARFUL, "1091", None, "DFA")
    assert len(found) == 4


def test_emovo_reads_italian_words(tree):
    names = ["dis-f1-b1", "gio-f2-l3", "neu-f3-n5", "pau-m1-d1", "rab-m2-b2", "sor-m3-l1", "tri-m3-n1"]
    found = by_name(load_corpus("emovo", tree(*(f"{name[4:6]}/{name}.wav" for name in names))))
    expected = [
        Emotion.DISGUST, Emotion.HAPPY, Emotion.NEUTRAL, Emotion.FEARFUL, Emotion.ANGRY, Emotion.SURPRISED, Emotion.SAD,
    ]  # fmt: skip
    assert [found[name].emotion for name in names] == expected
    assert facts(found["pau-m1-d1"])[1:] == ("m1", "m", "d1")


def test_casia_knows_the_four_people_in_both_halves(tree):
    folder = tree(
        "相同文本300/liuchanhg/angry/201.wav",
        "不同文本100/Chang.Liu/normal/301.wav",
        "相同文本300/ZhaoZuoxiang/surprise/250.wav",
        "相同文本300/wangzhe/bored/201.wav",
        "readme/liuchanhg/sad/notes.wav",
    )
    found = {(u.emotion, u.speaker, u.gender, u.sentence) for u in load_corpus("casia", folder)}
    assert found == {
        (Emotion.ANGRY, "liuchanhg", "f", "201"),
        (Emotion.NEUTRAL, "liuchanhg", "f", "301"),
        (Emotion.SURPRISED, "ZhaoZuoxiang", "m", "250"),
    }


EVALUATION = """% [START_TIME - END_TIME] TURN_NAME EMOTION [V, A, D]

[6.2901 - 8.2357]\tSes01F_impro01_F000\tneu\t[2.5000, 2.5000, 2.5000]
C-E2:\tNeutral;\t()
A-E3:\tval 3; act 2; dom  2;\t()

[10.0100 - 11.3925]\tSes01F_impro01_F001\tfru\t[2.5000, 2.5000, 2.5000]
C-F1:\tAnger;\t(curious)

[7.5712 - 10.4750]\tSes01F_impro01_M000\texc\t[4.0000, 3.5000, 3.0000]
[18.1300 - 19.7900]\tSes01F_impro01_MXX0\tang\t[2.0000, 4.0000, 4.0000]
[19.2900 - 20.7875]\tSes01F_impro01_M001\txxx\t[2.5000, 3.0000, 3.0000]
"""


def test_iemocap_takes_emotions_from_the_evaluation_files(tree):
    turns = ["F000", "F001", "M000", "M001", "MXX0", "F099"]
    folder = tree(
        *(f"Session1/sentences/wav/Ses01F_impro01/Ses01F_impro01_{turn}.wav" for turn in turns),
        "Session1/dialog/wav/Ses01F_impro01.wav",
    )
    with pytest.raises(CorpusError, match="EmoEvaluation"):
        load_corpus("iemocap", folder)
    evaluations = folder / "Session1" / "dialog" / "EmoEvaluation"
    evaluations.mkdir(parents=True)
    (evaluations / "Ses01F_impro01.txt").write_text(EVALUATION)
    (evaluations / "._Ses01F_impro01.txt").write_bytes(b"\x00\x05\x16\x07")
    found = by_name(load_corpus("iemocap", folder))
    assert {name[-4:]: facts(u)[:3] for name, u in found.items()} == {
        "F000": (Emotion.NEUTRAL, "01F", "f"),
        "M000": (Emotion.HAPPY, "01M", "m"),
        "MXX0": (Emotion.ANGRY, "01M", "m"),
    }
