"""Model folders: the card that describes a model, and the check that its files are the published ones."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ser_core.arrays import DoubleArray
from ser_core.atomic import write_text
from ser_core.claim import ClaimKind
from ser_core.errors import ModelError
from ser_core.features.log_mel import LogMelConfig
from ser_core.labels import Emotion
from ser_core.models import card_schema
from ser_core.records import Prediction

SCHEMA_VERSION = 2
CARD_FILE = "card.json"
SERVED_FILE = "model.tflite"
KERAS_FILE = "model.keras"
WEIGHTS_FILE = "weights.npz"
PAGE_FILE = "README.md"

# What stands under "kind" in the cards of other models than networks over the log-mel, which have no such line.
_CLASSIC, _ENCODER = "classic", "encoder"


@dataclass(frozen=True)
class EnrolmentUse:
    """How an enrolled speaker's neutral voice is used.

    Attributes:
        strength: share of the difference between the speaker's neutral logits and the usual ones that is subtracted.
        neutral_logits: mean logits for the neutral speech of unseen voices, by label.
    """

    strength: float
    neutral_logits: tuple[float, ...]


@dataclass(frozen=True)
class Calibration:
    """How logits become an answer.

    Attributes:
        temperature: divisor of the logits before the softmax.
        unsure_below: confidence below which no emotion is claimed.
        enrolment: how an enrolled speaker's neutral voice is used, or None if that was not measured.
        pair_below: lead in probability of the first emotion over the second below which both are named
            (`metrics.choose_pair_margin`); 0 if that was not measured.
    """

    temperature: float
    unsure_below: float
    enrolment: EnrolmentUse | None = None
    pair_below: float = 0.0


# Without validation speakers there is nothing to calibrate on: confidences stay as they are.
UNCALIBRATED = Calibration(temperature=1.0, unsure_below=0.0)


# What the card of a model that has just been exported does not say yet.
UNFINISHED: Mapping[str, Any] = {
    "calibration": UNCALIBRATED, "corpora": {}, "protocol": {}, "metrics": {}, "training": {}, "made_with": {},
}  # fmt: skip


@dataclass(frozen=True)
class Card:
    """What a model of any kind is, what it was made from, and how well it does.

    Attributes:
        name: folder and display name.
        summary: one sentence.
        labels: the emotions, in the order of the model's outputs.
        calibration: how its outputs become an answer.
        corpora: for each training corpus its title, licence, citation and number of clips.
        protocol: which speakers trained, validated and tested, in words and by name.
        metrics: measured figures; each names the clips it was measured on.
        training: recipe, seed, epochs and time.
        files: SHA-256 of each file of the folder, by name.
        made_with: versions of the packages that made it.
    """

    name: str
    summary: str
    labels: tuple[Emotion, ...]
    calibration: Calibration
    corpora: Mapping[str, Mapping[str, Any]]
    protocol: Mapping[str, Any]
    metrics: Mapping[str, Any]
    training: Mapping[str, Any]
    files: Mapping[str, str]
    made_with: Mapping[str, str]

    def title_of(self, part: str) -> str:
        """What a part of `metrics` was measured on, in words."""
        if part.startswith("protocol "):
            return part
        return f"{part} {'clips' if str(self.protocol['kind']).startswith('at random') else 'speakers'}"

    def prediction(self, probabilities: DoubleArray) -> Prediction:
        """What the model claims given these probabilities, shape (labels,)."""
        scores = {label: float(p) for label, p in zip(self.labels, probabilities, strict=True)}
        second, first = np.sort(probabilities)[-2:]
        kind = ClaimKind.ONE_EMOTION
        # Whatever is claimed, one emotion or one of two, reaches the required probability.
        if first - second < self.calibration.pair_below and first + second >= self.calibration.unsure_below:
            kind = ClaimKind.NEAR_TIE
        elif first < self.calibration.unsure_below:
            kind = ClaimKind.UNSURE
        return Prediction(scores, self.name, kind)

    @property
    def confidence_gap(self) -> float | None:
        """Calibration error on clips of unseen speakers, over all corpora together; None if there are none."""
        unheard = [m for part, m in self.metrics.items() if part.startswith(("test ", "protocol "))]
        clips = sum(m["n"] for m in unheard)
        return sum(m["n"] * m["calibration_error"] for m in unheard) / clips if clips else None

    @property
    def gain_of_few_shot(self) -> Mapping[str, Any] | None:
        """The first part's figures with one named recording of each emotion (`evaluation.few_shot`), with "of": what
        they were measured on; None without.
        """
        for part, m in self.metrics.items():
            for figures in m.get("few_shot", ()):
                if figures["of_each"] == 1:
                    return {**figures, "of": part.removeprefix("protocol ")}
        return None


@dataclass(frozen=True)
class ModelCard(Card):
    """The card of a network over the log-mel, the kind that the app serves.

    Attributes:
        features: how the network's input is made.
        n_frames: frames of the window the network sees.
    """

    features: LogMelConfig
    n_frames: int

    @property
    def window_s(self) -> float:
        """Seconds of speech the network sees at once."""
        return self.n_frames / self.features.frames_per_s


@dataclass(frozen=True)
class ClassicCard(Card):
    """The card of a classic model, which takes the values of a feature set for a whole clip.

    Attributes:
        features: name of the feature set.
        features_version: its version when the model was made; values of another version are not what it learned.
    """

    features: str
    features_version: int


@dataclass(frozen=True)
class EncoderCard(Card):
    """The card of a pretrained speech encoder with a head for emotions.

    Attributes:
        base: what the encoder began as: its name, citation and licence.
        features_version: version of the encoder's input (`features.whisper_log_mel`) when the model was made.
        chunk_s: longest stretch of sound that one pass is about, in seconds.
        span_s: length of the stretch around each second from which an answer over time is taken, in seconds.
    """

    base: Mapping[str, str]
    features_version: int
    chunk_s: float
    span_s: float


AnyCard = ModelCard | ClassicCard | EncoderCard


def list_models(models_dir: Path) -> tuple[str, ...]:
    """Names of the model folders under `models_dir`, sorted."""
    return tuple(sorted(card.parent.name for card in models_dir.glob(f"*/{CARD_FILE}")))


def can_answer(card: Card) -> bool:
    """Whether a model's folder holds what `ser predict` and the pages run: they do without Keras."""
    return SERVED_FILE in card.files or KERAS_FILE not in card.files


