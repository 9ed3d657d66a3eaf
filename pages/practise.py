import streamlit as st

from ser_core.history import NewTake
from ser_core.recognition.analyse import report_dict
from ui.practise import enrolment, result, session, state, takes, task
from ui.shared import frame, profile, save
from ui.shared.errors import tell, told_kindly

frame.start(
    "Practise",
    heading="Practise how you sound",
    lead="Aim for an emotion, record a take, hear what came across, and try again.",
)
page = st.container()
profile.follow_browser()  # stands below the page, where the nothing that it shows leaves no gap
with page, told_kindly():
    sitting = state.sitting()
    enrolment.recall(sitting)
    if sitting.ended_at is not None:
        session.report(sitting, sitting.ended_at)
        st.stop()
    if sitting.current is None and not sitting.records_baseline:
        task.choose(sitting)
    if sitting.problem is not None:
        tell(sitting.problem)
    if sitting.records_baseline:
        takes.make_baseline(sitting)
    elif sitting.current is not None:
        made, take = sitting.current, sitting.takes[-1]
        result.show(made, take)
        with st.container(horizontal=True):
            session.try_again_button(sitting)
            session.finish_button(sitting)
        save.offer(
            f"practice_{sitting.number}_{take.number}",
            NewTake("practice", report_dict(take.report), take.target, take.delivery),
            audio=lambda: made.clip,
        )
        result.look_closer(made, take)
    elif sitting.is_full:
        st.info("That is a long sitting: a good moment to finish it and look back.", icon=":material/self_improvement:")
        session.finish_button(sitting)
    else:
        with st.container(border=True):
            takes.make(sitting)
        if sitting.takes:
            session.finish_button(sitting)
    if not sitting.records_baseline:
        session.side_by_side(sitting)
        enrolment.show(sitting)
    st.caption(
        "Takes are held in the server's memory until you start a new sitting or close this page. Nothing is stored "
        "unless you save it. Practice is yours alone: do not let an employer or a school ask you for it."
    )
