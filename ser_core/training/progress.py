"""Progress of long work."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Epoch:
    """The result of one pass over the training clips.

    Attributes:
        number: number of the epoch, consecutive over several networks.
        loss: mean over its steps.
        seconds: its duration.
        accuracy: share of correct answers on the training clips, if it was counted.
        validation_ua: UA on the validation speakers, if there are any.
    """

    number: int
    loss: float
    seconds: float
    accuracy: float | None = None
    validation_ua: float | None = None


class Observer:
    """Observes the progress of long work. This one ignores it; commands override what they want to show."""

    def clips(self, done: int, total: int) -> None:
        """Called when this many recordings have been prepared."""

    def fold(self, name: str, n_clips: int) -> None:
        """Called when a fold begins, with the number of its test clips."""

    def epoch(self, epoch: Epoch, total: int) -> None:
        """Called after an epoch of a training."""

    def tested(self, done: int, total: int) -> None:
        """Called when the new model has predicted this many clips."""

    def folds(self, done: int, total: int) -> None:
        """Called when this many folds are done."""


SILENT = Observer()
