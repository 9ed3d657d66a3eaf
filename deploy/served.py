"""Prints the lock of what serving needs without what only training needs: librosa and what that brings, 250 MB.

    python deploy/served.py requirements.txt requirements.lock >served.lock

Which packages these are stands in the requirements, below their heading. Needs nothing but Python: an image is built
with it before anything is installed.
"""

import re
import sys
from pathlib import Path

TRAINING_ONLY = "# What training alone needs"


def training_only(requirements: str) -> set[str]:
    """Names of the packages below the heading, as registries compare them (PEP 503)."""
    _, heading, below = requirements.partition(TRAINING_ONLY)
    if not heading:
        raise SystemExit(f'The requirements have no heading "{TRAINING_ONLY}".')
    return {_normal(name) for name in re.findall(r"^([A-Za-z0-9][\w.-]*)==", below, re.MULTILINE)}


def served(requirements: str, lock: str) -> str:
    """The pins of the lock, with their hashes, that are not below the heading."""
    left_out = training_only(requirements)
    pins = re.findall(r"^[A-Za-z0-9].*(?:\n    --hash=.*)*\n", lock, re.MULTILINE)
    return "".join(pin for pin in pins if _normal(re.split(r"[=\[]", pin, maxsplit=1)[0]) not in left_out)


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


if __name__ == "__main__":
    print(served(*(Path(path).read_text("utf-8") for path in sys.argv[1:3])), end="")
