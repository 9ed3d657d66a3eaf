"""Live: what a voice sounds like while it speaks, each second; then it is a recording like any other."""

from pathlib import Path
from typing import Any

import streamlit as st

from ser_core.labels import STYLES, Emotion
from ser_core.language import _, bound
from ser_core.recognition.live import LiveAnswer, LiveHearing, LiveKind
from ser_core.recognition.recogniser import Recogniser
from ser_core.text import answer
from ui.server.inbox import Inbox
from ui.server.live import Answer, LiveLine
from ui.shared.illustrations import Mood, data_url, illustration
from ui.shared.text import name_of
from ui.stage import long_recorder
from ui.stage.microphone import Problem, problem_of, reported, rerun_only
from ui.stage.script import script
from ui.stage.words import live_words

_PANEL = """
<section data-now hidden>
  <div class="emotion">
    <img data-face alt="" width="96" height="96">
    <div><p data-headline></p><p data-detail></p></div>
  </div>
  <canvas data-ribbon role="img"></canvas>
  <p data-said class="unseen" role="status"></p>
</section>
"""
_HTML = long_recorder.RECORDER + _PANEL
_CSS = f"""
{long_recorder.RECORDER_CSS}
[data-now] {{ margin-top: 0.8rem; scroll-margin: 1rem; font-family: var(--st-font); color: var(--st-text-color); }}
[data-now][hidden] {{ display: none; }}
.emotion {{ display: flex; align-items: center; gap: 1rem; min-height: 6rem; margin-bottom: 0.6rem; }}
.emotion img {{ flex: none; width: clamp(4.5rem, 20vw, 6rem); height: auto; }}
.emotion p {{ margin: 0; }}
[data-headline] {{ font-size: clamp(1.4rem, 6vw, 1.9rem); font-weight: 700; line-height: 1.15; }}
[data-detail] {{ font-size: 0.9rem; min-height: 1.4em; }}
[data-ribbon] {{ display: block; width: 100%; height: 52px; color: var(--st-text-color); font-family: var(--st-font); }}
.unseen {{ position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); margin: 0; }}
"""


def line_to(session: str, recogniser: Recogniser) -> LiveLine:
    """A line on which a session's voice is heard by a model while it speaks."""
    hearing = LiveHearing(recogniser)

    def heard() -> Answer:
        found = hearing.answer()
        return None if found is None else in_words(found)

    # In the language of the visitor, whose threads these are not.
    return LiveLine(session, hearing, bound(heard))


def in_words(found: LiveAnswer) -> dict[str, Any]:
    """What the browser shows of an answer."""
    said: dict[str, Any] = {"kind": found.kind.value, "start_s": found.start_s, "end_s": found.end_s}
    if found.prediction is None:
        silent = found.kind is LiveKind.NO_SPEECH
        return said | {
            "face": Mood.NO_SPEECH.value if silent else Mood.UNSURE.value,
            "title": _("Nobody is speaking") if silent else _("Listening …"),
            "detail": "" if silent else _("A word or two more, and there is an answer."),
        }
    claim = found.prediction.claim
    return said | {
        "emotions": [emotion.value for emotion in claim.emotions],
        "face": claim.emotions[0].value if claim.emotions else Mood.UNSURE.value,
        "title": answer.headline(claim),
        "detail": answer.explanation(claim),
    }


def record_live(key: str, inbox: Inbox, line: LiveLine, longest_s: int) -> Problem | None:
    """Draw the recorder that says each second what it hears, by `line`, and at the end puts the recording of up to
    `longest_s` seconds into `inbox`; why it cannot, or None.
    """
    known = problem_of(key)
    result = _component()(
        key=key,
        data={
            "problem": known or "",
            "inbox": inbox.path,
            "line": line.path,
            "longest_s": longest_s,
            "words": live_words(),
            "emotions": {e.value: {"title": name_of(e), "colour": STYLES[e].colour} for e in Emotion},
            "faces": {each.value: data_url(illustration(each)) for each in (*Emotion, *Mood)},
        },
        on_problem_change=rerun_only,
        on_handed_over_change=rerun_only,
    )
    return reported(result)


@st.cache_resource(show_spinner=False)
def _component() -> Any:
    # Registered once, because a second registration under the same name is logged as an error.
    js = script(Path(__file__).parent / "js", "live")
    return st.components.v2.component("ser_live", html=_HTML, css=_CSS, js=js)
