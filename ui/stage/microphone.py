"""Whether this browser can record, and if not, why and what to do."""

from enum import StrEnum
from pathlib import Path
from typing import Any

import streamlit as st

from ser_core.language import N_, _
from ui.server.inbox import Inbox
from ui.stage import desk
from ui.stage.script import script
from ui.stage.words import words

RECORDING_COLOUR = "#D1410C"

_HTML = f"""
<div class="row">
  <span data-status role="status"></span>
  {desk.METER}
</div>
<div class="row">
  {desk.BUTTONS}
</div>
{desk.BELOW}
"""
_CSS = f"""
.row {{ display: flex; flex-wrap: wrap; align-items: center; gap: 0.4rem 0.9rem; font-family: var(--st-font);
  font-size: 0.9rem; color: var(--st-text-color); }}
.row + .row:has(button:not([hidden])) {{ margin-top: 0.5rem; }}
{desk.CSS}
"""


class Problem(StrEnum):
    """Why recording is impossible."""

    INSECURE = "insecure"
    UNSUPPORTED = "unsupported"
    DENIED = "denied"
    NO_DEVICE = "no_device"
    FAILED = "failed"


# What is wrong, and what to do. Browsers allow the microphone only on secure pages: https, or localhost.
EXPLANATIONS: dict[Problem, tuple[str, str]] = {
    Problem.INSECURE: (
        N_("Browsers allow the microphone only on secure pages, and this address is not secure."),
        N_(
            "Open the app at an address that begins with https://, or at http://localhost:8501 on the computer it "
            "runs on. Until then, record with your phone or computer and upload the file."
        ),
    ),
    Problem.UNSUPPORTED: (
        N_("This browser cannot record sound."),
        N_("Use a current Firefox, Chrome, Edge or Safari, or upload a file."),
    ),
    Problem.DENIED: (
        N_("The microphone is blocked for this page."),
        N_(
            "Click the icon to the left of the page's address, allow the microphone, and reload the page. "
            "Or upload a file."
        ),
    ),
    Problem.NO_DEVICE: (
        N_("No microphone was found."),
        N_("Plug one in or switch it on; this page will notice. Or upload a file."),
    ),
    Problem.FAILED: (
        N_("The microphone did not start."),
        N_("Another program, such as a call, may be using it. Close that and try again, or upload a file."),
    ),
}


def check(key: str, inbox: Inbox, longest_s: int) -> Problem | None:
    """Check the microphone in the browser; stand beside the recorder, which records for `longest_s` seconds at most,
    while it records, and put what it has recorded into `inbox`. None while nothing speaks against recording, and
    until the browser has answered.
    """
    result = _component()(
        key=key,
        data={
            "problem": problem_of(key) or "",
            "recording_colour": RECORDING_COLOUR,
            "inbox": inbox.path,
            "longest_s": longest_s,
            "words": words(),
        },
        on_problem_change=rerun_only,
        on_handed_over_change=rerun_only,
    )
    return reported(result)


def problem_of(key: str) -> Problem | None:
    """What the recorder's component of this key said was wrong when the page was drawn last."""
    state: Any = st.session_state.get(key)
    known = (state.get("problem") if state else None) or ""
    return Problem(known) if known else None


def explain(problem: Problem) -> None:
    """Say what is wrong and what to do."""
    what, remedy = EXPLANATIONS[problem]
    st.warning(f"**{_(what)}** {_(remedy)}", icon=":material/mic_off:")


@st.cache_resource(show_spinner=False)
def _component() -> Any:
    # Registered once, because a second registration under the same name is logged as an error.
    js = script(Path(__file__).parent / "js", "microphone")
    return st.components.v2.component("ser_microphone", html=_HTML, css=_CSS, js=js)


def reported(result: Any) -> Problem | None:
    """Why the recorder whose state this is cannot record, or None."""
    problem = result.get("problem") or ""
    return Problem(problem) if problem else None


def rerun_only() -> None:
    """The callback of a recorder: its state reaches Python only if there is one, and only the rerun is needed."""
