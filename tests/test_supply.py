"""What is installed: the same pins in the locks as in the requirements, each with its hashes, and a bill of them."""

import json
import re
from pathlib import Path

import pytest

from ser_core.config import PROJECT_DIR
from tests.docs.commands import is_target, make_targets
from tools import audit, sbom
from tools.lock import LOCKS, entries_of, included_by, names_of, normal

PAGE = (PROJECT_DIR / "SECURITY.md").read_text(encoding="utf-8")
PIN = re.compile(r"^([A-Za-z0-9][\w.-]*)(?:\[.*?\])?==([^\s;]+)(?: *; *([^#\n]*))?", re.MULTILINE)


def pins(text: str) -> dict[str, tuple[str, bool]]:
    """Version of each pin, and whether it is for some systems only."""
    return {normal(name): (version, bool(marker)) for name, version, marker in PIN.findall(text)}


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_has_the_pins_of_its_requirements_and_a_hash_for_each(name: str) -> None:
    lock = (PROJECT_DIR / name).with_suffix(".lock").read_text(encoding="utf-8")
    requirements = (PROJECT_DIR / name).read_text(encoding="utf-8")
    assert pins(lock) == pins(requirements), "run `make lock`"
    assert included_by(lock) == included_by(requirements)
    entries = entries_of(lock)
    assert set(entries) == set(names_of(requirements))
    for entry in entries.values():
        head, *hashes = entry.rstrip("\n").split("\n")
        assert head.endswith(" \\")
        assert hashes
        assert all(re.fullmatch(r"    --hash=sha256:[0-9a-f]{64}( \\)?", line) for line in hashes)


def test_every_requirements_file_has_its_lock() -> None:
    # What the product is measured beside is no part of it, and torch comes in another build for each kind of machine.
    assert {path.name for path in PROJECT_DIR.glob("requirements*.txt")} == {*LOCKS, "requirements-bench.txt"}


def test_nothing_is_installed_without_hashes() -> None:
    for name in ("deploy/install", "Dockerfile"):
        text = (PROJECT_DIR / name).read_text(encoding="utf-8")
        installs = re.findall(r"pip install[^&\n]*", text)
        assert installs
        for command in installs:
            # The project itself, from this folder, is not fetched from anywhere.
            assert ("--require-hashes" in command) or (command.rstrip(" \\").endswith("--no-build-isolation -e ."))


def test_the_bill_names_what_serving_needs_with_its_hashes() -> None:
    bill = sbom.bill()  # `make sbom` holds it against the schema of CycloneDX, which takes longer
    text = json.dumps(bill)
    assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.6")
    served = pins((PROJECT_DIR / "requirements.txt").read_text(encoding="utf-8"))
    listed = {normal(part["name"]): part for part in bill["components"]}
    assert {name for name, (_, marked) in served.items() if not marked} <= set(listed) <= set(served)
    for name, part in listed.items():
        assert part["version"] == served[name][0]
        assert part["hashes"]
    # A few do not say in a form that can be read.
    assert sum(not part.get("licenses") for part in listed.values()) <= 5
    assert str(PROJECT_DIR) not in text


def test_an_altered_file_is_found(tmp_path: Path) -> None:
    package = tmp_path / "thing-1.dist-info"
    package.mkdir()
    (package / "METADATA").write_text("Name: thing\nVersion: 1\n")
    good = "sha256=LPJNul-wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ"  # of "hello"
    (package / "RECORD").write_text(f"a.py,{good},5\nb.py,{good},5\nc.py,{good},5\nthing-1.dist-info/RECORD,,\n")
    (tmp_path / "a.py").write_text("hello")
    (tmp_path / "b.py").write_text("hullo")
    found = audit.altered(audit.Distribution.at(package))
    assert found == ["b.py was altered", "c.py is missing"]


def test_the_page_names_what_exists() -> None:
    assert all(is_target(target) for target in make_targets(PAGE))
    for path in re.findall(r"`([\w./]+(?:\.py|\.lock|\.yaml|/)|Dockerfile)`", PAGE):
        assert (PROJECT_DIR / path).exists(), path
