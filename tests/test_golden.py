"""The committed model still answers as it did: a change of features, decoding or runtime shows here first.

After a new model: `python tests/test_golden.py` writes the answers anew; look at the difference before committing.
"""

import json
from pathlib import Path

import pytest

from ser_core.config import PROJECT_DIR
from ser_core.recognition.analyse import analyse
from ser_core.text import answer

GOLDEN = Path(__file__).parent / "golden_predictions.json"
SAMPLES = sorted((PROJECT_DIR / "assets" / "samples").glob("*.flac"))


def answered(sample: Path) -> dict[str, object]:
    prediction = analyse(sample).prediction
    return {
        "model": prediction.model,
        "claim": answer.name(prediction.claim),
        "scores": {label.value: round(score, 4) for label, score in prediction.scores.items()},
    }


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.stem)
def test_the_samples_are_answered_as_ever(sample):
    expected = json.loads(GOLDEN.read_text(encoding="utf-8"))[sample.stem]
    given = answered(sample)
    assert (given["model"], given["claim"]) == (expected["model"], expected["claim"])
    # Processors round the network's eight-bit steps differently; the same one repeats to the last digit.
    assert given["scores"] == pytest.approx(expected["scores"], abs=0.02)


def test_every_sample_has_an_expected_answer():
    assert set(json.loads(GOLDEN.read_text(encoding="utf-8"))) == {sample.stem for sample in SAMPLES}


if __name__ == "__main__":
    answers = {sample.stem: answered(sample) for sample in SAMPLES}
    GOLDEN.write_text(json.dumps(answers, indent=2) + "\n", encoding="utf-8")
