"""The recipe of the served model: a network over the log-mel, trained with disturbed copies of every clip."""

from dataclasses import dataclass, field

from ser_core.augment import Copies
from ser_core.features.logmel import LogMelConfig

_LINEAR_COPIES = Copies(disturbed=4, speeds=(0.78, 0.84, 0.88, 0.92, 1.09, 1.14, 1.19, 1.26), noisy=4, telephone=2)


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
        linear_gain: what the scores of the linear model on the functionals are multiplied by before they are added
            to the network's logits; 0 leaves that model out.
        linear_copies: copies of each clip that the linear model learns from beside the recording.
        linear_penalty, linear_voice_penalty: see `training.linear.fit_linear`.
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
    linear_gain: float = 8.0
    linear_copies: Copies = _LINEAR_COPIES
    linear_penalty: float = 1000.0
    linear_voice_penalty: float = 1000.0
    source: str = "this project"


CRNN = Recipe(
    "crnn",
    "Residual convolutions, bidirectional LSTM and attention on the log-mel, with a linear model on global statistics",
    net="crnn",
)
