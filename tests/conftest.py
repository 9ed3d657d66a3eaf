"""Fixtures that all tests share, and the rule on what happens where a test cannot run."""

import os
import shutil
from collections.abc import Callable
from functools import cache
from importlib import import_module
from pathlib import Path
from types import ModuleType

import hypothesis
import numpy as np
import pytest

from ser_core.config import PROJECT_DIR, Settings
from ser_core.corpora import protocols
from ser_core.corpora.protocols import Fold, Protocol
from ser_core.machine import keep_arrays_on_one_core
from ser_core.recognition.recogniser import Recogniser, load_recogniser
from ser_core.records import Clip

RATE_HZ = 16_000

# As the app does; other threads would but wait for each other.
keep_arrays_on_one_core()

# A busy machine is no reason for a failure, and CI tries the same examples each time.
hypothesis.settings.register_profile("here", deadline=None)
hypothesis.settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True)


def in_ci() -> bool:
    return os.environ.get("CI", "").lower() in {"1", "true", "yes"}


hypothesis.settings.load_profile("ci" if in_ci() else "here")


@cache
def find_chromium() -> Path | None:
    """The installed Chromium: the one that CHROMIUM names, or the first on the path."""
    names = (os.environ.get("CHROMIUM"), "chromium", "chromium-browser", "google-chrome")
    found = (shutil.which(name) for name in names if name)
    return next((Path(path) for path in found if path), None)


@cache
def find_postgres() -> Path | None:
    """The folder with PostgreSQL's server programs; Debian keeps them off the path."""
    on_path = shutil.which("initdb")
    if on_path:
        return Path(on_path).parent
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return found[-1].parent if found else None


def why_no_browser() -> str | None:
    return None if find_chromium() else "Chromium is not installed (Debian: apt-get install chromium)"


def why_no_postgres() -> str | None:
    return None if find_postgres() else "PostgreSQL is not installed (Debian: apt-get install postgresql)"


def why_no_proxy() -> str | None:
    return None if shutil.which("caddy") else "Caddy is not installed (Debian: apt-get install caddy)"


def why_no_corpus() -> str | None:
    folder = os.environ.get("SER_CORPORA")
    if not folder:
        return "SER_CORPORA does not name the folder with the corpora"
    return None if Path(folder).is_dir() else f"SER_CORPORA names {folder!r}, and that is no folder"


def why_no_cases() -> str | None:
    folder = Path(os.environ.get("SER_CORPORA", "")).parent / "cases"
    return None if folder.is_dir() else f"There is no folder {str(folder)!r} with the inputs that once failed"


def why_no_espeak() -> str | None:
    return None if shutil.which("espeak-ng") else "espeak-ng is not installed (Debian: apt-get install espeak-ng)"


def why_no_flite() -> str | None:
    return None if shutil.which("flite") else "flite is not installed (Debian: apt-get install flite)"


def why_no_root() -> str | None:
    missing = [name for name in ("buildah", "debootstrap", "systemd-analyze", "logrotate") if not shutil.which(name)]
    if missing:
        return f"Missing: {', '.join(missing)} (Debian: apt-get install buildah debootstrap systemd logrotate)"
    return None if os.geteuid() == 0 else "Making a root file system takes root"


NEEDS: dict[str, Callable[[], str | None]] = {
    "browser": why_no_browser,
    "espeak": why_no_espeak,
    "flite": why_no_flite,
    "postgres": why_no_postgres,
    "root": why_no_root,
    "proxy": why_no_proxy,
    "corpus": why_no_corpus,
    "cases": why_no_cases,  # after "corpus": whoever says that there are no corpora has no cases either
}


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    # In CI a test that cannot run would go unseen for ever, so there it fails. The one way out is to say that
    # there are no corpora: SER_CORPORA set, and empty.
    for marker, why_not in NEEDS.items():
        reason = why_not() if item.get_closest_marker(marker) else None
        if reason is None:
            continue
        if in_ci() and not (marker == "corpus" and os.environ.get("SER_CORPORA") == ""):
            pytest.fail(reason, pytrace=False)
        pytest.skip(reason)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    # A press or a key that meets a page while it is drawn anew can be lost, more often the busier the machine. A
    # browser test that fails is tried once more, and the summary says so; what is broken fails twice.
    for item in items:
        if item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.flaky(reruns=1))
    # Among several processes a long file that comes last would keep all others waiting.
    if "PYTEST_XDIST_WORKER" in os.environ:
        long = {item.path for item in items if item.get_closest_marker("slow") or item.get_closest_marker("browser")}
        items.sort(key=lambda item: item.path not in long)


