import streamlit as st

from ser_core.language import N_, _
from ser_core.practice.session import Enrolling, Finished, Full, Recording, Reviewing, Session
from ui.practise import enrolment, recording, report, result, task
from ui.shared import frame, profile
from ui.shared.errors import tell, told_kindly

frame.start(
    N_("Practise"),
    heading=_("Practise how you sound"),
    lead=_("Aim for an emotion, record a take, find out what came across, and try again."),
    emotions=True,
)
page = st.container()
profile.follow_browser()  # below the page, where its empty element leaves no gap
with page, told_kindly():
    session: Session = st.session_state.setdefault("practice", Session())
    enrolment.recall(session)
    if isinstance(session.stage, Recording):
        task.choose(session)
    if session.problem is not None:
        tell(session.problem)
    match session.stage:
        case Finished(ended_at):
            report.show(session, ended_at)
            st.stop()
        case Enrolling():
            recording.ask_for_neutral_voice(session)
        case Recording():
            recording.ask_for_take(session)
        case Reviewing(made):
            result.show(session, made)
        case Full():
            report.suggest(session)
    if not isinstance(session.stage, Enrolling):
        report.side_by_side(session)
        enrolment.show(session)
    st.caption(
        _(
            "Takes stay in the server's memory until you start a new session or close this page. Nothing is stored "
            "unless you save it. Your practice belongs to you alone: no employer or school may ask for it."
        )
    )
