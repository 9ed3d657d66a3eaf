"""The recipe of the served model: networks over the log-mel with perceptrons beside them, as one ensemble."""

from dataclasses import dataclass, field

from ser_core.augment import Copies
from ser_core.features.log_mel import LogMelConfig
from ser_core.recipes.recipe import Recipe

_COPIES = Copies(mixed=4, speeds=(0.78, 0.84, 0.88, 0.92, 1.09, 1.14, 1.19, 1.26), noisy=4, telephone=2)


@dataclass(frozen=True)
class SpecAugment:
    """How log-mels are augmented while a network learns from them.

    Attributes:
        min_stretch, max_stretch: range of the factor by which time is stretched.
        max_warp: largest share by which the mel axis is stretched, up or down.
        max_tilt: largest deviation, in normalised units, of a smooth curve added over the bands, as another
            microphone would.
        max_levelled: largest share of each band's mean that is taken away: how bright a voice and its room are
            says more about them than about the emotion.
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
    """How the perceptrons of an ensemble are trained.

    Attributes:
        number: how many there are.
        gain: what their mean logits are multiplied by before they are added to those of the networks.
        copies: copies of each clip that they learn from beside the recording.
        hidden: units of the one hidden layer.
        epochs: passes, each over all copies of the clips that are drawn; where clips are few over several draws, so
            that there are at least `least_steps` steps in all.
        least_steps: steps of a training on sixteen voices of RAVDESS, rounded down. A corpus of one voice had a
            sixteenth of them, and its perceptrons had hardly begun to learn.
        batch_size: copies a step.
        learning_rate: where the cosine decay begins.
        weight_decay: of AdamW (Loshchilov and Hutter 2019).
        dropout: share of the functionals, and of the hidden units, that a step leaves out (Srivastava et al. 2014).
        smoothing: label smoothing: share of the target spread over the emotions that are possible.
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
    """How an ensemble over the log-mel is made.

    Attributes:
        net: name of the architecture.
        features: how the networks' input is made.
        n_frames: frames of the window the networks see.
        as_recorded: one network for each share; the share of the clips that it sees as recorded while it learns, of
            the others a "mixed" copy. The logits of the networks are averaged.
        n_copies: "mixed" copies of each clip that networks draw from.
        spec_augment: what is done to the log-mels.
        epochs: passes over the training clips.
        most_per_voice: most clips of one speaker in an epoch, so that two voices with many do not drown the rest.
        batch_size: clips a step; all of them where there are fewer.
        learning_rate: peak of the rate, reached after one epoch; falls to zero along a cosine.
        weight_decay: AdamW's.
        clip_norm: longest gradient of a weight.
        smoothing: label smoothing: share of the target spread over the emotions that are possible.
        average: memory of the moving average of the weights, a step; the average is what is kept.
        perceptrons: those on the functionals beside the networks, or None.
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
    summary="Residual convolutions, bidirectional LSTM and attention on the log-mel, beside perceptrons on global "
    "statistics",
    source="this project",
    net="crnn",
)
