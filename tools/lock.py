"""Writes the lock files: every pin of the requirements with the hashes of its files, for all Pythons and processors.

    make lock

The requirements are kept by hand: each pin has its reason beside it. The locks are what is installed, so that a file
that was changed at the registry, or in between, is refused. Each holds the pins of its own requirements and includes
the one below, as the requirements do. Which registry answers is a setting of this machine and stands in no file.
"""

import os
import re
import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
LOCKS = ("requirements.txt", "requirements-batch.txt", "requirements-train.txt", "requirements-dev.txt")
_HEAD = "# Written by `make lock` from {name}: what is installed, and the hashes of all files that it may be.\n\n"


def names_of(requirements: str) -> list[str]:
    """The packages that a requirements file pins itself, by their normalised names."""
    return [normal(name) for name in re.findall(r"^([A-Za-z0-9][\w.-]*)(?:\[.*?\])?==", requirements, re.MULTILINE)]


def included_by(requirements: str) -> list[str]:
    """The requirements that a file includes, without their endings."""
    return re.findall(r"^-r (.*)\.(?:txt|lock)$", requirements, re.MULTILINE)


def normal(name: str) -> str:
    """A package's name as registries compare it (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def entries_of(lock: str) -> dict[str, str]:
    """The pins of a lock with their hashes, by name."""
    found = re.findall(r"^[A-Za-z0-9].*(?:\n    --hash=.*)*\n", lock, re.MULTILINE)
    return {normal(entry.partition("==")[0]): entry for entry in found}


def resolve() -> str:
    """All pins with all hashes, from uv."""
    command = ["uv", "pip", "compile", "requirements-dev.txt", "--universal", "--python-version=3.11", "--no-deps",
               "--generate-hashes", "--no-annotate", "--no-header"]  # fmt: skip
    beside = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        command, cwd=PROJECT, env=os.environ | {"PATH": beside}, stdout=subprocess.PIPE, text=True, check=True
    )
    return done.stdout


def main() -> None:
    """Write all locks."""
    entries = entries_of(resolve())
    for name in LOCKS:
        path = PROJECT / name
        requirements = path.read_text(encoding="utf-8")
        own = sorted(names_of(requirements))
        below = "".join(f"-r {included}.lock\n" for included in included_by(requirements))
        content = _HEAD.format(name=name) + (f"{below}\n" if below else "")
        path.with_suffix(".lock").write_text(content + "".join(entries[package] for package in own), encoding="utf-8")
        print(f"{path.with_suffix('.lock').name}: {len(own)} pins")


if __name__ == "__main__":
    main()
