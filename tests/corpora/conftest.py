"""Small trees of synthesised sound under the publishers' own file names."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile

RATE_HZ = 16_000


@pytest.fixture
def tree(tmp_path: Path, rng: np.random.Generator) -> Callable[..., Path]:
    """Makes a folder with half a second of a tone in noise under each name given."""

    def make(*names: str) -> Path:
        for name in names:
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            tone = 0.2 * np.sin(2 * np.pi * rng.uniform(100, 400) * np.arange(RATE_HZ // 2) / RATE_HZ)
            soundfile.write(path, tone + 0.01 * rng.standard_normal(len(tone)), RATE_HZ)
        return tmp_path

    return make
