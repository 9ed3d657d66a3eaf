"""The recipes of the models on a pretrained speech encoder."""

from dataclasses import dataclass

from ser_core.features.whisper_log_mel import MARGIN_S
from ser_core.language import N_
from ser_core.recipes.recipe import Recipe


@dataclass(frozen=True)
class EarlyKnobs:
    """Training of the perceptron on statistics of the encoder's first layers.

    Attributes:
        n_steps: optimiser steps.
        batch_size: clips a step.
        rate: largest learning rate.
        weight_decay: of AdamW.
        dropout: share of the statistics, and of the hidden units, left out.
        noise_share: how often sounds without a speaker are drawn, as a share: few steps see them else.
        voice_moves: share of the clips whose statistics are moved towards those of another voice of their corpus.
        corpus_moves: share of them that are moved towards those of another corpus.
    """

    n_steps: int = 1000
    batch_size: int = 256
    rate: float = 1e-3
    weight_decay: float = 0.05
    dropout: float = 0.5
    noise_share: float = 0.06
    voice_moves: float = 0.5
    corpus_moves: float = 0.5


@dataclass(frozen=True)
class DisturbedKnobs:
    """Disturbed copies of recordings, which the early head learns from where no other head stands beside it.

    Attributes:
        copies: how many of each recording.
        share: of the clips that are shown disturbed.
        strength: of what disturbs them, in [0, 1].
        masks: of SpecAugment (Park et al. 2019), a factor of its stripes.
    """

    copies: int = 3
    share: float = 0.5
    strength: float = 0.5
    masks: float = 0.5


@dataclass(frozen=True, kw_only=True)
class EncoderRecipe(Recipe):
    """How a model on a pretrained encoder is trained whose first layers stay as they were pretrained.

    Attributes:
        chunk_s: longest stretch of sound that one pass of the encoder is about when it answers, in seconds.
        span_s: stretch around each second that an answer over time is about, in seconds.
        n_frozen: layers that stay as they were pretrained: the convolutions are the first, then come the blocks.
        smoothing: label smoothing.
        leak: weight of classes that a corpus lacks in its own loss; 0 masks them.
        plain_weight: weight of ordinary speech in the loss.
        noise_weight: weight of sounds without a speaker.
        draws: how often clips of each corpus are drawn, as shares; of others as often as of the last one.
        early: the head on the first layers.
    """

    chunk_s: float = 10.0
    span_s: float = 3.0
    n_frozen: int = 3
    smoothing: float = 0.1
    leak: float = 0.2
    plain_weight: float = 0.4
    noise_weight: float = 0.5
    draws: tuple[tuple[str, float], ...] = (
        ("ravdess", 0.28),
        ("crema-d", 0.28),
        ("nemo", 0.16),
        ("tess", 0.08),
        ("emovo", 0.07),
        ("emotiontts", 0.05),
        ("plain", 0.06),
        ("noise", 0.02),
    )
    early: EarlyKnobs = EarlyKnobs()

    @property
    def disturbed(self) -> DisturbedKnobs | None:
        """The copies that the early head learns from beside the recordings; None leaves it with these."""
        return None

    @property
    def longest_pass_s(self) -> float:
        """The most sound that one pass of the encoder hears: a chunk and what lies around it."""
        return self.chunk_s + 2 * MARGIN_S

    def share_of(self, corpus: str) -> float:
        """How often clips of a corpus are drawn, as a share."""
        return dict(self.draws).get(corpus, self.draws[-1][1])


@dataclass(frozen=True, kw_only=True)
class ShallowRecipe(EncoderRecipe):
    """How a small model is trained: the layers above the first ones are left out, and the early head answers alone.

    Attributes:
        disturbed: the copies that it learns from beside the recordings.
    """

    disturbed: DisturbedKnobs = DisturbedKnobs()


@dataclass(frozen=True, kw_only=True)
class FineTunedRecipe(EncoderRecipe):
    """How the encoder's further layers are fine-tuned with a head over all of them, beside the early one.

    Attributes:
        batch_size: clips a step.
        clip_s: of a clip that are heard in training, in seconds.
        n_steps: optimiser steps.
        head_rate, encoder_rate: largest learning rate of the head, and of the encoder's last block.
        layer_decay: factor of the rate from a block to the one below it.
        weight_decay: of AdamW (Loshchilov and Hutter 2019).
        n_layers: of the encoder's outputs used by the head, from the convolutions on: 5 is all of them.
        dropout: share of pooled and hidden units left out.
        depth_dropout: share of the blocks' branches left out.
        strength: of the augmentation, in [0, 1].
        masks: of SpecAugment (Park et al. 2019), a factor of its stripes.
        averaging: decay a step of the average of the weights that is kept in the end.
    """

    batch_size: int = 128
    clip_s: float = 4.0
    n_steps: int = 3200
    head_rate: float = 5e-4
    encoder_rate: float = 1e-4
    layer_decay: float = 0.8
    weight_decay: float = 0.1
    n_layers: int = 5
    dropout: float = 0.25
    depth_dropout: float = 0.05
    strength: float = 0.5
    masks: float = 0.5
    averaging: float = 0.995


WHISPER = FineTunedRecipe(
    name="whisper",
    summary=N_(
        "The encoder of Whisper tiny.en, its last two blocks fine-tuned: attentive statistics over all its layers, "
        "beside a perceptron on global statistics of the first ones"
    ),
    source=N_("this project, on the encoder of Radford et al. 2022, arXiv 2212.04356"),
)

WHISPER_SHALLOW = ShallowRecipe(
    name="whisper-shallow",
    summary=N_(
        "The convolutions and first two blocks of Whisper tiny.en's encoder as they were pretrained, and a perceptron "
        "on their global statistics"
    ),
    source=N_("this project, on the encoder of Radford et al. 2022, arXiv 2212.04356"),
    early=EarlyKnobs(n_steps=2000, dropout=0.35),
)
