"""Leaves of Babel's data the languages that the pages speak: 1 MB of 33.

    python deploy/trim_languages.py LOCALE_DATA CATALOGUES

Both are folders: Babel's data, and the catalogues (*.po), one for each language but English.
"""

import sys
from pathlib import Path


def trim(locale_data: Path, catalogues: Path) -> int:
    """Remove all other languages; returns how many files that were."""
    spoken = {"root", "en", *(path.stem for path in catalogues.glob("*.po"))}
    others = [path for path in locale_data.glob("*.dat") if path.stem.partition("_")[0] not in spoken]
    for path in others:
        path.unlink()
    return len(others)


if __name__ == "__main__":
    trim(Path(sys.argv[1]), Path(sys.argv[2]))
