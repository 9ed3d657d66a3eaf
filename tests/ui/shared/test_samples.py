import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from ser_core.audio import read_clip
from ui.shared.samples import SAMPLES_DIR, Sample, samples


def test_there_are_a_few_and_one_is_long() -> None:
    lengths_s = [read_clip(sample.path).duration_s for sample in samples()]
    assert 4 <= len(lengths_s) <= 6
    assert max(lengths_s) > 12
    assert sum(sample.path.stat().st_size for sample in samples()) < 1_000_000


@pytest.mark.parametrize("sample", samples(), ids=lambda sample: sample.path.stem)
def test_a_sample_is_called_synthetic_and_can_be_heard(sample: Sample) -> None:
    assert sample.path.name.startswith("synthetic-")
    assert abs(read_clip(sample.path).samples).max() > 0.05


def test_every_file_is_listed() -> None:
    assert {sample.path for sample in samples()} == set(SAMPLES_DIR.glob("*.flac"))


@pytest.mark.espeak
def test_the_script_makes_the_same_voices_again(tmp_path: Path) -> None:
    folder = tmp_path / "samples"
    shutil.copytree(SAMPLES_DIR, folder, ignore=shutil.ignore_patterns("*.flac"))
    subprocess.run([sys.executable, folder / "make_samples.py"], check=True, capture_output=True)
    for sample in samples():
        made = read_clip(folder / sample.path.name)
        kept = read_clip(sample.path)
        # Another espeak-ng may phrase a little differently; the same one gives the same samples.
        assert made.duration_s == pytest.approx(kept.duration_s, rel=0.1)
