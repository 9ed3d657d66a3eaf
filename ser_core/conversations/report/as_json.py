"""The report as plain values."""

from typing import Any

from ser_core.conversations.findings import Findings, PartyFindings, leading
from ser_core.labels import Emotion
from ser_core.recognition.analyse import plain_prediction
from ser_core.speech import Stretch
from ser_core.text import notices as told


def report_dict(found: Findings) -> dict[str, Any]:
    """The report as plain values, for JSON. Times are in seconds from the start of the recording."""
    heard, talk = found.conversation, found.talk
    return {
        "file": heard.file,
        "duration_s": round(heard.duration_s, 3),
        "model": heard.model,
        "silence_s": round(talk.silence_s, 3),
        "longest_silence": talk.longest_silence and _times(talk.longest_silence),
        "overlap_s": None if talk.overlap_s is None else round(talk.overlap_s, 3),
        "parties": [_of_party(each) for each in found.parties],
        "warnings": [told.values(notice) for notice in heard.notices],
    }


def no_speech_dict(file: str, duration_s: float, model: str) -> dict[str, Any]:
    """What takes the place of `report_dict` for a recording in which nobody speaks, with the same keys."""
    silence_s = round(duration_s, 3)
    return {
        "file": file,
        "duration_s": silence_s,
        "model": model,
        "silence_s": silence_s,
        "longest_silence": {"start_s": 0.0, "end_s": silence_s},
        "overlap_s": None,
        "parties": [],
        "warnings": [],
    }


def _of_party(found: PartyFindings) -> dict[str, Any]:
    party = found.party
    return {
        "name": party.name,
        "channel": party.channel,
        "speaking_s": round(party.speaking_s, 3),
        "summary": found.satisfaction and found.satisfaction.value,
        "valence": _rounded(found.valence),
        "arousal": _rounded(found.arousal),
        "shares": {_name(emotion): round(share, 4) for emotion, share in found.shares},
        "turning_points": [
            {
                "at_s": round(point.at_s, 3),
                "before": _name(leading(point.before)),
                "after": _name(leading(point.after)),
            }
            for point in found.turning_points
        ],
        "moments": [
            {
                "start_s": round(moment.start_s, 3),
                "end_s": round(moment.end_s, 3),
                "emotion": moment.emotion.value,
                "confidence": round(moment.confidence, 4),
            }
            for moment in found.moments
        ],
        "speech": [_times(stretch) for stretch in party.speech],
        "timeline": [
            {
                "start_s": round(segment.start_s, 3),
                "end_s": round(segment.end_s, 3),
                **plain_prediction(segment.prediction),
            }
            for segment in party.timeline
        ],
    }


def _times(stretch: Stretch) -> dict[str, float]:
    return {"start_s": round(stretch.start_s, 3), "end_s": round(stretch.end_s, 3)}


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


def _name(emotion: Emotion | None) -> str:
    return emotion.value if emotion else "unclear"
