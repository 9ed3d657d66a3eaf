import io
import math

import numpy as np
import pytest
import soundfile
from hypothesis import given
from hypothesis import strategies as st

from ser_core.errors import HistoryError
from ser_core.history.cleaning import MAX_NAME_CHARS, file_name, plain_json, to_flac
from ser_core.labels import Emotion
from ser_core.records import Clip


@given(st.text())
def test_a_file_name_is_one_line_that_any_database_takes(name: str) -> None:
    cleaned = file_name(name)
    assert len(cleaned) <= MAX_NAME_CHARS
    assert not set(cleaned) & set("\x00\r\n\t\x1b\u202e")
    cleaned.encode()  # no lone surrogates


def test_an_ordinary_file_name_stays() -> None:
    assert file_name("Übung 3 — *final* (日本).wav") == "Übung 3 — *final* (日本).wav"


def test_numbers_that_json_does_not_know_become_none() -> None:
    report = {"a": math.nan, "b": [math.inf, 1.5], "c": np.float32(0.5), "d": np.int64(3), "e": (True, None)}
    assert plain_json(report) == {"a": None, "b": [None, 1.5], "c": 0.5, "d": 3, "e": [True, None]}


def test_emotions_become_their_names() -> None:
    cleaned = plain_json({Emotion.SAD: Emotion.ANGRY})
    assert cleaned == {"sad": "angry"}
    assert {type(text) for item in cleaned.items() for text in item} == {str}


def test_what_is_not_data_is_refused() -> None:
    with pytest.raises(HistoryError, match="got object"):
        plain_json({"a": [object()]})


def test_flac_keeps_the_sound() -> None:
    samples = np.linspace(-1, 1, 16_000, dtype=np.float32)
    back, rate_hz = soundfile.read(io.BytesIO(to_flac(Clip(samples, 16_000))), dtype="float32")
    assert rate_hz == 16_000
    np.testing.assert_allclose(back, samples, atol=1 / 32768)  # one step of 16 bits; +1 is cut to 32767


def test_a_sample_over_full_scale_is_cut_and_does_not_wrap() -> None:
    samples = np.full(16_000, 1.2, dtype=np.float32)
    back, _ = soundfile.read(io.BytesIO(to_flac(Clip(samples, 16_000))), dtype="float32")
    assert back.min() > 0.99
