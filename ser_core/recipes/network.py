"""The recipe of the served model: a network over the log-mel, trained with disturbed copies of every clip."""

from dataclasses import dataclass, field

from ser_core.augment import Copies
from ser_core.features.log_mel import LogMelConfig

_STATISTICS_COPIES = Copies(disturbed=4, speeds=(0.78, 0.84, 0.88, 0.92, 1.09, 1.14, 1.19, 1.26), noisy=4, telephone=2)


@dataclass(frozen=True)
class Recipe:
    """How a network over the log-mel is made.

    Attributes:
        name: how commands call it.
        summary: one sentence.
        net: name of the architecture.
        features: how the network's input is made.
        n_frames: frames of the window the network sees.
        epochs: passes over the training clips.
        most_per_voice: most clips of one speaker in an epoch, so that two voices with many do not drown the rest.
        as_recorded: share of the clips that a network hears as recorded while it learns, the others disturbed; as many
            networks are trained as there are shares, and their logits averaged.
        n_disturbed: disturbed copies of each clip (noise, room, channel, speed) that networks draw from.
        n_perceptrons: how many perceptrons on the functionals stand beside the networks, see `training.perceptron`.
        perceptron_gain: what their mean logits are multiplied by before they are added to those of the networks.
        statistics_copies: copies of each clip that perceptrons learn from beside the recording.
        source: where it comes from.
    """

    name: str
    summary: str
    net: str
    features: LogMelConfig = field(default_factory=LogMelConfig)
    n_frames: int = 200
    epochs: int = 60
    most_per_voice: int = 60
    as_recorded: tuple[float, ...] = (0.6, 0.3)
    n_disturbed: int = 4
    n_perceptrons: int = 2
    perceptron_gain: float = 1.0
    statistics_copies: Copies = _STATISTICS_COPIES
    source: str = "this project"


CRNN = Recipe(
    "crnn",
    "Residual convolutions, bidirectional LSTM and attention on the log-mel, beside perceptrons on global statistics",
    net="crnn",
)
