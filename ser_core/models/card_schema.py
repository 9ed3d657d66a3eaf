"""Whether a card says what a card may say: every field with its range, and what has to fit together."""

import json
import math
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ser_core.errors import ModelError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from jsonschema_rs import ValidationError, Validator

_SCHEMA_FILE = Path(__file__).with_name("card.schema.json")
_MOST_SHOWN = 60
_UNKNOWN = ("additionalProperties", "unevaluatedProperties")


def read(text: str) -> Any:
    """The content of a card. Raises ValueError for what is not JSON, which NaN and infinities are not."""
    return json.loads(text, parse_constant=_refuse_constant, parse_float=_finite)


def check(content: Any) -> None:
    """Raises ModelError, naming the first field that is missing, unknown, out of its range or at odds with another.

    `content` is what `read` returns.
    """
    if not isinstance(content, dict):
        raise ModelError("a card is a JSON object; it holds {content}", content=_short(content))
    kind = content.get("kind", "network")
    if kind not in ("network", "classic", "encoder") or ("kind" in content and kind == "network"):
        raise ModelError("kind: {kind} is not a kind of model that this program runs", kind=_short(kind))
    try:
        errors = _without_choices(_validator(kind).iter_errors(content))
    except ValueError as error:  # half a character (a lone surrogate), or nested deeper than the library goes
        raise ModelError("{place}: {error}", place="the card", error=str(error)) from error
    if errors:
        first = _first(errors)
        place = ".".join(map(str, first.instance_path)) or "the card"
        raise ModelError("{place}: {error}", place=place, error=_reason(first, errors))
    _check_fit(content)


@cache
def _validator(kind: str) -> "Validator":
    # Imported here: a command that reads no card need not wait for it. This library takes a fifth of the time that
    # jsonschema takes to be imported and to check a card.
    from jsonschema_rs import Draft202012Validator

    schema = json.loads(_SCHEMA_FILE.read_text(encoding="utf-8"))
    return Draft202012Validator(schema | {"$ref": f"#/$defs/{kind}"})


def _without_choices(errors: "Iterable[ValidationError]") -> "list[ValidationError]":
    """The errors, with what is wrong under the last of several alternatives in place of an error about all of them."""
    return [one for each in errors for one in (each.kind.value[-1] if each.kind.name == "anyOf" else [each])]


def _first(errors: "Sequence[ValidationError]") -> "ValidationError":
    """The error to name: the one nearest to the top, and an unknown field only where nothing else is wrong there, since
    what a wrong field stands beside may be taken for unknown.
    """
    return min(errors, key=lambda error: (error.kind.name in _UNKNOWN, len(error.instance_path)))


def _reason(error: "ValidationError", errors: "Sequence[ValidationError]") -> str:
    """What is wrong in few words: the message of the library quotes the whole value."""
    value, wanted = _short(error.instance), error.kind.value
    match error.kind.name:
        case "minimum":
            return f"{value} is below {wanted}"
        case "maximum":
            return f"{value} is above {wanted}"
        case "exclusiveMinimum":
            return f"{value} is not above {wanted}"
        case "type":
            return f"{value} is not of the type {' or '.join(wanted)}"
        case "required":
            beside = [each for each in errors if each.instance_path == error.instance_path]
            missing = [each.kind.value for each in beside if each.kind.name == "required"]
            return f"{' and '.join(missing)} is missing"
        case "uniqueItems":
            return f"{value} has an entry twice"
        case "enum":
            return f"{value} is none of {', '.join(map(str, wanted))}"
        case "const":
            return f"{value} is not {wanted}"
        case "propertyNames":
            return _reason(wanted, ())
        case "additionalProperties" | "unevaluatedProperties":
            return error.message[:200]
    return f"{value} is not what the schema asks for ({error.kind.name}: {_short(wanted)})"


def _check_fit(content: dict[str, Any]) -> None:
    """What a schema cannot say: numbers that depend on others."""
    emotions = len(content["labels"])
    enrolment = content["calibration"].get("enrolment")
    if enrolment and len(enrolment["neutral_logits"]) != emotions:
        raise ModelError(
            "calibration.enrolment.neutral_logits: {neutral_logits} values for {emotions} labels",
            neutral_logits=len(enrolment["neutral_logits"]),
            emotions=emotions,
        )
    features = content["features"] if "n_frames" in content else {}
    if features.get("fmin_hz", 0) >= features.get("fmax_hz", 8000):
        raise ModelError("features.fmin_hz: {fmin_hz} is not below fmax_hz", fmin_hz=features["fmin_hz"])
    if features.get("win_length", 0) > features.get("n_fft", 1024):
        raise ModelError("features.win_length: {win_length} is longer than n_fft", win_length=features["win_length"])
    for part, figures in content["metrics"].items():
        rows = figures.get("confusion", ())
        size = len(figures.get("labels", rows))
        if len(rows) != size or any(len(row) != size for row in rows):
            raise ModelError(
                "metrics.{part}.confusion: it is not a table of {size} rows and columns", part=part, size=size
            )


def _refuse_constant(name: str) -> None:
    raise ValueError(f"it holds {name}, which is no number")


def _finite(written: str) -> float:
    value = float(written)
    if math.isinf(value):
        raise ValueError(f"it holds {_cut(written)}, which is no number that can be computed with")
    return value


def _short(value: Any) -> str:
    return _cut(json.dumps(value, ensure_ascii=False, default=str))


def _cut(text: str) -> str:
    return text if len(text) <= _MOST_SHOWN else f"{text[:_MOST_SHOWN]} …"