def load_card(name: str, models_dir: Path) -> AnyCard:
    """The card of a model of any kind. Raises ModelError when there is none, it cannot be read, or a field is not what
    the schema (card.schema.json) allows.
    """
    # A name must not lead out of the folder.
    if name != Path(name).name or name not in list_models(models_dir):
        known = ", ".join(list_models(models_dir)) or "none"
        raise ModelError(
            "There is no model {name} in {models_dir}. There are: {known}.",
            name=repr(name),
            models_dir=models_dir,
            known=known,
        )
    # The sentences may be shown to visitors, who need not know where on the server the models lie.
    path = f"{name}/{CARD_FILE}"
    try:
        content = card_schema.read((models_dir / path).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise ModelError(
            "{path} is not a model card that can be read: {error}. Restore the model folder.",
            path=path,
            error=str(error),
        ) from error
    version = content.get("schema_version") if isinstance(content, dict) else None
    if isinstance(version, int) and version != SCHEMA_VERSION:
        raise ModelError(
            "{path} is of schema {version}, and this program reads schema {schema_version}: the "
            "model was trained by another version of it. Train it anew.",
            path=path,
            version=version,
            schema_version=SCHEMA_VERSION,
        )
    try:
        card_schema.check(content)
    except ModelError as error:
        raise ModelError(
            "{path} is not a model card that can be used: {error}. Restore the model folder.",
            path=path,
            error=str(error),
        ) from error
    return _parse(content)


def read_verified(card: Card, folder: Path, file: str) -> bytes:
    """The bytes of a model's file. Raises ModelError when it is missing or differs from what the card says."""
    if file not in card.files:
        raise ModelError(
            "The card of {name} lists no {file}; it lists {files}.",
            name=card.name,
            file=file,
            files=", ".join(card.files),
        )
    try:
        content = (folder / file).read_bytes()
    except OSError as error:
        raise ModelError(
            "{name}/{file} cannot be read: {strerror}. Restore the model folder.",
            name=folder.name,
            file=file,
            strerror=error.strerror,
        ) from error
    if hashlib.sha256(content).hexdigest() != card.files[file]:
        raise ModelError(
            "{name}/{file} is not the file its card describes (SHA-256 differs). Restore the model folder.",
            name=folder.name,
            file=file,
        )
    return content


def save_card(card: AnyCard, folder: Path) -> None:
    """Writes the card, replacing an older one as a whole. Raises ModelError for one that `load_card` would refuse."""
    kinds = {ClassicCard: {"kind": _CLASSIC}, EncoderCard: {"kind": _ENCODER}, ModelCard: {}}
    content = {"schema_version": SCHEMA_VERSION, **kinds[type(card)], **asdict(card)}
    try:
        content = card_schema.sealed(card_schema.read(json.dumps(content)))
    except (ValueError, ModelError) as error:
        raise ModelError(
            "The card of {name} would not be read again: {error}. It was not written.", name=card.name, error=str(error)
        ) from error
    write_text(folder / CARD_FILE, json.dumps(content, indent=2, ensure_ascii=False) + "\n")


def digests(folder: Path, *files: str) -> dict[str, str]:
    """SHA-256 of files of a folder, in hex, by name."""
    return {file: hashlib.sha256((folder / file).read_bytes()).hexdigest() for file in files}


def _parse(content: dict[str, Any]) -> AnyCard:
    del content["schema_version"]
    content.pop(card_schema.SEAL, None)
    content |= {
        "labels": tuple(Emotion(label) for label in content["labels"]),
        "calibration": _parse_calibration(content["calibration"]),
    }
    match content.pop("kind", None):
        case "classic":
            return ClassicCard(**content)
        case "encoder":
            return EncoderCard(**content)
    return ModelCard(**content | {"features": LogMelConfig(**content["features"])})


def _parse_calibration(content: dict[str, Any]) -> Calibration:
    use = content.pop("enrolment", None)
    enrolment = EnrolmentUse(use["strength"], tuple(use["neutral_logits"])) if use else None
    return Calibration(**content, enrolment=enrolment)
