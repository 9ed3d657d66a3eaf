import pytest
from hypothesis import given
from hypothesis import strategies as st

from ser_core.claim import Claim, ClaimKind
from ser_core.labels import Emotion
from ui.shared import text


@pytest.mark.parametrize(
    "probability, words", [(0.834, "83%"), (0.0, "under 1%"), (0.0099, "under 1%"), (0.9999, "over 99%"), (0.5, "50%")]
)
def test_a_per_cent_claims_neither_nothing_nor_everything(probability: float, words: str) -> None:
    assert text.percent(probability) == words


def test_trust_in_a_confidence_is_measured_or_said_to_be_unknown() -> None:
    sad, tie = ((Emotion.SAD, 0.46), (Emotion.CALM, 0.44)), ClaimKind.NEAR_TIE
    alone = text.trust_in_confidence(Claim(ClaimKind.ONE_EMOTION, sad), 0.119)
    assert "about 46 are right" in alone
    assert "off by 12 " in alone
    # A near tie is right if either is, and nothing is certain.
    assert "about 90 are right" in text.trust_in_confidence(Claim(tie, sad), 0.119)
    sure = ((Emotion.SAD, 0.999), (Emotion.CALM, 0.001))
    assert "about 99 are right" in text.trust_in_confidence(Claim(ClaimKind.ONE_EMOTION, sure), 0.119)
    assert "has not been measured" in text.trust_in_confidence(Claim(tie, sad), None)


@pytest.mark.parametrize(
    "seconds, words",
    [
        (0.5, "0.5 s"),
        (3.24, "3.2 s"),
        (59.94, "59.9 s"),
        (59.96, "1 min 0 s"),
        (65, "1 min 5 s"),
        (13_335, "3 h 42 min"),
    ],
)
def test_a_length_is_as_exact_as_it_matters(seconds: float, words: str) -> None:
    assert text.duration(seconds) == words


@pytest.mark.parametrize("seconds, shown", [(0, "0:00"), (65, "1:05"), (3_725, "1:02:05")])
def test_a_moment_is_shown_as_a_player_does(seconds: float, shown: str) -> None:
    assert text.clock(seconds) == shown


def test_an_emotion_is_named() -> None:
    assert text.name_of(Emotion.ANGRY) == "Angry"


def test_markup_in_foreign_text_is_escaped() -> None:
    assert text.literal("**x**<script>.wav") == r"\*\*x\*\*\<script\>\.wav"


def test_an_icon_in_foreign_text_is_broken_up() -> None:
    assert ":smile:" not in text.literal("a :smile: b").replace("\\", "")


@given(st.text())
def test_literal_text_leaves_no_punctuation_unescaped_and_no_line_of_its_own(foreign: str) -> None:
    escaped = text.literal(foreign)
    assert len(escaped.splitlines()) <= 1
    rest = escaped
    for character in "\\!\"#$%&'()*+,-./:;<=>?@[]^_`{|}~":
        rest = rest.replace(f"\\{character}", "")
    assert not set(rest) & set("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~")


@pytest.mark.parametrize(
    "name, download",
    [
        ("clip.wav", "clip-emotion.json"),
        ("../my clip <1>.wav", "my_clip_1-emotion.json"),
        ("", "recording-emotion.json"),
        ("*.wav", "recording-emotion.json"),
        ("é" * 200 + ".wav", "é" * 60 + "-emotion.json"),
    ],
)
def test_a_download_gets_a_harmless_name(name: str, download: str) -> None:
    assert text.download_name(name, "emotion.json") == download
