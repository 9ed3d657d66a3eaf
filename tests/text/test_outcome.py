import pytest

from ser_core.claim import ClaimKind
from ser_core.labels import Emotion
from ser_core.records import Prediction
from ser_core.text.outcome import Outcome, outcome, outcome_count, outcome_in_short, outcome_sentence, outcome_words

ANGRY, SAD = Emotion.ANGRY, Emotion.SAD


def heard(emotion: Emotion, confidence: float, unsure: bool = False) -> Prediction:
    rest = (1 - confidence) / 7
    return Prediction(
        {e: confidence if e is emotion else rest for e in Emotion},
        "m",
        ClaimKind.UNSURE if unsure else ClaimKind.ONE_EMOTION,
    )


def tie(first: Emotion, one: float, second: Emotion, two: float) -> Prediction:
    scores = dict.fromkeys(Emotion, (1 - one - two) / 6) | {first: one, second: two}
    return Prediction(scores, "m", ClaimKind.NEAR_TIE)


CASES = [
    (heard(ANGRY, 0.496), Outcome.CAME_ACROSS, "came across", "It came across: heard as angry (50%)."),
    (
        # In front of all others, and still more likely something else than what was aimed for.
        heard(ANGRY, 0.28),
        Outcome.PARTLY,
        "partly came across",
        "It partly came across: angry before all else, but with only 28%.",
    ),
    (
        heard(SAD, 0.9),
        Outcome.HEARD_OTHERWISE,
        "heard as sad",
        "Heard as sad (90%). You aimed for angry, which got 1%.",
    ),
    (
        tie(ANGRY, 0.52, SAD, 0.45),
        Outcome.PARTLY,
        "partly came across, as angry or sad",
        "It partly came across: heard as angry or sad (52%, 45%), too close to choose between.",
    ),
    (
        tie(SAD, 0.46, ANGRY, 0.44),
        Outcome.PARTLY,
        "partly came across, as sad or angry",
        "It partly came across: heard as sad or angry (46%, 44%), too close to choose between.",
    ),
    (
        tie(SAD, 0.46, Emotion.CALM, 0.44),
        Outcome.HEARD_OTHERWISE,
        "heard as sad or calm",
        "Heard as sad or calm (46%, 44%). You aimed for angry, which got 2%.",
    ),
    (
        heard(ANGRY, 0.28, unsure=True),
        Outcome.UNSURE,
        "unsure",
        "The model was unsure. You aimed for angry, which got 28%.",
    ),
    (
        heard(SAD, 0.9, unsure=True),
        Outcome.UNSURE,
        "unsure",
        "The model was unsure. You aimed for angry, which got 1%.",
    ),
]


@pytest.mark.parametrize("prediction, which, words, sentence", CASES)
def test_what_came_across(prediction: Prediction, which: Outcome, words: str, sentence: str) -> None:
    assert outcome(prediction.claim, ANGRY) is which
    assert outcome_words(prediction.claim, ANGRY) == words
    assert outcome_sentence(prediction.claim, ANGRY, prediction.scores[ANGRY]) == sentence


def test_a_target_that_the_model_does_not_know_has_no_probability() -> None:
    sentence = outcome_sentence(heard(SAD, 0.9).claim, Emotion.CALM, None)
    assert sentence == "Heard as sad (90%). You aimed for calm, which this model does not know."


def test_takes_are_counted() -> None:
    assert outcome_count([Outcome.CAME_ACROSS]) == "1 take, which came across"
    counted = outcome_count([Outcome.PARTLY, Outcome.CAME_ACROSS, Outcome.UNSURE])
    assert counted == "1 of 3 takes came across, and 1 partly"


def test_the_outcome_in_short_gives_the_probability_of_what_is_claimed() -> None:
    assert outcome_in_short(heard(SAD, 0.65).claim, ANGRY) == "heard as sad, 65%"
    assert (
        outcome_in_short(tie(ANGRY, 0.46, SAD, 0.44).claim, ANGRY) == "partly came across, as angry or sad, 46% and 44%"
    )
    assert outcome_in_short(heard(ANGRY, 0.28, unsure=True).claim, ANGRY) == "unsure"
