"""python -m tools.reference: measures corpora and writes the table."""

import sys
from collections.abc import Iterator
from pathlib import Path

import click

from ser_core.audio import read_clip
from ser_core.corpora import Utterance, get_corpus, load_corpus
from ser_core.errors import SerError
from ser_core.practice.reference import write_reference
from ser_core.practice.reference.table import PATH
from ser_core.prosody import measure_prosody
from tools.reference.making import Take, make_reference


def measure_corpus(utterances: tuple[Utterance, ...]) -> Iterator[Take]:
    """The values of each recording. Raises AudioError for one that cannot be read."""
    for utterance in utterances:
        values = measure_prosody(read_clip(utterance.path)).values
        yield Take(utterance.corpus, utterance.voice, utterance.emotion, values)


@click.command(epilog="Example:  python -m tools.reference --corpus ravdess=../corpora/ravdess")
@click.option("--corpus", "corpora", multiple=True, required=True, metavar="NAME=DIR")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), default=PATH, show_default=True)
def main(corpora: tuple[str, ...], out: Path) -> None:
    """Write the distribution of every prosodic value by emotion and register (about 40 ms a recording)."""
    takes: list[Take] = []
    sources: list[dict[str, str | int]] = []
    try:
        for entry in corpora:
            name, _, folder = entry.partition("=")
            utterances = load_corpus(name, Path(folder))
            with click.progressbar(
                measure_corpus(utterances), length=len(utterances), label=name, file=sys.stderr
            ) as measured:
                takes += measured
            sources.append(
                {
                    "name": name,
                    "takes": len(utterances),
                    "speakers": len({utterance.voice for utterance in utterances}),
                    "licence": get_corpus(name).licence,
                }
            )
        write_reference(make_reference(takes, sources), out)
    except SerError as error:
        raise SystemExit(f"reference: {error}") from error


if __name__ == "__main__":
    main()
