"""Babel speaks the languages of the pages with what deploy/trim_languages.py leaves of its data."""

import shutil
import subprocess
import sys
from pathlib import Path

import babel

from ser_core.language.catalogues import CATALOGUES, languages

PROJECT = Path(__file__).resolve().parents[2]
SPEAK = """
import datetime, sys
from babel import Locale, UnknownLocaleError
from babel.dates import format_date
for code in sys.argv[1:]:
    print(Locale(code).get_display_name(code), format_date(datetime.date(2026, 1, 2), locale=code))
try:
    Locale("sw")
except UnknownLocaleError:
    print("no other")
"""


def test_the_languages_of_the_pages_stay_and_all_others_go(tmp_path: Path) -> None:
    package = tmp_path / "babel"
    shutil.copytree(Path(babel.__file__).parent, package)
    script = [sys.executable, str(PROJECT / "deploy/trim_languages.py")]
    subprocess.run([*script, str(package / "locale-data"), str(CATALOGUES)], check=True)
    spoken = [
        subprocess.run(
            [sys.executable, "-c", SPEAK, *languages()],
            cwd=where, capture_output=True, text=True, check=True,
        ).stdout.splitlines()
        for where in (PROJECT, tmp_path)
    ]  # fmt: skip
    assert spoken[1] == [*spoken[0], "no other"]
    assert len(list((package / "locale-data").iterdir())) < 200
