"""What the image installs: all that serving needs, and nothing that training alone does."""

import subprocess
import sys
from importlib.metadata import PackageNotFoundError, requires
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from tools.lock import entries_of, normal

PROJECT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def served() -> dict[str, str]:
    done = subprocess.run(
        [sys.executable, "deploy/served.py", "requirements.txt", "requirements.lock"],
        cwd=PROJECT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return entries_of(done.stdout)


def test_pins_keep_their_hashes_and_training_has_none(served: dict[str, str]) -> None:
    whole = entries_of((PROJECT / "requirements.lock").read_text("utf-8"))
    assert served.items() < whole.items()
    assert whole.keys() - served.keys() >= {"librosa", "numba", "llvmlite", "scikit-learn"}
    assert served.keys() >= {"streamlit", "soundfile", "plotly", "ai-edge-litert", "setuptools", "threadpoolctl"}


def test_whatever_is_installed_finds_what_it_requires(served: dict[str, str]) -> None:
    for package in served:
        try:
            wanted = [Requirement(line) for line in requires(package) or ()]
        except PackageNotFoundError:  # for another system or Python
            continue
        needed = {normal(each.name) for each in wanted if each.marker is None or each.marker.evaluate({"extra": ""})}
        assert needed <= served.keys(), package


def test_requirements_without_the_heading_are_refused(tmp_path: Path) -> None:
    (tmp_path / "requirements.txt").write_text("a==1\n", "utf-8")
    command = [sys.executable, str(PROJECT / "deploy/served.py"), "requirements.txt", "requirements.txt"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 1
    assert "have no heading" in done.stderr
