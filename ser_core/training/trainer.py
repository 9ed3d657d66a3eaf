"""What each kind of recipe brings: how its models are prepared for, fitted and exported. One file a kind."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from ser_core.corpora import Utterance
from ser_core.labels import Emotion
from ser_core.models.card import AnyCard
from ser_core.training.data.cache import Making
from ser_core.training.progress import Epoch


@dataclass(frozen=True, eq=False)
class Fitted:
    """What a training leaves.

    Attributes:
        model: whatever the trainer exports.
        labels: the emotions it tells apart, in the order of its outputs.
        n_parameters: of networks; None where the word means nothing.
        history: epochs of a network, of the first one where there are several.
        facts: what else the card says of the training.
        trained_now: False where the weights of a finished training were found, so that nobody knows how long it took.
    """

    model: Any
    labels: tuple[Emotion, ...]
    n_parameters: int | None
    history: tuple[Epoch, ...]
    facts: Mapping[str, Any]
    trained_now: bool = True


@dataclass(frozen=True)
class Task:
    """What is to be learned, and whom to tell.

    Attributes:
        train: who trains.
        validation: who may choose between epochs.
        seed: of everything left to chance.
        checkpoint_dir: where an interrupted training may go on from.
        on_epoch: is told each epoch, and how many there are.
    """

    train: Sequence[Utterance]
    validation: Sequence[Utterance] = ()
    seed: int = 0
    checkpoint_dir: Path | None = None
    on_epoch: Callable[[Epoch, int], None] = lambda epoch, total: None


class Trainer(Protocol):
    """Trains the recipes of one kind.

    Attributes:
        modules: what has to be installed, as Python imports it.
    """

    modules: tuple[str, ...]

    def makings(self, seed: int) -> Sequence[Making]:
        """What `prepare` has made of every recording: several recipes side by side share one decoding of it."""
        ...

    def prepare(
        self, utterances: Sequence[Utterance], seed: int, cache_dir: Path, on_clip: Callable[[int, int], None]
    ) -> Any:
        """What `fit` takes, of everybody who trains or validates. Raises AudioError for a file that cannot be used."""
        ...

    def fit(self, data: Any, task: Task) -> Fitted:
        """Trains on some utterances of `data`."""
        ...

    def export(self, fitted: Fitted, folder: Path, *, quantised: bool = True) -> AnyCard:
        """Leaves the model's files in a folder, and gives the card of what is there, not calibrated.

        Where a network is served in eight bits, one that is not `quantised` stays in float32.
        """
        ...
