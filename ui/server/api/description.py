"""What the interface is, in the words of OpenAPI 3.1: for programs that read it, and for the page that shows it."""

from typing import Any

from ser_core import __version__
from ser_core.config import Settings
from ser_core.labels import Emotion
from ser_core.models.card import list_models
from ser_core.notices import NoticeCode
from ser_core.practice.delivery import MAX_DURATION_S
from ser_core.practice.reference import Register
from ser_core.prosody import MEASURES
from ser_core.prosody.disfluency import DisfluencyKind
from ser_core.recognition.affect import Tone
from ser_core.text.outcome import Outcome
from ui.server.api.endpoints import CHANNELS

Schema = dict[str, Any]

_USE = (
    "A score is a guess about how a voice sounds, not about what a person feels. Do not use it to infer the emotions "
    "of people at work or in education: the European Union prohibits that (AI Act, article 5(1)(f)). People whose "
    "voices are analysed must be told (article 50(3))."
)
_EMOTIONS = [emotion.value for emotion in Emotion]


def describe(settings: Settings, path: str) -> Schema:
    """The description of the interface at `path`, with the limits and models of this server."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Speech Emotion Recognition",
            "version": __version__,
            "summary": "Which emotion a voice sounds like, and how it was spoken.",
            "description": (
                f"{_USE}\n\nNothing of a request is kept: recordings are decoded in memory, are not logged, and are "
                f"gone with the answer. At most {settings.max_upload_mb} MB and {settings.max_duration_s / 3600:g} "
                "hours of sound are accepted at once."
            ),
        },
        "servers": [{"url": path}],
        "security": [{"token": []}],
        "paths": {
            "/analyse": {"post": _analyse(settings)},
            "/delivery": {"post": _delivery(settings)},
            "/models": {"get": _models()},
        },
        "components": {
            "securitySchemes": {
                "token": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "The value of SER_API_TOKEN at the server.",
                }
            },
            "schemas": {
                "Report": _report(),
                "Segment": _segment(),
                "Warning": _warning(),
                "Delivery": _delivered(),
                "Placement": _placement(),
                "Advice": _advice(),
                "Model": _model(),
                "Error": _object({"error": _text("What is wrong, and what to do about it.")}),
            },
        },
    }


def _analyse(settings: Settings) -> Schema:
    return {
        "operationId": "analyse",
        "summary": "Which emotion a recording sounds like, as a whole and over time.",
        "description": "Where nobody speaks, the answer is 200 with speech false, emotion null and no scores.",
        "requestBody": _form(
            {
                "file": _file("The recording: sound, or video with a sound track, in any usual format."),
                "model": _model_choice(settings),
                "channel": _enum(list(CHANNELS), "Hear one side of a call; both by default."),
                "timeline": {
                    "type": "string",
                    "enum": ["true", "false"],
                    "default": "true",
                    "description": "Whether the answers over time are wanted, which take longer.",
                },
            }
        ),
        "responses": _responses("Report", "The report."),
    }


def _delivery(settings: Settings) -> Schema:
    return {
        "operationId": "delivery",
        "summary": "How a recording was spoken, and what to change.",
        "description": (
            f"Of a take of at most {MAX_DURATION_S / 60:g} minutes. With a target, it is compared with how actors "
            "convey that emotion, and a model hears whether it came across."
        ),
        "requestBody": _form(
            {
                "file": _file("The take."),
                "target": _enum(_EMOTIONS, "The emotion aimed for."),
                "enrolment": _file(
                    "About ten seconds of the speaker's neutral speech; values are then relative to it."
                ),
                "model": _model_choice(settings),
            }
        ),
        "responses": _responses("Delivery", "Measures, comparison and advice."),
    }


def _models() -> Schema:
    return {
        "operationId": "models",
        "summary": "The models that can be asked.",
        "responses": {
            "200": _json({"type": "array", "items": _ref("Model")}, "The models, by name."),
            **_errors("401", "503"),
        },
    }


def _form(fields: dict[str, Schema]) -> Schema:
    form = {"type": "object", "required": ["file"], "additionalProperties": False, "properties": fields}
    return {"required": True, "content": {"multipart/form-data": {"schema": form}}}


def _file(what: str) -> Schema:
    return {"type": "string", "contentMediaType": "application/octet-stream", "description": what}


def _model_choice(settings: Settings) -> Schema:
    return _enum(list(list_models(settings.models_dir)), "The model to ask.") | {"default": settings.model}


_ERRORS = {
    "400": "The form is not as described.",
    "401": "The token is missing or wrong.",
    "408": "The file arrived too slowly.",
    "411": "The length of the body is missing.",
    "413": "The file is too large.",
    "422": "The recording cannot be used: it is empty, silent, too short or long, or no sound.",
    "503": "The server has no room at the moment; Retry-After says when to ask again. Or the model cannot be used.",
}


def _responses(schema: str, what: str) -> Schema:
    return {"200": _json(_ref(schema), what), **_errors(*_ERRORS)}


def _errors(*statuses: str) -> Schema:
    return {status: _json(_ref("Error"), _ERRORS[status]) for status in statuses}


def _json(schema: Schema, what: str) -> Schema:
    return {"description": what, "content": {"application/json": {"schema": schema}}}


def _ref(schema: str) -> Schema:
    return {"$ref": f"#/components/schemas/{schema}"}


def _answer() -> dict[str, Schema]:
    return {
        "speech": {"type": "boolean", "description": "Whether anybody speaks."},
        "emotion": _or_null(_enum(_EMOTIONS, "The most probable emotion, claimed or not; null without speech.")),
        "confidence": _or_null(_share("Its calibrated probability.")),
        "unsure": {"type": "boolean", "description": "Whether no emotion is claimed."},
        "pair": _or_null(
            {
                "type": "array",
                "items": {"enum": _EMOTIONS},
                "minItems": 2,
                "maxItems": 2,
                "description": "Two emotions that are too close to choose between.",
            }
        ),
        "scores": {
            "type": "object",
            "propertyNames": {"enum": _EMOTIONS},
            "additionalProperties": _share("A probability."),
            "description": "The probability of each emotion that the model knows; empty without speech.",
        },
        "valence": _or_null(_signed("From unpleasant (-1) to pleasant (1): the mean of the emotions' positions.")),
        "arousal": _or_null(_signed("Likewise from sleepy to aroused.")),
        "tone": _or_null(_enum([tone.value for tone in Tone], "The valence in a word.")),
    }


def _report() -> Schema:
    required = {
        "file": _text("The name that the recording was sent with."),
        "duration_s": _number("Length in seconds."),
        "model": _text("The model that was asked."),
        **_answer(),
        "warnings": {"type": "array", "items": _ref("Warning"), "description": "What is missing or strange about it."},
    }
    timeline = {"type": "array", "items": _ref("Segment"), "description": "The answers over time, if they were wanted."}
    return _object(required, optional={"timeline": timeline})


def _segment() -> Schema:
    return _object({"start_s": _number("Start in seconds."), "end_s": _number("End in seconds."), **_answer()})


def _warning() -> Schema:
    codes = [code.value for code in NoticeCode]
    return _object({"code": _enum(codes, "What it is about."), "sentence": _text("The same in words.")})


def _delivered() -> Schema:
    span = {"start_s": _number("Start in seconds."), "end_s": _number("End in seconds.")}
    measures = {
        name: _or_null(_number(f"{info.label}, in {info.unit}. {info.meaning}")) for name, info in MEASURES.items()
    }
    kinds = [kind.value for kind in DisfluencyKind]
    heard = _object(
        {"model": _text("The model that was asked."), **_answer()}, without=("speech", "valence", "arousal", "tone")
    )
    return _object(
        {
            "file": _text("The name that the take was sent with."),
            "duration_s": _number("Length in seconds."),
            **measures,
            "confidence": {
                "type": "object",
                "additionalProperties": _share("From 0 to 1."),
                "description": "The trust in each measure.",
            },
            "speech": _object(span) | {"description": "The first and the last word."},
            "syllables": {"type": "integer", "description": "How many were heard."},
            "pauses": {"type": "array", "items": _object(span), "description": "Silences of at least 0.2 s."},
            "disfluencies": {
                "type": "array",
                "items": _object({"kind": _enum(kinds, "What it is."), **span, "confidence": _share("From 0 to 1.")}),
                "description": "Interruptions of the flow.",
            },
            "target": _or_null(_enum(_EMOTIONS, "The emotion aimed for.")),
            "register": _or_null(_enum([each.value for each in Register], "The voices that it is compared with.")),
            "reference": {
                "type": "object",
                "additionalProperties": _ref("Placement"),
                "description": "The measures against the target's takes; empty without a target.",
            },
            "advice": {"type": "array", "items": _ref("Advice"), "maxItems": 3, "description": "Praise first."},
            "notes": {"type": "array", "items": {"type": "string"}, "description": "What makes this less certain."},
            "outcome": _or_null(_enum([each.value for each in Outcome], "Whether the target came across.")),
            "target_probability": _or_null(_share("The probability of the target.")),
            "heard": _or_null(heard | {"description": "What the model heard; null without a target."}),
        }
    )


def _placement() -> Schema:
    quantiles = {f"q{n:02}": _number(f"{n}% of the target's takes lie below it.") for n in (5, 25, 50, 75, 95)}
    return _object(
        {
            "value": _number("The measure, or its difference from the speaker's neutral voice."),
            "relative": {"type": "boolean", "description": "Whether it is that difference."},
            **quantiles,
            "weight": _number("How well this measure tells the target from other emotions."),
        }
    )


def _advice() -> Schema:
    return _object(
        {
            "kind": _enum(["praise", "change"], "Something to keep, or to change."),
            "about": _text("The measure, the kind of disfluency, or the condition that it is about."),
            "sentence": _text("The advice."),
            "start_s": _number("The moment to listen to: start in seconds."),
            "end_s": _number("Its end in seconds."),
            "take": _or_null(_number("The take's value.")),
            "low": _or_null(_number("The usual range of the target's takes: from here ...")),
            "high": _or_null(_number("... to here.")),
            "relative": {"type": "boolean", "description": "Whether these are relative to the neutral voice."},
        }
    )


def _model() -> Schema:
    figures = _object(
        {
            "n": {"type": "integer", "description": "Clips that were tested."},
            "ua": _share("Mean of the recalls of all emotions."),
            "wa": _share("Share of clips that were right."),
        }
    )
    return _object(
        {
            "name": _text("What to call it in a request."),
            "default": {"type": "boolean", "description": "Whether it is asked where none is named."},
            "summary": _text("What it is."),
            "labels": {"type": "array", "items": {"enum": _EMOTIONS}, "description": "The emotions that it knows."},
            "window_s": _or_null(_number("Length of what it hears at once, in seconds.")),
            "metrics": {
                "type": "object",
                "additionalProperties": figures,
                "description": "Measured figures by protocol, on speakers that it had not learned from.",
            },
        }
    )


def _object(
    required: dict[str, Schema], optional: dict[str, Schema] | None = None, without: tuple[str, ...] = ()
) -> Schema:
    needed = {name: schema for name, schema in required.items() if name not in without}
    return {
        "type": "object",
        "required": list(needed),
        "additionalProperties": False,
        "properties": needed | (optional or {}),
    }


def _text(what: str) -> Schema:
    return {"type": "string", "description": what}


def _number(what: str) -> Schema:
    return {"type": "number", "description": what}


def _share(what: str) -> Schema:
    return {"type": "number", "minimum": 0, "maximum": 1, "description": what}


def _signed(what: str) -> Schema:
    return {"type": "number", "minimum": -1, "maximum": 1, "description": what}


def _enum(values: list[str], what: str) -> Schema:
    return {"type": "string", "enum": values, "description": what}


def _or_null(schema: Schema) -> Schema:
    changed = schema | {"type": [schema["type"], "null"]}
    return changed | {"enum": [*schema["enum"], None]} if "enum" in schema else changed
