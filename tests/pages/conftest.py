"""What the tests of the pages share: Streamlit's AppTest on the real pages with the real model."""

import io
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile
from streamlit.testing.v1 import AppTest

from ser_core.config import PROJECT_DIR, load_settings
from ui.shared.samples import samples


@pytest.fixture
def page() -> AppTest:
    """The home page, not yet run."""
    return AppTest.from_file(str(PROJECT_DIR / "app.py"), default_timeout=60)


@pytest.fixture
def set_threshold(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Serves a copy of the model that calls itself unsure below the confidence given, whose confidences are near 1
    at a low temperature and all alike at a high one, and that calls less than `pair_below` between two a near tie.
    """

    def serve(unsure_below: float, temperature: float | None = None, pair_below: float | None = None) -> None:
        settings = load_settings()
        folder = tmp_path / "models" / settings.model
        shutil.copytree(settings.models_dir / settings.model, folder)
        card = json.loads((folder / "card.json").read_text("utf-8"))
        card["calibration"]["unsure_below"] = unsure_below
        if temperature is not None:
            card["calibration"]["temperature"] = temperature
        if pair_below is not None:
            card["calibration"]["pair_below"] = pair_below
        (folder / "card.json").write_text(json.dumps(card), "utf-8")
        monkeypatch.setenv("SER_MODELS_DIR", str(folder.parent))

    return serve


@pytest.fixture
def recording() -> Callable[[float], bytes]:
    """Makes a WAV file of the length asked for, in seconds, from the synthetic voices."""
    voices = [soundfile.read(sample.path, dtype="float32") for sample in samples()]
    rate_hz = voices[0][1]
    speech = np.concatenate([voice for voice, _ in voices])

    def make(duration_s: float) -> bytes:
        file = io.BytesIO()
        soundfile.write(file, np.resize(speech, round(duration_s * rate_hz)), rate_hz, format="WAV")
        return file.getvalue()

    return make
