"""What long work tells on its way."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Epoch:
    """How one pass over the training clips went.

    Attributes:
        number: of the epoch; where several networks are trained one after the other, numbered through.
        loss: mean over its steps.
        seconds: what it took.
        accuracy: share of the training clips answered right on the way, where it was counted.
        validation_ua: of the validation speakers, where there are some.
    """

    number: int
    loss: float
    seconds: float
    accuracy: float | None = None
    validation_ua: float | None = None


class Observer:
    """Is told how long work goes. This one keeps it to itself; a command shows what it likes."""

    def clips(self, done: int, total: int) -> None:
        """So many recordings are prepared."""

    def fold(self, name: str, n_clips: int) -> None:
        """A fold begins, of which so many clips will be tested."""

    def epoch(self, epoch: Epoch, total: int) -> None:
        """An epoch of a training is over."""

    def tested(self, done: int, total: int) -> None:
        """The new model has answered so many clips."""

    def folds(self, done: int, total: int) -> None:
        """So many folds are done."""


SILENT = Observer()
