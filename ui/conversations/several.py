"""Several recordings at once: a table of answers that can be sorted, filtered and played."""

import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import streamlit as st

from ser_core import audio
from ser_core.claim import NO_SPEECH
from ser_core.errors import NoSpeechError, SerError
from ser_core.figures.sound_layers import PART_S
from ser_core.language import N_, _, bound
from ser_core.recognition.affect import affect_of
from ser_core.recognition.analyse import analyse
from ser_core.recognition.recogniser import Recogniser
from ser_core.recognition.stretch import Stretch, hear_stretch, recall_stretch
from ser_core.records import Clip, Report
from ser_core.text import answer
from ser_core.text import notices as told
from ser_core.text.cells import as_text
from ui.conversations.given import STAGE, Recording
from ui.conversations.hearing import stage
from ui.conversations.job import Tell
from ui.conversations.progress import result_of
from ui.server import watch
from ui.shared import loaders
from ui.shared.errors import told_kindly
from ui.shared.text import literal
from ui.stage.player.player import Ribbon, Scene, show, wished
from ui.stage.player.staged import Staged

_COLUMNS = (N_("File"), N_("Answer"), N_("Confidence"), N_("Valence"), N_("Arousal"), N_("Seconds"), N_("Remark"))


@dataclass(frozen=True, eq=False)
class Row:
    """What was found of one recording.

    Attributes:
        recording: which.
        report: what it sounds like; None where nobody speaks or it cannot be used.
        duration_s: its length; None where it cannot be used.
        error: why it cannot be used; "" where it can.
    """

    recording: Recording
    report: Report | None
    duration_s: float | None
    error: str = ""

    @property
    def answer(self) -> str:
        """What is claimed, in a word or two."""
        if self.error:
            return _("not read")
        return answer.name(self.report.prediction.claim if self.report else NO_SPEECH)

    def cells(self) -> tuple[str | float | None, ...]:
        """The values of `_COLUMNS`."""
        remarks = [self.error] if self.error else []
        if self.report is None:
            return (self.recording.name, self.answer, None, None, None, self.duration_s, " ".join(remarks))
        heard = self.report.prediction
        affect = affect_of(heard.scores)
        remarks += [told.sentence(notice) for notice in self.report.notices]
        return (
            self.recording.name,
            self.answer,
            round(100 * heard.confidence, 1),
            round(affect.valence, 3),
            round(affect.arousal, 3),
            self.duration_s and round(self.duration_s, 2),
            " ".join(remarks),
        )


def show_table(recordings: Sequence[Recording]) -> None:
    """Draw the table of all recordings, or the progress towards it."""
    recogniser = loaders.chosen_recogniser()
    key = (tuple(each.number for each in recordings), recogniser.name)
    # Why a recording cannot be used is put into words there, in another thread.
    rows = result_of(key, bound(partial(heard, recordings, recogniser)))
    if rows is None:
        return
    shown = _filtered(rows)
    st.caption(
        _(
            "{shown} of {count} recordings. Select a row to play it; a click on a heading sorts.",
            shown=len(shown),
            count=len(rows),
        )
    )
    picked = _table(shown)
    st.download_button(
        _("Table as CSV"),
        lambda: as_csv(shown),
        file_name="recordings-emotion.csv",
        mime="text/csv",
        on_click="ignore",
        icon=":material/download:",
        key="conversations_csv",
    )
    if picked is not None:
        _play(picked)


def heard(recordings: Sequence[Recording], recogniser: Recogniser, tell: Tell) -> tuple[Row, ...]:
    """What is found of each recording; one that cannot be used is a row with its error."""
    rows = []
    for number, recording in enumerate(recordings):

        def share(of_this: float, number: int = number) -> None:
            tell((number + of_this) / len(recordings))

        share(0.0)
        rows.append(_row(recording, recogniser, share))
    return tuple(rows)


