from functools import partial
from pathlib import PurePath

from ser_core.errors import NoSpeechError
from ser_core.history import NewTake
from ser_core.language import N_, _
from ser_core.notices import NoticeCode
from ui.analyse import (
    analysis,
    answer,
    comparison,
    downloads,
    few_shot,
    over_time,
    reload,
    sources,
    stage,
    voices,
)
from ui.shared import frame, notice, save
from ui.shared.errors import told_kindly


def show(recording: sources.Recording) -> None:
    """Draw all results for a recording."""
    stem = PurePath(recording.name).stem
    try:
        predicted = analysis.report_of(recording)
    except NoSpeechError as error:
        answer.show_none(error)
        notice.strip()
        stage.play(recording, error.duration_s, None)
        return
    if any(notice.code is NoticeCode.PARTIES for notice in predicted.notices):
        recording = sources.choose_channel(recording)
        predicted = analysis.report_of(recording)
    known = voices.known()
    report = few_shot.as_adapted(recording, predicted, known)
    answer.show(report, adapted_to=voices.whose(recording.digest))
    few_shot.badge(recording, predicted, known)
    notice.strip()
    stage.play(recording, report.duration_s, report, predicted)
    few_shot.offer(recording, predicted, known)
    over_time.show(report, stem)
    comparison.show(recording, report)
    downloads.show(report, stage.files_of(recording, report.duration_s))
    save.offer(recording.digest, NewTake(report), audio=partial(analysis.whole_sound, recording))


frame.start(
    N_("Analyse"),
    heading=_("Which emotion does this voice sound like?"),
    # Once it has been followed, the answer takes its place.
    lead=None
    if sources.current()
    else _("Upload or record a voice, and see what it sounds like, how sure the model is, and why."),
    first_notice=sources.current() is None,
    emotions=True,
)
with told_kindly():
    reload.offer_back()
    recording = sources.choose()
    reload.leave()
    # Where there is none the page ends here rather than by st.stop(), after which Streamlit would keep the parts of the
    # page that redraw themselves, and with them the recording before.
    if recording is not None:
        show(recording)
    else:
        comparison.forget()
