"""What is left of FFmpeg's wheel is small, and reads sound as before."""

import shutil
import subprocess
import sys
from pathlib import Path

import av
import pytest

from deploy.trim_ffmpeg import trim, without_symbols
from tests.audio.made import made
from tests.audio.signals import voice

SCRIPT = """
import sys, av
assert av.__file__.startswith(sys.argv[1]), av.__file__
# Asks every library what it can do, those of video as well.
for name in {"libvpx-vp9", "libdav1d"} & set(av.codecs_available):
    av.Codec(name, "r").long_name
print(sum(frame.samples for frame in av.open(sys.argv[2]).decode(audio=0)))
"""


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the installed wheel; symbolic links would lead out of it."""
    site_packages = Path(av.__file__).parents[1]
    for name in ("av", "av.libs"):
        shutil.copytree(
            site_packages / name, tmp_path / "packages" / name, ignore=shutil.ignore_patterns("__pycache__")
        )
    return tmp_path / "packages"


def test_it_is_small_and_reads_sound(copy: Path, tmp_path: Path) -> None:
    trim(copy)
    size_mb = sum(path.stat().st_size for path in copy.rglob("*") if path.is_file()) / 1e6
    # The budget for all that reading recordings adds; 104 MB as it comes.
    assert size_mb < 55
    assert trim(copy) == 0
    path = tmp_path / "take.m4a"
    path.write_bytes(made(voice(2, 44_100), "ipod", "aac", 44_100))
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(copy), str(path)],
        env={"PYTHONPATH": str(copy)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert int(done.stdout) == pytest.approx(2 * 44_100, abs=2048)


def test_what_is_no_such_library_is_left_alone() -> None:
    for content in (b"", b"MZ\x90\0", b"\xcf\xfa\xed\xfe" + bytes(100)):
        assert without_symbols(content) == content
