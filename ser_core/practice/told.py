"""A recording in, its delivery out, in plain values and in words: `ser delivery` and the HTTP interface."""

from typing import Any

from ser_core.adaptation.enrolment import enrol
from ser_core.audio import Source, read_clip, read_recording
from ser_core.dsp.conditioning import condition
from ser_core.labels import Emotion
from ser_core.practice.delivery import MAX_DURATION_S, delivery_text, judge_delivery
from ser_core.prosody import measure_prosody
from ser_core.recognition.analyse import analyse, report_dict
from ser_core.recognition.recogniser import Recogniser
from ser_core.text.outcome import outcome, outcome_sentence

_HEARD = ("model", "emotion", "confidence", "unsure", "pair", "scores")


def tell_delivery(
    source: Source,
    name: str,
    target: Emotion | None = None,
    recogniser: Recogniser | None = None,
    enrolment: Source | None = None,
) -> tuple[dict[str, Any], str]:
    """What `ser delivery --json` prints for a recording, and what it prints without --json.

    Args:
        source: the recording, of at most `MAX_DURATION_S`.
        name: what to call it.
        target: the emotion aimed for, if there is one.
        recogniser: hears whether it came across.
        enrolment: about ten seconds of the speaker's neutral speech.

    Raises AudioError when one of the recordings cannot be used.
    """
    neutral_clip = None if enrolment is None else read_clip(enrolment, max_duration_s=MAX_DURATION_S)
    own = None if neutral_clip is None else enrol(neutral_clip)
    read = read_recording(source, max_duration_s=MAX_DURATION_S)
    result = judge_delivery(measure_prosody(read.clip), target, own)
    content = {"file": name, **result.to_dict(), "outcome": None, "target_probability": None, "heard": None}
    text = delivery_text(result)
    if target and recogniser:
        neutral = None if neutral_clip is None else recogniser.enrol(condition(neutral_clip))
        report = analyse(read, name=name, recogniser=recogniser, neutral=neutral)
        heard = report.prediction
        told = report_dict(report, timeline=False)
        content |= {
            "outcome": outcome(heard.claim, target).value,
            "target_probability": told["scores"].get(target.value),
            "heard": {key: told[key] for key in _HEARD},
        }
        text = f"{outcome_sentence(heard.claim, target, heard.scores.get(target))}\n\n{text}"
    return content, text
