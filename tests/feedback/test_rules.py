import pytest

from ser_core.errors import SerError
from ser_core.feedback import load_rules
from ser_core.feedback.rules import PATH
from ser_core.fluency import DisfluencyKind
from ser_core.labels import Emotion

RULES = load_rules()
NUMBERS = {"take": 1.0, "low": 2.0, "high": 3.0, "fall": 1.0, "fall_low": 2.0, "fall_high": 3.0}


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
        text = template.format(target="angry", **NUMBERS)
        assert text[0].isupper()
        # No score without its meaning: the take's number stands beside those of the target's takes.
        assert "angry" in text
        assert sum(number in text for number in "123") == 3
        sentence = text if not rule.side else f"{text}: {rule.aim}."
        assert sentence.endswith(".")
        assert sentence.count(". ") == 0


def test_advice_is_kind():
    said = " ".join(
        [r.say + r.say_own + r.aim for r in (*RULES.praise, *RULES.change)] + [r.say for r in RULES.disfluency.values()]
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
        ('angry = "angry"', 'furious = "angry"', "'furious' is not a valid Emotion"),
        ("[nudge]", "[push]", "nudge"),
    ],
)
def test_a_rule_that_cannot_be_used_is_named(tmp_path, old, new, complaint):
    path = tmp_path / "advice.toml"
    path.write_text(PATH.read_text().replace(old, new))
    with pytest.raises(SerError, match=complaint):
        load_rules(path)
