"""Checks offline that what is installed is what the locks say, file by file.

    make audit

Versions are compared with the locks, and every installed file with the digest that its package came with. Whether
holes are known in a version is asked of a service on the network: SECURITY.md names the command.
"""

import base64
import hashlib
import re
import sys
from importlib.metadata import Distribution, distributions
from pathlib import Path

from tools.lock import LOCKS, PROJECT, entries_of, normal

# `deploy/trim_ffmpeg.py` shortens these after installing.
_SHORTENED = re.compile(r"av\.libs/|av/.*\.so$|llvmlite/binding/.*\.so$")


def pins() -> dict[str, str]:
    """Version by name, of all locks."""
    found = {}
    for name in LOCKS:
        text = (PROJECT / name).with_suffix(".lock").read_text(encoding="utf-8")
        for package, entry in entries_of(text).items():
            found[package] = entry.partition("==")[2].split()[0]
    return found


def altered(package: Distribution) -> list[str]:
    """The files of a package that are not what its RECORD says."""
    found = []
    for file in package.files or ():
        if file.hash is None or _SHORTENED.match(str(file)):
            continue
        try:
            content = Path(str(file.locate())).read_bytes()
        except OSError:
            found.append(f"{file} is missing")
            continue
        digest = base64.urlsafe_b64encode(hashlib.new(file.hash.mode, content).digest()).rstrip(b"=").decode()
        if digest != file.hash.value:
            found.append(f"{file} was altered")
    return found


def audit() -> tuple[int, list[str]]:
    """Number of packages that were checked, and what is wrong with them."""
    wanted = pins()
    problems, checked = [], 0
    for package in distributions():
        name = normal(package.metadata["Name"])
        if name not in wanted:
            continue
        checked += 1
        if package.version != wanted[name]:
            problems.append(f"{name} is of version {package.version}; the lock says {wanted[name]}")
        problems += [f"{name}: {what}" for what in altered(package)]
    return checked, problems


def main() -> int:
    """Print what is wrong; the exit status is 1 if anything is."""
    checked, problems = audit()
    for problem in problems:
        print(problem, file=sys.stderr)
    print(f"{checked} packages checked, {len(problems)} problems")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
