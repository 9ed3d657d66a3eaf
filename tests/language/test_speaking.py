"""Sentences in the language of whoever is spoken to."""

import sys
import threading

import pytest

from ser_core.errors import AudioError
from ser_core.language import _, bound, current, later, ngettext, speaking, use
from ser_core.language.catalogues import accepted, choose
from ser_core.text.numbers import amount, duration, percent


def test_english_is_spoken_where_nobody_asks() -> None:
    assert current() == "en"
    assert _("Cancel") == "Cancel"


def test_a_language_is_spoken_inside_its_context_alone() -> None:
    with speaking("pl"):
        assert _("Cancel") == "Anuluj"
    assert _("Cancel") == "Cancel"


def test_a_thread_hears_nothing_of_another_threads_language() -> None:
    heard = []
    with speaking("pl"):
        thread = threading.Thread(target=lambda: heard.append(current()))
        thread.start()
        thread.join()
    assert heard == ["en"]


def test_a_bound_function_speaks_its_language_in_any_thread() -> None:
    heard = []
    with speaking("pl"):
        say = bound(lambda: heard.append(_("Cancel")))
    thread = threading.Thread(target=say)
    thread.start()
    thread.join()
    assert heard == ["Anuluj"]


@pytest.fixture
def visitor(monkeypatch: pytest.MonkeyPatch) -> dict[int, str]:
    """The language of the visitor of each thread."""
    languages: dict[int, str] = {}
    monkeypatch.setattr(sys.modules["ser_core.language.speaking"], "_of_visitor", lambda: None)
    use(lambda: languages.get(threading.get_ident()))
    return languages


def test_each_visitor_is_spoken_to_in_their_own(visitor: dict[int, str]) -> None:
    heard = {}

    def visit(language: str) -> None:
        visitor[threading.get_ident()] = language
        barrier.wait()
        heard[language] = _("Cancel")

    barrier = threading.Barrier(2)
    threads = [threading.Thread(target=visit, args=(language,)) for language in ("en", "pl")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert heard == {"en": "Cancel", "pl": "Anuluj"}


def test_polish_has_three_forms_for_a_number() -> None:
    with speaking("pl"):
        said = [ngettext("{count} take", "{count} takes", count) for count in (1, 3, 5, 12, 22, 25)]
    assert said == ["1 próba", "3 próby", "5 prób", "12 prób", "22 próby", "25 prób"]


def test_numbers_are_written_as_the_language_does() -> None:
    with speaking("pl"):
        assert amount(-23.41, "LUFS", 1) == "−23,4 LUFS"
        assert duration(3.24) == "3,2 s"
        assert percent(0.834) == "83%"
        assert _("The file contains {bytes:,.0f} bytes that are not sound; they are left out.", bytes=1234.0).count(
            "1\xa0234"
        )


def test_an_error_is_worded_where_it_is_shown() -> None:
    error = AudioError("{length} of silence.", length=later("{seconds:.1f} s", seconds=2.5))
    assert str(error) == "2.5 s of silence."
    with speaking("pl"):
        assert "2,5 s" in str(error)
    assert str(error.anew()) == str(error)


@pytest.mark.parametrize("hostile", ["{x.__class__}", "{x[0]}", "{x:>999999999}", "{0}"])
def test_a_sentence_looks_into_nothing(hostile: str) -> None:
    with pytest.raises((KeyError, ValueError)):
        _(hostile, x="secret")


def test_a_sentence_without_fields_may_hold_braces() -> None:
    assert _("%{x:.2f} {") == "%{x:.2f} {"


@pytest.mark.parametrize(
    "header, language",
    [
        ("pl-PL,pl;q=0.9,en-US;q=0.8", "pl"),
        ("de-DE,de;q=0.9,pl;q=0.5,en;q=0.3", "pl"),
        ("en-GB,pl;q=0.9", "en"),
        ("de, fr", None),
        ("", None),
        ("pl;q=x, ;;;, *", None),
    ],
)
def test_the_browsers_best_language_is_chosen(header: str, language: str | None) -> None:
    assert choose(accepted(header)) == language
