"""Our own recorder, for more than a minute: it records in a thread for sound (AudioWorklet), at 16 kHz and mono."""

from pathlib import Path
from typing import Any

import streamlit as st

from ui.server.inbox import Inbox
from ui.stage import desk
from ui.stage.microphone import RECORDING_COLOUR, Problem, problem_of, reported, rerun_only
from ui.stage.script import script
from ui.stage.words import words

# js/tape.js works it.
RECORDER = f"""
<div class="row">
  <button type="button" data-record><span class="dot" aria-hidden="true"></span><span data-words></span></button>
  {desk.BUTTONS}
  {desk.METER}
  <span data-status role="status"></span>
</div>
{desk.BELOW}
"""
RECORDER_CSS = f"""
.row {{ display: flex; flex-wrap: wrap; align-items: center; gap: 0.5rem 0.9rem; font-family: var(--st-font);
  font-size: 0.9rem; color: var(--st-text-color); }}
[data-record] {{ display: flex; align-items: center; gap: 0.55rem; font: inherit; color: inherit; cursor: pointer;
  background: var(--st-secondary-background-color); border: 1px solid var(--st-border-color);
  border-radius: var(--st-button-radius, 0.6rem); padding: 0.45rem 0.9rem; min-height: 2.4rem; }}
[data-record]:hover {{ border-color: var(--st-primary-color); }}
[data-record]:focus-visible {{ outline: 3px solid var(--st-primary-color); outline-offset: 1px; }}
.dot {{ width: 0.8rem; height: 0.8rem; border-radius: 50%; background: {RECORDING_COLOUR}; }}
[data-recording="true"] .dot {{ border-radius: 2px; }}
{desk.CSS}
"""


def record_long(key: str, inbox: Inbox, longest_s: int) -> Problem | None:
    """Draw the recorder, which puts a recording of up to `longest_s` seconds into `inbox`; why it cannot, or None."""
    known = problem_of(key)
    result = _component()(
        key=key,
        data={"problem": known or "", "inbox": inbox.path, "longest_s": longest_s, "words": words()},
        on_problem_change=rerun_only,
        on_handed_over_change=rerun_only,
    )
    return reported(result)


@st.cache_resource(show_spinner=False)
def _component() -> Any:
    # Registered once, because a second registration under the same name is logged as an error.
    js = script(Path(__file__).parent / "js", "long_recorder")
    return st.components.v2.component("ser_long_recorder", html=RECORDER, css=RECORDER_CSS, js=js)
