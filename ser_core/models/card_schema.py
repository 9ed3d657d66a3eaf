"""Whether a card says what a card may say: every field with its range, and what has to fit together."""

import hashlib
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ser_core.errors import ModelError

if TYPE_CHECKING:
    from jsonschema import Draft202012Validator

_SCHEMA_FILE = Path(__file__).with_name("card.schema.json")
_MOST_SHOWN = 60
# The field with the digest of a card that was checked when it was written.
SEAL = "checked"
# The library imports these, where they are installed, for formats that no card has: 1.8 s, 26 and 12 ms.
_CHECKERS_OF_FORMATS = ("rfc3987_syntax", "isoduration", "rfc3986_validator")


def read(text: str) -> Any:
    """The content of a card. Raises ValueError for what is not JSON, which NaN and infinities are not."""
    return json.loads(text, parse_constant=_refuse_constant)


def sealed(content: dict[str, Any]) -> dict[str, Any]:
    """The content of a card with the digest by which `check` sees that it has been checked. Raises ModelError as that
    does.
    """
    check(content)
    return content | {SEAL: _digest(content)}


def check(content: Any) -> None:
    """Raises ModelError, naming the first field that is missing, unknown, out of its range or at odds with another.

    A card that bears the digest of its content under this schema was checked when it was written, and is not checked
    again, for which a command that answers for one recording would wait. The digest finds a card that was changed by
    hand; it is no signature, for whoever can write the card can replace the model.
    """
    if not isinstance(content, dict):
        raise ModelError("a card is a JSON object; it holds {content}", content=_short(content))
    if SEAL in content and content[SEAL] == _digest(content):
        return
    kind = content.get("kind", "network")
    if kind not in ("network", "classic", "encoder") or ("kind" in content and kind == "network"):
        raise ModelError("kind: {kind} is not a kind of model that this program runs", kind=_short(kind))
    errors = list(_validator(kind).iter_errors(content))
    if errors:
        from jsonschema.exceptions import best_match

        error = best_match(errors)
        place = ".".join(str(part) for part in error.absolute_path) or "the card"
        raise ModelError("{place}: {error}", place=place, error=_reason(error))
    _check_fit(content)


def _digest(content: dict[str, Any]) -> str:
    """SHA-256 in hex of the schema and of a card's content without its seal."""
    bare = {name: value for name, value in content.items() if name != SEAL}
    text = json.dumps(bare, sort_keys=True)
    return hashlib.sha256(_SCHEMA_FILE.read_bytes() + text.encode()).hexdigest()


@cache
def _validator(kind: str) -> "Draft202012Validator":
    # Imported here: a command that reads no card need not wait a tenth of a second for it.
    with _without(*_CHECKERS_OF_FORMATS):
        from jsonschema import Draft202012Validator

    schema = json.loads(_SCHEMA_FILE.read_text(encoding="utf-8"))
    return Draft202012Validator(schema | {"$ref": f"#/$defs/{kind}"})


@contextmanager
def _without(*modules: str) -> Iterator[None]:
    """Lets what is imported inside do without modules that it can do without."""
    absent = [module for module in modules if module not in sys.modules]
    # What an import then finds is ImportError.
    sys.modules.update(dict.fromkeys(absent))  # type: ignore[arg-type]
    try:
        yield
    finally:
        for module in absent:
            del sys.modules[module]


def _reason(error: Any) -> str:
    """What is wrong in few words: the message of the library quotes the whole value."""
    value, wanted = _short(error.instance), error.validator_value
    match error.validator:
        case "minimum":
            return f"{value} is below {wanted}"
        case "maximum":
            return f"{value} is above {wanted}"
        case "exclusiveMinimum":
            return f"{value} is not above {wanted}"
        case "type":
            return f"{value} is not of the type {wanted if isinstance(wanted, str) else ' or '.join(wanted)}"
        case "required":
            missing = [name for name in wanted if name not in error.instance]
            return f"{' and '.join(missing)} is missing"
        case "uniqueItems":
            return f"{value} has an entry twice"
        case "enum":
            return f"{value} is none of {', '.join(map(str, wanted))}"
        case "const":
            return f"{value} is not {wanted}"
        case "unevaluatedProperties" | "additionalProperties":
            return str(error.message)[:200]
    return f"{value} is not what the schema asks for ({error.validator}: {_short(wanted)})"


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


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= _MOST_SHOWN else f"{text[:_MOST_SHOWN]} …"