@pytest.fixture
def rng() -> np.random.Generator:
    """The same random numbers in each test, whichever tests ran before."""
    return np.random.default_rng(20_180_516)


@pytest.fixture
def sine() -> Clip:
    """Two seconds of 220 Hz at half of full scale: -9.03 dBFS, its peak at bin 220 / (16000 / n_fft)."""
    time_s = np.arange(2 * RATE_HZ) / RATE_HZ
    return Clip((0.5 * np.sin(2 * np.pi * 220 * time_s)).astype(np.float32), RATE_HZ)


@pytest.fixture
def white_noise(rng: np.random.Generator) -> Clip:
    """Three seconds of Gaussian noise of standard deviation 0.1: -20 dBFS, flat over frequency."""
    return Clip((0.1 * rng.standard_normal(3 * RATE_HZ)).astype(np.float32), RATE_HZ)


@pytest.fixture
def silence() -> Clip:
    """One second of digital silence."""
    return Clip(np.zeros(RATE_HZ, dtype=np.float32), RATE_HZ)


@pytest.fixture(params=["sine", "white_noise", "silence", "clicks", "sweep"])
def signal(request: pytest.FixtureRequest, rng: np.random.Generator) -> Clip:
    """Each of five signals on which transforms are compared with librosa's."""
    time_s = np.arange(24_000) / RATE_HZ
    if request.param == "clicks":
        samples = np.zeros(24_000, dtype=np.float32)
        samples[rng.integers(0, 24_000, 20)] = 0.9
        return Clip(samples, RATE_HZ)
    if request.param == "sweep":
        phase = 2 * np.pi * (50 * time_s + 2500 * time_s**2)
        return Clip((0.8 * np.sin(phase)).astype(np.float32), RATE_HZ)
    return request.getfixturevalue(request.param)


@pytest.fixture(scope="session")
def librosa() -> ModuleType:
    """The reference for spectra; its import compiles for half a minute on a machine that has not done so before."""
    return import_module("librosa")


@pytest.fixture(scope="session")
def samples_dir() -> Path:
    """The synthetic voices that the app offers as samples."""
    return PROJECT_DIR / "assets" / "samples"


@pytest.fixture(scope="session")
def model_dir() -> Path:
    """The folder of the smaller committed model, a network over windows of the log-mel."""
    return PROJECT_DIR / "models" / "crnn"


@pytest.fixture(scope="session")
def recogniser(model_dir: Path) -> Recogniser:
    """The smaller committed model, loaded once."""
    return load_recogniser(model_dir.name, Settings(models_dir=model_dir.parent))


@pytest.fixture
def tones_protocol(monkeypatch: pytest.MonkeyPatch) -> None:
    """The protocol "tones": half of the voices of one's own recordings at a time, in two folds."""

    def folds(utterances):
        speakers = sorted({u.speaker for u in utterances})
        half = len(speakers) // 2
        for name, held in (("first", speakers[:half]), ("last", speakers[half:])):
            train = tuple(u for u in utterances if u.speaker not in held)
            yield Fold(name, train, tuple(u for u in utterances if u.speaker in held))

    tones = Protocol("tones", "Half of the voices at a time", ("folder",), True, folds)
    monkeypatch.setitem(protocols._PROTOCOLS, "tones", tones)


@pytest.fixture
def corpora_dir() -> Path:
    """The folder with the corpora; a test that asks for it is marked `corpus`."""
    return Path(os.environ["SER_CORPORA"])


@pytest.fixture(scope="session")
def chromium() -> Path:
    """The browser's program; a test that asks for it is marked `browser`."""
    path = find_chromium()
    if path is None:
        pytest.skip(why_no_browser() or "")
    return path


@pytest.fixture(scope="session")
def postgres_bin() -> Path:
    """The folder with `initdb` and `postgres`; a test that asks for it is marked `postgres`."""
    path = find_postgres()
    if path is None:
        pytest.skip(why_no_postgres() or "")
    return path
