"""The committed models still answer as they did: a change of features, decoding or runtime shows here first.

After a new model: `python tests/test_golden.py` writes the answers anew; look at the difference before committing.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from ser_core.config import PROJECT_DIR
from ser_core.recognition.analyse import analyse
from ser_core.recognition.recogniser import Recogniser, load_recogniser
from ser_core.text import answer

GOLDEN = Path(__file__).parent / "golden_predictions.json"
SAMPLES = sorted((PROJECT_DIR / "assets" / "samples").glob("*.flac"))


MODELS = ("whisper", "whisper-shallow", "crnn")


def golden(model: str) -> dict[str, dict[str, Any]]:
    """The expected answers of a model, by the name of the sample."""
    return json.loads(GOLDEN.read_text(encoding="utf-8"))[model]


def answered(sample: Path, recogniser: Recogniser) -> dict[str, object]:
    prediction = analyse(sample, recogniser=recogniser).prediction
    return {
        "model": prediction.model,
        "claim": answer.name(prediction.claim),
        "scores": {label.value: round(score, 4) for label, score in prediction.scores.items()},
    }


@pytest.fixture(scope="module", params=MODELS)
def model(request) -> Recogniser:
    return load_recogniser(request.param)


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.stem)
def test_the_samples_are_answered_as_ever(sample, model):
    expected = golden(model.name)[sample.stem]
    given = answered(sample, model)
    assert (given["model"], given["claim"]) == (expected["model"], expected["claim"])
    # Processors round the network's eight-bit steps differently; the same one repeats to the last digit.
    assert given["scores"] == pytest.approx(expected["scores"], abs=0.02)


@pytest.mark.parametrize("name", MODELS)
def test_every_sample_has_an_expected_answer(name):
    assert set(golden(name)) == {sample.stem for sample in SAMPLES}


if __name__ == "__main__":
    answers = {name: {s.stem: answered(s, load_recogniser(name)) for s in SAMPLES} for name in MODELS}
    GOLDEN.write_text(json.dumps(answers, indent=2) + "\n", encoding="utf-8")
