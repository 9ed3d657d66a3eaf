"""The recipe of the served model: networks over the log-mel with perceptrons beside them, as one ensemble."""

from dataclasses import dataclass, field

from ser_core.augment import Copies
from ser_core.features.log_mel import LogMelConfig
from ser_core.language import N_
from ser_core.recipes.recipe import Recipe

_COPIES = Copies(mixed=4, speeds=(0.78, 0.84, 0.88, 0.92, 1.09, 1.14, 1.19, 1.26), noisy=4, telephone=2)


@dataclass(frozen=True)
class SpecAugment:
    """Augmentation of log-mels during training.

    Attributes:
        min_stretch, max_stretch: range of the factor by which time is stretched.
        max_warp: largest share by which the mel axis is stretched, up or down.
        max_tilt: largest deviation, in normalised units, of a smooth curve added over the bands, like the effect of
            another microphone.
        max_levelled: largest share of each band's mean that is subtracted: the brightness of a voice and its room says
            more about them than about the emotion.
        max_masked_bands, max_masked_frames: widest of the two stripes blanked on each axis (SpecAugment,
            Park et al. 2019).
    """

    min_stretch: float = 0.85
    max_stretch: float = 1.18
    max_warp: float = 0.08
    max_tilt: float = 0.3
    max_levelled: float = 0.4
    max_masked_bands: int = 8
    max_masked_frames: int = 20


@dataclass(frozen=True)
class PerceptronKnobs:
    """Training of the perceptrons of an ensemble.

    Attributes:
        number: number of perceptrons.
        gain: factor for their mean logits before they are added to those of the networks.
        copies: copies of each clip that they learn from, in addition to the recording.
        hidden: units of the hidden layer.
        epochs: passes, each over all copies of the drawn clips; with few clips, over several draws, so that there are
            at least `least_steps` steps in all.
        least_steps: steps of a training on sixteen RAVDESS voices, rounded down. A corpus of one voice had a sixteenth
            of them, and its perceptrons had hardly begun to learn.
        batch_size: copies per step.
        learning_rate: initial rate of the cosine decay.
        weight_decay: AdamW's (Loshchilov and Hutter 2019).
        dropout: share of the functionals, and of the hidden units, dropped in each step (Srivastava et al. 2014).
        smoothing: label smoothing: share of the target spread over the possible emotions.
    """

    number: int = 2
    gain: float = 1.0
    copies: Copies = _COPIES
    hidden: int = 256
    epochs: int = 12
    least_steps: int = 850
    batch_size: int = 256
    learning_rate: float = 1e-3
    weight_decay: float = 0.05
    dropout: float = 0.5
    smoothing: float = 0.1


@dataclass(frozen=True, kw_only=True)
class EnsembleRecipe(Recipe):
    """An ensemble over the log-mel.

    Attributes: net: name of the architecture. features: parameters of the networks' input. n_frames: frames in the
    networks' window. as_recorded: one network for each entry: the share of the clips that it sees as recorded during
    training; for the others it sees a "mixed" copy. The logits of the networks are averaged. n_copies: number of
    "mixed" copies of each clip to draw from. spec_augment: augmentation of the log-mels. epochs: passes over the
    training clips. most_per_voice: maximum number of clips of one speaker in an epoch, so that two voices with many
    clips do not dominate. batch_size: clips per step; all of them if there are fewer. learning_rate: peak rate, reached
    after one epoch; it then falls to zero along a cosine. weight_decay: AdamW's. clip_norm: maximum norm of a weight's
    gradient. smoothing: label smoothing: share of the target spread over the possible emotions. average: decay per step
    of the moving average of the weights; the average is kept. perceptrons: the perceptrons on the functionals beside
    the networks, or None.
    """

    net: str
    features: LogMelConfig = field(default_factory=LogMelConfig)
    n_frames: int = 200
    as_recorded: tuple[float, ...] = (0.6, 0.3)
    n_copies: int = 4
    spec_augment: SpecAugment = SpecAugment()
    epochs: int = 60
    most_per_voice: int = 60
    batch_size: int = 16
    learning_rate: float = 2e-3
    weight_decay: float = 0.02
    clip_norm: float = 5.0
    smoothing: float = 0.1
    average: float = 0.998
    perceptrons: PerceptronKnobs | None = PerceptronKnobs()


CRNN = EnsembleRecipe(
    name="crnn",
    summary=N_(
        "Residual convolutions, bidirectional LSTM and attention on the log-mel, beside perceptrons on global "
        "statistics"
    ),
    source=N_("this project"),
    net="crnn",
)
