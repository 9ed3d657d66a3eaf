"""The catalogues: up to date with the code, complete, and with the same fields in every language."""

import re
from string import Formatter

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

from ser_core.language import ENGLISH, languages, own_name
from ser_core.language.catalogues import CATALOGUES, translations
from tools import messages

TRANSLATED = [language for language in languages() if language != ENGLISH]


def catalogue(language: str) -> Catalog:
    with (CATALOGUES / f"{language}.po").open("rb") as file:
        return read_po(file, locale=language)


def sentences(language: str) -> list[Message]:
    return [message for message in catalogue(language) if message.id]


@pytest.fixture(scope="module")
def template() -> Catalog:
    return messages.extract()


def test_polish_is_spoken() -> None:
    assert "pl" in TRANSLATED
    assert own_name("pl") == "Polski"


def test_the_template_holds_what_the_code_says(template: Catalog) -> None:
    assert messages.written(template) == messages.TEMPLATE.read_text("utf-8"), "run make messages"


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_catalogue_is_up_to_date(language: str, template: Catalog) -> None:
    written = messages.written(messages.updated(language, template))
    assert written == (CATALOGUES / f"{language}.po").read_text("utf-8"), "run make messages"


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_sentence_is_translated(language: str) -> None:
    missing = [message.id for message in sentences(language) if message.fuzzy or not all(said(message))]
    assert missing == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_sentence_has_the_same_fields_in_every_language(language: str) -> None:
    forms = catalogue(language).num_plurals
    for message in sentences(language):
        english = [message.id] if isinstance(message.id, str) else list(message.id)
        assert len(said(message)) == (1 if isinstance(message.id, str) else forms), message.id
        for form in said(message):
            # One recording needs no number, so a form may lack it, but may have no field that English lacks.
            if isinstance(message.id, str):
                assert fields(form) == fields(message.id), message.id
            assert fields(form) <= set().union(*map(fields, english)), message.id
            assert charts(form) == charts(english[-1]), message.id
            assert form.count("**") == english[-1].count("**"), message.id
            assert form[:1].isspace() == english[-1][:1].isspace(), message.id


def said(message: Message) -> list[str]:
    return [message.string] if isinstance(message.string, str) else list(message.string)


def fields(sentence: str) -> set[str]:
    """The names of a sentence's fields; what a chart fills in, as %{y:.0f}, is none of them."""
    ours = re.sub(r"%\{[^}]*\}", "", sentence)
    return {name for _text, name, _spec, _conversion in Formatter().parse(ours) if name}


def charts(sentence: str) -> list[str]:
    return sorted(re.findall(r"%\{[^}]*\}", sentence))


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_catalogue_is_read_once(language: str) -> None:
    assert translations(language) is translations(language)
    assert translations(language).gettext("Cancel") != "Cancel"
