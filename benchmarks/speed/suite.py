"""What is measured: subjects, each of which leaves some rows."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from benchmarks.speed.bench import Bench
from benchmarks.speed.records import Row
from benchmarks.speed.subjects import answers, browser, installing, lengths, servers, starts, training, visitors


@dataclass(frozen=True)
class Subject:
    """A part of the suite that can be run by itself.

    Attributes:
        name: its name in `--only` and in results.json.
        title: its heading.
        protocol: how it is measured.
        measure: measures it, row by row.
    """

    name: str
    title: str
    protocol: str
    measure: Callable[[Bench], Iterable[Row]]


def _subject(name: str, title: str, measure: Callable[[Bench], Iterable[Row]]) -> Subject:
    """The protocol is what the function says of itself."""
    return Subject(name, title, " ".join((measure.__doc__ or "").split()), measure)


SUBJECTS = (
    _subject("files", "A file to its answer", answers.files),
    _subject("network", "The network alone", answers.networks),
    _subject("log-mel", "The spectrogram that the networks hear", answers.log_mels),
    _subject("speech", "Whether somebody speaks", answers.speech),
    _subject("command", "The command line, cold", starts.command_line),
    _subject("server", "The server from its start", servers.starts),
    _subject("page", "The page in use", servers.use),
    _subject("crowd", "Many people at once", servers.crowds),
    _subject("bytes", "Sent to the browser", browser.sent),
    _subject("lengths", "Recordings of any length", lengths.lengths),
    _subject("many", "Many files", starts.many_files),
    _subject("training", "Training", training.training),
    _subject("install", "Installing", installing.installing),
    _subject("visitor", "What one visitor costs", visitors.visitors),
)
