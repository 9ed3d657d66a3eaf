import pytest

from ser_core.errors import SerError
from ser_core.labels import Emotion
from ser_core.practice.feedback import load_rules
from ser_core.practice.feedback.rules import PATH
from ser_core.practice.reference import load_reference
from ser_core.prosody import MEASURES
from ser_core.prosody.disfluency import DisfluencyKind
from ser_core.text.numbers import Amount

RULES = load_rules()
NUMBERS = {"take": 1.0, "low": 2.0, "high": 3.0, "fall": 1.0, "fall_low": 2.0, "fall_high": 3.0}
WORDS = {"amount": Amount(1.0, "semitones"), "turn": "fell by 1 semitone", "compared": "1 dB softer than"}


def test_every_emotion_has_its_word_and_every_disfluency_its_sentence():
    assert set(RULES.words) == set(Emotion)
    assert set(RULES.disfluency) == set(DisfluencyKind)


def test_both_sides_of_a_value_have_advice():
    for name in {rule.value for rule in RULES.change}:
        assert {rule.side for rule in RULES.change if rule.value == name} == {"low", "high"}


def test_some_praise_always_holds():
    assert RULES.always[-1].when == "spoke"


@pytest.mark.parametrize("rule", [*RULES.praise, *RULES.change], ids=lambda r: f"{r.value}-{r.side or 'praise'}")
def test_every_sentence_is_one_with_its_numbers_and_what_they_are_held_against(rule):
    for template in filter(None, (rule.say, rule.say_own)):
        text = template.format(target="angry", **NUMBERS, **WORDS)
        assert text[0].isupper()
        # No score without its meaning: the take's number stands beside those of the target's takes.
        assert "angry" in text
        assert sum(number in text for number in "123") == 3
        sentence = text if not rule.side else f"{text}: {rule.aim}."
        assert sentence.endswith(".")
        assert sentence.count(". ") == 0
        assert sentence.count(": ") <= 1


def test_one_and_several_interruptions_are_said_in_one_sentence():
    for rule in RULES.disfluency.values():
        one, many = rule.say.format(length=1.25), rule.say_many.format(length=1.25, count=3)
        assert "1.2 s" in one
        assert "1.2 s" in many
        assert "3" in many
        for sentence in (one, many):
            assert sentence.endswith(".")
            assert sentence.count(". ") == 0


def test_a_number_in_words_has_its_sign_in_the_words():
    final = RULES.turn["pitch_final_semitones"]
    assert [final.of(n, "semitones") for n in (-4.2, 0.4, 1.0)] == [
        "fell by 4 semitones",
        "stayed level",
        "rose by 1 semitone",
    ]
    pace = RULES.compared["articulation_rate"]
    assert [pace.of(n, "%") for n in (-12.0, -0.2, 30.4)] == ["12% slower than", "as fast as", "30% faster than"]


def test_what_is_seen_from_the_own_voice_has_words_for_it():
    for rule in (*RULES.praise, *RULES.change):
        if rule.say_own:
            assert rule.value in RULES.compared
            assert MEASURES[rule.value].relative


def test_a_share_of_pauses_is_spoken_of_only_when_hardly_any_take_of_the_table_has_it():
    (rule,) = [rule for rule in RULES.habit if rule.value == "pause_share"]
    reference = load_reference()
    usual = max(band.q95 for (_, _, name), band in reference.absolute.items() if name == rule.value)
    assert rule.above >= usual + MEASURES[rule.value].noticeable


def test_advice_is_kind():
    said = " ".join(
        [r.say + r.say_own + r.aim for r in (*RULES.praise, *RULES.change)]
        + [r.say + " " + r.say_many for r in RULES.disfluency.values()]
        + [r.say for r in RULES.habit]
    ).lower()
    for word in ("wrong", "bad", "poor", "fail", "must", "never", "should", "mistake"):
        assert word not in said.split()


@pytest.mark.parametrize(
    "old, new, complaint",
    [
        ('value = "dynamics_db"', 'value = "dynamic"', "'dynamic' is none of"),
        ('side = "low"', 'side = "left"', "'left' is none of"),
        ('moment = "flattest"', 'moment = "somewhere"', "'somewhere' is none of"),
        ("{take:.0f} Hz", "{taken:.0f} Hz", "names taken; known are"),
        ("{compared} your", "{turn} your", "names turn; known are"),
        ("[turn.pitch_final_semitones]", "[turn.pitch_median_hz]", "names turn; known are"),
        ("{count} in all", "{number} in all", "names number; known are"),
        ('angry = "angry"', 'furious = "angry"', "'furious' is not a valid Emotion"),
        ("[nudge]", "[push]", "nudge"),
    ],
)
def test_a_rule_that_cannot_be_used_is_named(tmp_path, old, new, complaint):
    path = tmp_path / "advice.toml"
    path.write_text(PATH.read_text().replace(old, new))
    with pytest.raises(SerError, match=complaint):
        load_rules(path)
