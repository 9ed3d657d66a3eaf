from pathlib import Path

import numpy as np

from ser_core.nets.whisper.quantised import read_quantised, write_quantised


def test_eight_bits_keep_a_matrix_within_half_a_step_and_twice_is_once(tmp_path: Path):
    rng = np.random.default_rng(0)
    weights = {
        "a/kernel": rng.normal(size=(64, 32)).astype(np.float32),
        "a/bias": rng.normal(size=32).astype(np.float32),
        "b/kernel": np.zeros((64, 32), np.float32),
        "encoder/positions": rng.normal(size=(4, 4)).astype(np.float32),
    }
    write_quantised(tmp_path / "once.npz", weights)
    once = read_quantised(tmp_path / "once.npz")
    assert set(once) == set(weights) - {"encoder/positions"}
    step = np.abs(weights["a/kernel"]).max(axis=0) / 127
    assert (np.abs(once["a/kernel"] - weights["a/kernel"]) <= 0.5 * step + 1e-6).all()
    np.testing.assert_array_equal(once["b/kernel"], 0)
    np.testing.assert_allclose(once["a/bias"], weights["a/bias"], rtol=1e-3)
    write_quantised(tmp_path / "twice.npz", once)
    np.testing.assert_array_equal(read_quantised(tmp_path / "twice.npz")["a/kernel"], once["a/kernel"])
