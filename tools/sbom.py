"""Writes the software bill of materials: what serving consists of, as CycloneDX with the hashes and licences.

    make sbom        # sbom.json

The packages are those of requirements.lock, as they are installed here, with what they need of each other.
"""

import json
import re
import subprocess
import sys
from pathlib import Path

from tools.lock import entries_of, normal

PROJECT = Path(__file__).resolve().parent.parent


def bill() -> dict[str, object]:
    """The bill: the installed packages that are pinned for serving, each with the hashes of its lock."""
    command = [sys.executable, "-m", "cyclonedx_py", "environment", "--pyproject=pyproject.toml", "--sv=1.6",
               "--output-reproducible", "--no-validate", "--mc-type=application", sys.executable]  # fmt: skip
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True)
    if done.returncode:
        sys.exit(done.stderr)
    content = json.loads(done.stdout)
    lock = entries_of((PROJECT / "requirements.lock").read_text(encoding="utf-8"))
    served = [part for part in content["components"] if normal(part["name"]) in lock]
    for part in served:
        hashes = re.findall(r"--hash=sha256:([0-9a-f]{64})", lock[normal(part["name"])])
        part["hashes"] = [{"alg": "SHA-256", "content": digest} for digest in hashes]
    known = {part["bom-ref"] for part in served} | {content["metadata"]["component"]["bom-ref"]}
    content["components"] = served
    content["dependencies"] = [
        {**entry, "dependsOn": [ref for ref in entry.get("dependsOn", ()) if ref in known]}
        for entry in content["dependencies"]
        if entry["ref"] in known
    ]
    return dict(content)


def main() -> None:
    """Write the bill to the file that is named, and check that it is what the format allows."""
    from cyclonedx.schema import SchemaVersion
    from cyclonedx.validation.json import JsonStrictValidator

    text = json.dumps(bill(), indent=1) + "\n"
    error = JsonStrictValidator(SchemaVersion.V1_6).validate_str(text)
    if error:
        sys.exit(f"The bill is not CycloneDX 1.6: {error}")
    (target,) = sys.argv[1:]
    Path(target).write_text(text, encoding="utf-8")
    print(f"{target}: {text.count('bom-ref') - 1} packages")


if __name__ == "__main__":
    main()
