"""What goes into an exported network and what comes out, for who runs it elsewhere: one JSON file beside its files."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from ser_core.features import whisper_log_mel as front_end
from ser_core.features.feature_sets import RATE_HZ, get_feature_set
from ser_core.features.functionals import functional_names
from ser_core.models.card import CARD_FILE, AnyCard, ClassicCard, EncoderCard, ModelCard

Shape = Sequence[int | None]

_PROBABILITIES = "calibrated probabilities of the labels, in their order along the last axis"
_LOGITS = (
    "logits of the labels, in their order along the last axis; the softmax of these divided by "
    "card.calibration.temperature are calibrated probabilities"
)
_ANSWER = (
    "Of several stretches of one recording, take the mean of the logits, or of the logarithms of probabilities, then "
    "its softmax. Where the largest probability is below card.calibration.unsure_below, no emotion is claimed."
)


def description(card: AnyCard, folder: Path, inputs: Mapping[str, Shape], files: Mapping[str, bytes]) -> dict[str, Any]:
    """The description of an export as plain values.

    Args:
        card: the model's card.
        folder: the model's folder.
        inputs: shape of each input by its name; None for a length that may change.
        files: the content of each file by its name.
    """
    if isinstance(card, EncoderCard):
        sound, known = _of_encoder(card)
    elif isinstance(card, ClassicCard):
        sound, known = _of_classic(card)
    else:
        sound, known = _of_network(card)
    return {
        "name": card.name,
        "summary": card.summary,
        "labels": [label.value for label in card.labels],
        "sound": {"rate_hz": RATE_HZ, "channels": 1, "samples": "float, -1 to 1", **sound},
        "inputs": [
            {"name": name, "type": "float32", "shape": list(shape), "what": known[name]}
            for name, shape in inputs.items()
        ],
        "outputs": {name: _output(card, name) for name in files},
        "answer": _ANSWER,
        "files": {
            name: {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
            for name, content in files.items()
        },
        "card": json.loads((folder / CARD_FILE).read_text(encoding="utf-8")),
    }


def _output(card: AnyCard, file: str) -> dict[str, Any]:
    # An encoder's LiteRT file is the one that is served; see `export.convert`.
    logits = isinstance(card, EncoderCard) and file.endswith(".tflite")
    shape = [1, "spans", len(card.labels)] if isinstance(card, EncoderCard) else ["clips", len(card.labels)]
    return {"type": "float32", "shape": shape, "what": _LOGITS if logits else _PROBABILITIES}


def _of_encoder(card: EncoderCard) -> tuple[dict[str, Any], dict[str, str]]:
    facts = {
        "made_by": "ser_core.features.whisper_log_mel.whisper_log_mel",
        "n_fft": front_end.N_FFT,
        "hop_length": front_end.HOP_LENGTH,
        "n_mels": front_end.N_MELS,
        "frequencies_hz": list(front_end.FREQUENCIES_HZ),
        "longest_s": card.chunk_s,
        "steps": [
            "cut off what is no speech at both ends (speech_bounds)",
            "power in mel bands (Slaney's) of Hann windows, frame t centred on sample t * hop_length, edges reflected",
            "log10; minus the log10 of the mean power of the frames that are no pause (speech_level)",
            f"plus {front_end.SPEECH_LEVEL:g}, at least {front_end.FLOOR:g}, plus {front_end.OFFSET:g}, divided by "
            f"{front_end.SCALE:g}",
        ],
    }
    inputs = {
        "mel": "the log-mel, shape (1, frames, bands), an even number of frames; zeros behind it where it is padded",
        "present": "shape (1, frames): 1 for frames of the recording, 0 for padding",
        "spans": "shape (1, spans, frames / 2): 1 for the frames of 20 ms that an answer is about, 0 for the others; "
        f"all that are present for the whole recording, {card.span_s:g} s around a moment for an answer over time",
    }
    return facts, inputs


def _of_network(card: ModelCard) -> tuple[dict[str, Any], dict[str, str]]:
    facts = {
        "made_by": "ser_core.features.model_input.model_input",
        **asdict(card.features),
        "longest_s": card.window_s,
        "steps": [
            "power of Hann windows of win_length samples, frame t centred on sample t * hop_length, zeros around",
            "mel bands (Slaney's), in dB, floored top_db below the loudest cell",
            "cut off what is no speech at both ends; minus the mean of all cells, divided by their deviation + 0.001",
        ],
        "functionals": list(functional_names()),
    }
    inputs = {
        "log_mel": "the log-mel, shape (clips, frames, bands): the middle of a longer stretch, zeros behind a shorter",
        "functionals": "statistics of the stretch, shape (clips, functionals), in the order of sound.functionals",
    }
    return facts, inputs


def _of_classic(card: ClassicCard) -> tuple[dict[str, Any], dict[str, str]]:
    features = get_feature_set(card.features)
    facts = {
        "made_by": f"ser_core.features.feature_sets.get_feature_set({card.features!r}).extract",
        "version": card.features_version,
        "values": list(features.columns),
    }
    return facts, {"values": "the values of the feature set, shape (clips, ...): see sound.values for the last axis"}
