"""A job on the page: started once, its progress with the time left, and a button that ends it."""

from collections.abc import Callable, Hashable

import streamlit as st

from ser_core.errors import SerError
from ser_core.language import _
from ser_core.text.numbers import duration, percent
from ui.conversations.given import JOB
from ui.conversations.job import Job, Result, Tell

_EVERY_S = 0.5


def result_of(key: Hashable, work: Callable[[Tell], Result]) -> Result | None:
    """What the work of this key comes to; None until then, with its progress on the page.

    Raises the error of the work.
    """
    held: tuple[Hashable, Job[Result]] | None = st.session_state.get(JOB)
    if held is None or held[0] != key:
        if held is not None:
            held[1].cancel()
        held = (key, Job(work))
        st.session_state[JOB] = held
    job = held[1]
    if job.is_cancelled:
        st.info(_("Cancelled. Nothing of it was kept."), icon=":material/cancel:")
        st.button(_("Start again"), icon=":material/refresh:", on_click=_drop, key="conversations_again")
        return None
    if not job.is_over:
        _follow(job)
        return None
    if job.error is not None:
        # Ours without the frames that it gathers, since it is raised in each run of the page; a bug with all of them.
        raise job.error.with_traceback(None) if isinstance(job.error, SerError) else job.error
    return job.result


# A fragment: it draws itself anew, and the button in it is answered at once, while the work goes on in its thread.
@st.fragment(run_every=_EVERY_S)
def _follow(job: Job[Result]) -> None:
    if job.is_over:
        st.rerun()
    left_s = job.left_s
    if not job.has_begun:
        text = _("Waiting until another analysis is done …")
    elif left_s is None:
        text = _("Listening …")
    else:
        text = _("Listening … {share} done, about {length} left", share=percent(job.share), length=duration(left_s))
    with st.container(key="conversations_progress"):
        st.progress(min(job.share, 1.0), text=text)
        if st.button(_("Cancel"), icon=":material/close:", key="conversations_cancel"):
            job.cancel()
            st.rerun()


def _drop() -> None:
    st.session_state.pop(JOB, None)
