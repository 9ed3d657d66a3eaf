"""One step of training as plain functions of arrays on `keras.ops`: any backend can compile and differentiate it."""

from typing import Any, NamedTuple

import keras
from keras import ops

from ser_core.features.whisper_log_mel import ENCODED_FRAMES_PER_S
from ser_core.labels import Emotion
from ser_core.nets.whisper import Recogniser
from ser_core.nets.whisper.encoder import halved
from ser_core.nets.whisper.network import added
from ser_core.training.on_device import Draws, Source, drawn, heard
from ser_core.training.on_device.chance import Chance
from ser_core.training.whisper.targets import Targets

# Clips of a batch that share one pass of the encoder with a neighbour, as the parts of a long recording do.
PAIRED_SHARE = 0.25
# Share of clips of which only a part is pooled.
_PARTLY = 0.3
_NEVER = -1e9


class Tables(NamedTuple):
    """The pack and its targets on the device."""

    samples: Any
    start: Any
    length: Any
    targets: Targets


class Batch(NamedTuple):
    """Places of clips, int32: of those that are heard, (clips,), of talkers (tracks, talkers) and noises (clips,)."""

    ids: Any
    talkers: Any
    noises: Any


class Settings(NamedTuple):
    """The knobs that a step needs, float32 numbers; `depth_dropout` is (blocks,), `used` is (layers,)."""

    strength: Any
    masks: Any
    dropout: Any
    depth_dropout: Any
    leak: Any
    used: Any


def source_of(tables: Tables, batch: Batch) -> Source:
    """Where the batch's sound lies."""
    return Source(
        tables.samples,
        ops.take(tables.start, batch.ids),
        ops.take(tables.length, batch.ids),
        ops.take(tables.start, batch.talkers),
        ops.take(tables.length, batch.talkers),
        ops.take(tables.start, batch.noises),
        ops.take(tables.length, batch.noises),
    )


def loss_of(
    network: Recogniser, weights: list[Any], tables: Tables, batch: Batch, settings: Settings, key: Any, n_frames: int
) -> Any:
    """Mean loss of a batch under `weights`, of the head over all layers, a number. Everything by chance comes from
    `key`.
    """
    chance = Chance(key)
    n = batch.ids.shape[0]
    draws = drawn(n, settings.strength, settings.masks, chance)
    mel, present = heard(source_of(tables, batch), draws, n_frames, chance)
    head = network.head
    with keras.StatelessScope(state_mapping=list(zip(network.trainable_variables, weights, strict=True))):
        frames, attention = _described(network, mel, present, settings, chance)
        pooled = head.pool(frames, attention, listened_to(halved(present), settings.strength, chance))
        hidden = head.hide(dropped(pooled, 0.5 * settings.dropout, chance))
        logits = head.decide(dropped(hidden, settings.dropout, chance))
        return ops.mean(losses_of(logits, tables.targets, batch.ids, settings.leak))


def logits_of(
    network: Recogniser, weights: list[Any], source: Source, draws: Draws, used: Any, key: Any, n_frames: int
) -> Any:
    """Logits (clips, classes) of clips heard whole, under `weights`, with the transforms of `draws`."""
    mel, present = heard(source, draws, n_frames, Chance(key))
    there = halved(present)
    with keras.StatelessScope(state_mapping=list(zip(network.trainable_variables, weights, strict=True))):
        outputs = network.encoder(mel, present)
        frames, attention = network.head.describe(outputs, used)
        decided = network.head.decide(network.head.hide(network.head.pool(frames, attention, there)))
        return added(decided, network.early_head(outputs, there))


def losses_of(logits: Any, targets: Targets, ids: Any, leak: Any) -> Any:
    """Cross-entropy of each clip over the classes its corpus knows; of plain speech, of neutral and calm together.

    Shape (clips,). `leak` is the share of the loss that is over all classes.
    """
    wanted, allowed = ops.take(targets.wanted, ids, axis=0), ops.take(targets.allowed, ids, axis=0)
    among_known = ops.log_softmax(logits + (1.0 - allowed) * _NEVER, axis=-1)
    among_all = ops.log_softmax(logits, axis=-1)
    masked = -ops.sum(ops.where(wanted > 0, wanted * among_known, 0.0), axis=-1)
    open_ = -ops.sum(wanted * among_all, axis=-1)
    places = [list(Emotion).index(e) for e in (Emotion.NEUTRAL, Emotion.CALM)]
    at_rest = -ops.logsumexp(ops.stack([among_all[:, p] for p in places], axis=-1), axis=-1)
    acted = (1.0 - leak) * masked + leak * open_
    return ops.take(targets.weight, ids) * ops.where(ops.take(targets.calm, ids) > 0, at_rest, acted)


def listened_to(present: Any, strength: Any, chance: Chance) -> Any:
    """Which frames are pooled: mostly all of the clip's, sometimes half of them or more, at least a second.

    A clip's frames are its first ones. One pass of the encoder then serves the whole and each second alike.
    """
    n = present.shape[0]
    length = ops.sum(present, axis=1)
    partly = chance.happens((n,), _PARTLY * strength)
    kept = length * (1.0 - partly * chance.uniform((n,), 0.0, 0.5))
    kept = ops.minimum(length, ops.maximum(kept, float(ENCODED_FRAMES_PER_S)))
    first = chance.uniform((n,)) * (length - kept)
    place = ops.arange(present.shape[1], dtype="float32")[None]
    return present * ops.cast((place >= first[:, None] - 0.5) & (place < (first + kept)[:, None]), "float32")


def dropped(x: Any, share: Any, chance: Chance) -> Any:
    """`x` with a share of its numbers left out and the others raised (Srivastava et al. 2014)."""
    return x * chance.happens(tuple(x.shape), 1.0 - share) / (1.0 - share)


def _described(network: Recogniser, mel: Any, present: Any, settings: Settings, chance: Chance) -> tuple[Any, Any]:
    """Frames and attention of each clip; the last of the batch go through the encoder two at a time."""
    n, n_frames, n_bands = mel.shape
    alone = n - 2 * round(n * PAIRED_SHARE / 2)
    groups = [(mel[:alone], present[:alone])]
    if alone < n:
        joined = (n - alone) // 2
        groups.append(
            (ops.reshape(mel[alone:], (joined, 2 * n_frames, n_bands)), ops.reshape(present[alone:], (joined, -1)))
        )
    described = []
    for part, there in groups:
        size, length = part.shape[0], part.shape[1] // 2
        last = float(network.encoder.n_positions - length)
        first = ops.cast(chance.uniform((size,)) ** 2 * last, "int32")
        left_out = settings.depth_dropout[:, None, None, None, None]
        keep = chance.happens((network.encoder.n_blocks, 2, size, 1, 1), 1.0 - left_out) / (1.0 - left_out)
        frames, attention = network.head.describe(network.encoder(part, there, first, keep), settings.used)
        described.append([ops.reshape(x, (-1, n_frames // 2, x.shape[-1])) for x in (frames, attention)])
    frames, attention = (ops.concatenate(parts, axis=0) for parts in zip(*described, strict=True))
    return frames, attention
