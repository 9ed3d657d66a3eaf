"""The `ser` command as such."""

import pytest
from click.testing import CliRunner

from ser_core.cli import main


def test_a_refusal_is_in_the_language_that_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    said = {}
    for language in ("", "de:pl", "de"):
        monkeypatch.setenv("LANGUAGE", language)
        said[language] = CliRunner().invoke(main, ["predict", "none.wav", "--model", "none"]).output
    assert said[""] == said["de"]
    assert "There is no model" in said[""]
    assert "nie ma modelu" in said["de:pl"]