def _row(recording: Recording, recogniser: Recogniser, tell: Tell) -> Row:
    try:
        with watch.analysis("conversations", recording.data) as watched:
            report = analyse(
                recording.data, name=recording.name, recogniser=recogniser, timeline=True, on_progress=tell
            )
            watched.duration_s = report.duration_s
            return Row(recording, report, report.duration_s)
    except NoSpeechError as error:
        return Row(recording, None, error.duration_s)
    except SerError as error:
        return Row(recording, None, None, str(error))


def as_csv(rows: Sequence[Row]) -> str:
    """The table as CSV, with the probability of each emotion that the model knows."""
    labels = next((list(row.report.prediction.scores) for row in rows if row.report), [])
    table = io.StringIO()
    out = csv.writer(table)
    head = ("file", "answer", "confidence_percent", "valence", "arousal", "duration_s", "remark")
    out.writerow([*head, *(label.value for label in labels)])
    for row in rows:
        scores = row.report.prediction.scores if row.report else {}
        cells = [as_text(value) if isinstance(value, str) else value for value in row.cells()]
        out.writerow([*cells, *(round(scores[label], 4) if scores else "" for label in labels)])
    return table.getvalue()


def _filtered(rows: Sequence[Row]) -> list[Row]:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        name = st.text_input(_("Name contains"), key="conversations_filter_name")
        answers = sorted({row.answer for row in rows})
        wanted = st.multiselect(_("Answer"), answers, placeholder=_("Any"), key="conversations_filter_answer")
    return [
        row for row in rows if name.casefold() in row.recording.name.casefold() and (not wanted or row.answer in wanted)
    ]


def _table(rows: Sequence[Row]) -> Row | None:
    """Draw the rows; the one that is selected."""
    columns = {_(name): [row.cells()[i] for row in rows] for i, name in enumerate(_COLUMNS)}
    # Another table where it is filtered otherwise: a selection is a place in it.
    key = f"conversations_table_{hash(tuple(row.recording.number for row in rows))}"
    chosen = st.dataframe(
        columns,
        hide_index=True,
        width="stretch",
        on_select="rerun",
        selection_mode="single-row",
        column_config={
            _("Confidence"): st.column_config.ProgressColumn(format="%.0f%%", min_value=0, max_value=100),
            _("Valence"): st.column_config.NumberColumn(format="%.2f", help=_("How pleasant it sounds, from −1 to 1.")),
            _("Arousal"): st.column_config.NumberColumn(
                format="%.2f", help=_("How activated it sounds, from −1 to 1.")
            ),
            _("Seconds"): st.column_config.NumberColumn(format="%.1f"),
        },
        key=key,
    )
    places = chosen["selection"]["rows"]
    return rows[places[0]] if places and places[0] < len(rows) else None


def _hear(row: Row, cut: Callable[[float, float], Clip], start_s: float, end_s: float) -> Stretch:
    if end_s - start_s > PART_S:
        return recall_stretch(row.report.timeline if row.report else (), start_s, end_s)
    return hear_stretch(cut(start_s, end_s), start_s, loaders.chosen_recogniser().predict)


@st.fragment
def _play(row: Row) -> None:
    """Draw the stage of a recording."""
    recording, report = row.recording, row.report
    with told_kindly():
        if row.duration_s is None:
            st.caption(literal(row.error))
            return
        key = f"stage_{recording.number}"
        wish = wished(key)

        def cut(start_s: float, end_s: float) -> Clip:
            return audio.read_between(recording.data, start_s, end_s)

        held: tuple[str, Staged] | None = st.session_state.get(STAGE)
        if held is None or held[0] != recording.number:
            with st.spinner(_("Drawing …")):
                held = (recording.number, stage(recording, row.duration_s, lambda share: None))
            st.session_state[STAGE] = held
        staged = held[1]
        show(
            key,
            Scene(
                name=recording.name,
                answer=answer.in_short(report.prediction.claim) if report else "",
                duration_s=staged.duration_s,
                sound=staged.sound,
                layers=staged.layers(wish.part_s, cut),
                ribbons=[Ribbon(report.timeline)] if report else (),
                answered=staged.answer(wish.stretch, partial(_hear, row, cut), loaders.chosen_recogniser().name),
            ),
        )
