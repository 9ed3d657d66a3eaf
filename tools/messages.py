"""Collects the sentences that people are told, and brings the catalogues up to date with them (docs/languages.md).

make messages
"""

import ast
import tomllib
from collections.abc import Iterator, Mapping
from io import BytesIO, TextIOWrapper
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po, write_po

from ser_core.language.catalogues import CATALOGUES, ENGLISH, languages

PROJECT = Path(__file__).resolve().parent.parent
TEMPLATE = CATALOGUES / "messages.pot"
# An error is worded where it is shown, so what it is made with is a sentence of the catalogue.
ERRORS = ("SerError", "AudioError", "ModelError", "HistoryError", "CorpusError", "ConfigError", "BusyError")
# What is said of the rules of advice and of the samples; all else in their files are names and numbers.
_SAID = {"say", "say_own", "say_many", "aim", "less", "more", "same", "title", "hint"}
_NOT_OURS = ("tests", "benchmarks", "models", "docs", "deploy", "tools")
_WIDTH = 120


def sentences_of_code(file: Any, keywords: Any, comment_tags: Any, options: Any) -> Iterator[tuple[Any, ...]]:
    """Babel's extractor for our Python: its own one does not look into f-strings before Python 3.12."""
    del comment_tags, options
    for node in ast.walk(ast.parse(file.read())):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in keywords:
            said = tuple(each.value if isinstance(each, ast.Constant) else None for each in node.args)
            if any(isinstance(each, str) for each in said):
                yield node.lineno, node.func.id, said[0] if len(said) == 1 else said, []


def sentences_of_rules(file: Any, keywords: Any, comment_tags: Any, options: Any) -> Iterator[tuple[Any, ...]]:
    """Babel's extractor for the TOML files whose sentences people are told."""
    del keywords, comment_tags, options
    for sentence in _said(tomllib.loads(file.read().decode())):
        yield 0, "_", sentence, []


def _said(content: Any, *, all_of_it: bool = False) -> Iterator[str]:
    if isinstance(content, Mapping):
        for name, value in content.items():
            if isinstance(value, str) and (all_of_it or name in _SAID):
                yield value
            else:
                yield from _said(value, all_of_it=name == "words")
    elif isinstance(content, list):
        for value in content:
            yield from _said(value)


def extract() -> Catalog:
    """The sentences that stand in the code and beside it, each with the files that say it."""
    with (PROJECT / "babel.cfg").open(encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file)
    keywords = DEFAULT_KEYWORDS | dict.fromkeys(("later", *ERRORS))
    catalog = Catalog(charset="utf-8", project="Speech Emotion Recognition", copyright_holder="", msgid_bugs_address="")
    found = extract_from_dir(
        PROJECT, methods, options, keywords, comment_tags=("Translators:",), directory_filter=_is_ours
    )
    for name, _line, sentence, comments, context in sorted(found, key=lambda each: (each[0], each[1])):
        # Without the line, which would make every change to the code one to the catalogues.
        catalog.add(sentence, locations=[(name, 0)], auto_comments=comments, context=context)
    return catalog


def _is_ours(folder: Any) -> bool:
    path = Path(folder).relative_to(PROJECT)
    return not path.name.startswith((".", "_")) and path.parts[:1] not in {(name,) for name in _NOT_OURS}


def written(catalog: Catalog) -> str:
    """A catalogue as it is written to a file: in the order of the sentences, without dates."""
    file = BytesIO()
    write_po(file, catalog, width=_WIDTH, sort_output=True, omit_header=catalog.locale is None, include_lineno=False)
    file.seek(0)
    text = TextIOWrapper(file, encoding="utf-8").read()
    return "".join(line for line in text.splitlines(keepends=True) if not line.startswith(('"POT-Cr', '"PO-Rev')))


def updated(language: str, template: Catalog) -> Catalog:
    """The catalogue of a language with the sentences of the template and no others; new ones are empty."""
    with (CATALOGUES / f"{language}.po").open("rb") as file:
        catalog = read_po(file, locale=language)
    catalog.update(template, no_fuzzy_matching=True)
    catalog.obsolete.clear()
    return catalog


def main() -> None:
    """Write the template and every catalogue."""
    template = extract()
    TEMPLATE.write_text(written(template), encoding="utf-8")
    for language in languages():
        if language == ENGLISH:
            continue
        catalog = updated(language, template)
        (CATALOGUES / f"{language}.po").write_text(written(catalog), encoding="utf-8")
        missing = sum(1 for message in catalog if message.id and not _is_translated(message.string))
        print(f"{language}: {len(catalog)} sentences, {missing} to be translated")


def _is_translated(said: Any) -> bool:
    return all(said) if isinstance(said, list | tuple) else bool(said)


if __name__ == "__main__":
    main()
