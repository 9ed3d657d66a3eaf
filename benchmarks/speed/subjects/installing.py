"""What has to be installed to serve."""

import shutil
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.processes import PROJECT, run
from benchmarks.speed.bench import Bench
from benchmarks.speed.environment import REQUIREMENTS
from benchmarks.speed.records import Row, figure, with_ratios

# What the page on TensorFlow needs of the peers' requirements.
_PEER = ("tensorflow", "keras", "librosa", "streamlit", "matplotlib", "soundfile", "numpy")


def installing(bench: Bench) -> Iterator[Row]:
    """A new environment with what serving needs (`requirements.lock`, hashes checked, FFmpeg trimmed as `make install`
    does), and one with what the page on TensorFlow needs; once each, by pip on one core, from pip's cache of downloads
    where it has them. The size is that of all files in it.
    """
    if bench.tiny:
        return
    pins = [line.partition("#")[0].strip() for line in REQUIREMENTS.read_text("utf-8").splitlines()]
    wanted = {"product": ["--require-hashes", "-r", str(PROJECT / "requirements.lock")]}
    if bench.peers:
        wanted["the same page on TensorFlow"] = [pin for pin in pins if pin.partition("==")[0] in _PEER]
    seconds: dict[str, float] = {}
    sizes: dict[str, float] = {}
    for who, packages in wanted.items():
        folder = bench.scratch / "environment"
        began = time.perf_counter()
        run([sys.executable, "-m", "venv", str(folder)], core=bench.core)
        python = str(folder / "bin/python")
        pip = [python, "-m", "pip", "install", "-qq", "--disable-pip-version-check", "--no-input"]
        run([*pip, *packages], core=bench.core)
        if who == "product":
            run([python, "deploy/trim_ffmpeg.py"], core=bench.core)
        seconds[who] = time.perf_counter() - began
        sizes[who] = _size_mb(folder)
        shutil.rmtree(folder)
    for what, unit, found in (("installing", "s", seconds), ("on disk", "MB", sizes)):
        figures = [figure(who, [value]) for who, value in found.items()]
        yield Row(what, unit, with_ratios(figures, [[value] for value in found.values()]))


def _size_mb(folder: Path) -> float:
    return sum(path.lstat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6
