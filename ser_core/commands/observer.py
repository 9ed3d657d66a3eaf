"""Shows the progress of a training or an evaluation on stderr."""

import click

from ser_core.commands.progress_bar import Progress, duration
from ser_core.training.progress import Epoch, Observer


class Teller(Observer):
    """A progress line for clips and folds, and a permanent line for each new fold and each epoch."""

    def __init__(self) -> None:
        self._clips = Progress("Preparing clips")
        self._tested = Progress("Testing clips")
        self._folds = Progress("Folds")
        self._seconds: list[float] = []

    def clips(self, done: int, total: int) -> None:
        """Moves."""
        self._clips(done, total)

    def tested(self, done: int, total: int) -> None:
        """Moves."""
        self._tested(done, total)

    def folds(self, done: int, total: int) -> None:
        """Moves."""
        self.clear()
        self._folds(done, total)

    def fold(self, name: str, n_clips: int) -> None:
        """Prints what is held out."""
        self.clear()
        self._seconds = []
        click.echo(f"{name} is held out, {n_clips} clips", err=True)

    def epoch(self, epoch: Epoch, total: int) -> None:
        """Prints the loss, other figures, and the time left."""
        self.clear()
        self._seconds.append(epoch.seconds)
        left_s = sum(self._seconds) / len(self._seconds) * (total - epoch.number)
        counted = {"training accuracy": epoch.accuracy, "validation UA": epoch.validation_ua}
        more = "".join(f", {what} {value:.3f}" for what, value in counted.items() if value is not None)
        click.echo(f"Epoch {epoch.number} of {total}: loss {epoch.loss:.3f}{more}, {duration(left_s)} left", err=True)

    def clear(self) -> None:
        """Removes the progress lines."""
        for line in (self._clips, self._tested, self._folds):
            line.clear()
