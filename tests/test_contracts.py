"""What holds for the project as a whole: its layers, what serving loads, and what its files may say."""

import os
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parent.parent
REQUIREMENTS = sorted(PROJECT.glob("requirements*.txt"))
SAMPLES = ("assets/samples/", "assets/acted/")

# Package registries by the part of the address that every mirror of theirs keeps; written apart so that this
# file does not name one.
REGISTRY = re.compile("|".join(("pypi" + r"\.org", "python" + "hosted", "index" + "-url", "npm" + r"js\.(org|com)")))
# Folders that exist on one machine only: a person's home, a work folder.
MACHINE_PATH = re.compile(r"(?<![\w./~}])/(home|root|work|Users|opt/pypi)/\w")
SOUND = {".wav", ".mp3", ".ogg", ".opus", ".flac", ".m4a", ".aac", ".aiff", ".webm"}


@cache
def tracked_files() -> tuple[str, ...]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=PROJECT, capture_output=True, text=True)
    if listed.returncode != 0:
        pytest.skip("Not a git checkout, so what is tracked is unknown.")
    return tuple(name for name in listed.stdout.split("\0") if name and (PROJECT / name).exists())


def tracked_text() -> dict[str, str]:
    texts = {}
    for name in tracked_files():
        content = (PROJECT / name).read_bytes()
        if b"\0" not in content[:8000]:
            texts[name] = content.decode("utf-8")
    return texts


def lines_with(pattern: re.Pattern[str]) -> list[str]:
    return [
        f"{name}:{number}: {line.strip()[:120]}"
        for name, text in tracked_text().items()
        for number, line in enumerate(text.splitlines(), 1)
        if pattern.search(line)
    ]


def modules_after(code: str) -> set[str]:
    """Top-level packages, and those below the core, that a fresh interpreter holds once it ran `code`."""
    script = f"{code}\nimport sys\nprint(*{{name for name in sys.modules}})"
    done = subprocess.run([sys.executable, "-c", script], cwd=PROJECT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    names = (name.split(".") for name in done.stdout.splitlines()[-1].split())
    return {".".join(parts[:2] if parts[0] == "ser_core" else parts[:1]) for parts in names}


def test_imports_only_look_down() -> None:
    # In a process of its own: it writes through a console that outlives pytest's capture.
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


NOT_FOR_SERVING = {"tensorflow", "keras", "torch", "librosa", "numba", "sklearn", "streamlit"} | {
    f"ser_core.{room}" for room in ("training", "evaluation", "recipes", "nets", "estimators")
}


@pytest.mark.parametrize("module", ["recognition", "recognition.analyse", "practice.session", "cli"])
def test_serving_loads_neither_training_nor_pages(module: str) -> None:
    assert not modules_after(f"import ser_core.{module}") & NOT_FOR_SERVING


def test_a_prediction_loads_neither_training_nor_pages() -> None:
    clip = sorted((PROJECT / SAMPLES[0]).glob("*.flac"))[0]
    loaded = modules_after(f"from ser_core import analyse\nanalyse({str(clip)!r})")
    assert "ser_core.recognition" in loaded
    assert not loaded & NOT_FOR_SERVING


@pytest.mark.parametrize("path", REQUIREMENTS, ids=lambda path: path.name)
def test_every_requirement_is_pinned(path: Path) -> None:
    for line in path.read_text("utf-8").splitlines():
        wanted = re.sub(r"(^|\s)#.*", "", line).strip()
        if wanted and not wanted.startswith("-r "):
            assert re.fullmatch(r"[\w.\-]+(\[\w+\])?==[\w.]+( ; [\w\s<>=!.\"]+)?", wanted), wanted


def test_serving_requires_no_training_library() -> None:
    text = (PROJECT / "requirements.txt").read_text("utf-8")
    names = {line.partition("==")[0].lower() for line in text.splitlines() if "==" in line}
    assert not names & {"tensorflow", "keras", "torch", "jax", "tf-keras", "onnxruntime"}


def test_no_file_names_a_registry() -> None:
    assert lines_with(REGISTRY) == []


def test_no_file_names_a_folder_of_one_machine() -> None:
    assert lines_with(MACHINE_PATH) == []


def test_the_only_sound_is_the_synthetic_samples() -> None:
    # The corpora's licences do not let their recordings travel with the project.
    sound = [name for name in tracked_files() if Path(name).suffix.lower() in SOUND]
    assert [name for name in sound if not name.startswith(SAMPLES)] == []


@pytest.mark.corpus
def test_no_sample_is_a_corpus_recording(corpora_dir: Path) -> None:
    sizes = {path.stat().st_size: path for path in corpora_dir.rglob("*") if path.is_file()}
    for name in tracked_files():
        same_size = sizes.get((PROJECT / name).stat().st_size)
        assert same_size is None or same_size.read_bytes() != (PROJECT / name).read_bytes(), name


def test_an_unset_corpus_folder_skips_here_and_fails_in_ci(tmp_path: Path) -> None:
    (tmp_path / "conftest.py").write_text((PROJECT / "tests/conftest.py").read_text("utf-8"), "utf-8")
    (tmp_path / "pytest.ini").write_text("[pytest]\nmarkers = corpus\n", "utf-8")
    (tmp_path / "test_it.py").write_text("import pytest\n@pytest.mark.corpus\ndef test_it():\n    pass\n", "utf-8")

    def outcome(**variables: str) -> str:
        environ = {k: v for k, v in os.environ.items() if k not in {"CI", "SER_CORPORA"}}
        environ |= {"PYTHONPATH": str(PROJECT)} | variables
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(tmp_path)]
        return subprocess.run(command, env=environ, capture_output=True, text=True).stdout.splitlines()[-1]

    assert "1 skipped" in outcome()
    assert "1 error" in outcome(CI="true")
    assert "1 skipped" in outcome(CI="true", SER_CORPORA="")
    assert "1 error" in outcome(CI="true", SER_CORPORA=str(tmp_path / "gone"))
    assert "1 passed" in outcome(CI="true", SER_CORPORA=str(tmp_path))
