import pytest

from ser_core.text.numbers import Number, amount, percent


@pytest.mark.parametrize(
    "value, spec, written",
    [
        (-3.14, ".1f", "−3.1"),
        (2.0, "+.0f", "+2"),
        (-2.0, "+.0f", "−2"),
        (-0.04, ".1f", "0.0"),
        (0.4, "+.0f", "0"),
        (-0.6, "+.0f", "−1"),
        (10.0, "+.0f", "+10"),
    ],
)
def test_a_number_has_a_minus_sign_and_no_sign_at_nought(value: float, spec: str, written: str) -> None:
    assert format(Number(value), spec) == written


def test_an_amount_has_its_unit() -> None:
    assert amount(-23.41, "LUFS", 1) == "−23.4 LUFS"
    assert amount(12.4, "%", 0) == "12%"
    assert amount(3.0, "dB", 1, signed=True) == "+3.0 dB"
    assert amount(3.0, "", 0) == "3"


@pytest.mark.parametrize(
    "probability, words", [(0.0, "under 1%"), (0.0099, "under 1%"), (0.5, "50%"), (0.99, "99%"), (0.9901, "over 99%")]
)
def test_a_probability_never_claims_nothing_or_everything(probability: float, words: str) -> None:
    assert percent(probability) == words
