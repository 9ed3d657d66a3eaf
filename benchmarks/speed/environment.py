"""Makes the peers' environment, .venv-bench, from requirements-bench.txt; where it is complete, nothing is done.

    python -m benchmarks.speed.environment

These packages are measured beside the product and are no part of it. They stand in no lock, because torch comes in
another build for each kind of machine.
"""

import hashlib
import subprocess
import sys

from benchmarks.processes import PROJECT

REQUIREMENTS = PROJECT / "requirements-bench.txt"
FOLDER = PROJECT / ".venv-bench"
PYTHON = FOLDER / "bin/python"
_DONE = FOLDER / ".installed"
_WITHOUT_CUDA = """
import importlib.util, pathlib, torch
if not torch.version.cuda:
    # torchaudio's compiled part is linked to CUDA's; its networks and spectra do not use it, and it does without.
    place = pathlib.Path(importlib.util.find_spec("torchaudio").origin).parent
    for library in place.glob("lib/*torchaudio*.so"):
        library.unlink()
"""


def main() -> None:
    wanted = hashlib.sha256(REQUIREMENTS.read_bytes()).hexdigest()
    if _DONE.exists() and _DONE.read_text("ascii") == wanted:
        return
    print("Installing what the product is measured beside (some minutes the first time)", flush=True)
    subprocess.run([sys.executable, "-m", "venv", "--clear", FOLDER], check=True)
    pip = [PYTHON, "-m", "pip", "install", "-qq", "--disable-pip-version-check", "--no-input", "-r", REQUIREMENTS]
    subprocess.run(pip, check=True)
    subprocess.run([PYTHON, "-c", _WITHOUT_CUDA], check=True)
    _DONE.write_text(wanted, "ascii")


if __name__ == "__main__":
    main()
