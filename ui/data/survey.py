"""A corpus in numbers and pictures: the committed survey, or a folder on the visitor's own machine."""

import ipaddress
from pathlib import Path

import streamlit as st

from ser_core.audio import read_clip, to_wav
from ser_core.corpora import Utterance, corpora, get_corpus, load_corpus
from ser_core.corpora.survey import MEASURES, Survey, load_surveys
from ser_core.corpora.survey import survey as survey_corpus
from ser_core.figures import (
    clip_counts,
    speaker_counts,
    spectrogram,
    spread_by_emotion,
    survey,
    waveplot,
)
from ser_core.labels import named
from ser_core.language import N_, _
from ui.shared import memory
from ui.shared.charts import chart
from ui.shared.text import duration, literal, name_of

# Enough for quartiles, and a few seconds of work.
_MOST_PER_EMOTION = 25
# Pictures of longer clips would not fit on a screen.
_MOST_S = 60.0
_OWN_FOLDER = N_("a folder of my own")
_LISTENING = N_("Measuring …")


def show() -> None:
    """Draw the choice of a corpus, and its contents."""
    committed = load_surveys()
    choices = [*committed, *([_OWN_FOLDER] if at_this_machine() else [])]
    chosen = st.selectbox(_("Corpus"), choices, format_func=_title, key="survey_of")
    if chosen != _OWN_FOLDER:
        _describe(chosen)
        _draw(committed[chosen])
        return
    utterances = _own_folder()
    if utterances:
        _draw(_surveyed(utterances))
        _one_clip(utterances)


def at_this_machine() -> bool:
    """Whether the browser runs on the server's own machine: nobody else may name its folders."""
    forwarded = {"x-forwarded-for", "forwarded", "x-real-ip"} & {name.lower() for name in st.context.headers}
    address = st.context.ip_address
    return not forwarded and (address is None or ipaddress.ip_address(address).is_loopback)


def _title(name: str) -> str:
    return _(name) if name == _OWN_FOLDER else get_corpus(name).title


def _describe(name: str) -> None:
    known = get_corpus(name)
    st.caption(
        _(
            "{language}. Licence: {licence}. {citation}. The recordings are not part of this project; shown are counts "
            "and measures of a sample.",
            language=literal(_(known.language)),
            licence=literal(known.licence),
            citation=literal(known.citation),
        )
    )


def _own_folder() -> tuple[Utterance, ...]:
    left, right = st.columns([1, 2])
    kinds = [corpus.name for corpus in corpora()]
    kind = left.selectbox(_("Layout"), kinds, index=kinds.index("folder"), key="own_layout")
    folder = right.text_input(_("Folder on this machine"), placeholder="/path/to/recordings", key="own_folder")
    st.caption(_("Expected: {layout}", layout=literal(_(get_corpus(kind).layout))))
    return load_corpus(kind, Path(folder).expanduser()) if folder.strip() else ()


def _surveyed(utterances: tuple[Utterance, ...]) -> Survey:
    def compute() -> Survey:
        bar = st.progress(0.0, text=_(_LISTENING))

        def show_progress(done: int, total: int) -> None:
            bar.progress(done / total, text=_(_LISTENING))

        try:
            return survey_corpus(utterances, _MOST_PER_EMOTION, on_progress=show_progress)
        finally:
            bar.empty()

    return memory.once(("survey", utterances), compute)


def _draw(made: Survey) -> None:
    st.markdown(
        _(
            "**{n_clips:,} clips** by {speakers} speakers; {n_measured} clips were measured.",
            n_clips=made.n_clips,
            speakers=len(made.speakers),
            n_measured=made.n_measured,
        )
    )
    left, right = st.columns(2)
    for place, key, figure in (
        (left, "clips-by-emotion", clip_counts(made.clips)),
        (right, "clips-by-speaker", speaker_counts(made.speakers)),
    ):
        with place:
            chart(figure, key, made.corpus, title=_title(made.corpus), key=key)
    names = [name for name in MEASURES if made.measured.get(name)]
    if not names:
        return
    name = st.selectbox(_("Measure"), names, format_func=lambda name: _(MEASURES[name].title), key="survey_measure")
    measure = MEASURES[name]
    figure = spread_by_emotion(made.measured[name], _(measure.title), measure.unit)
    chart(figure, name, made.corpus, title=f"{_title(made.corpus)}: {_(measure.title)}", key="spread")
    st.caption(
        _(
            "{title}: {meaning}. A box contains the middle half of the clips; the line in it is the median.",
            title=_(measure.title),
            meaning=_(measure.meaning),
        )
    )


def _one_clip(utterances: tuple[Utterance, ...]) -> None:
    st.header(_("One clip"), anchor=False)
    place = st.selectbox(
        _("Clip"),
        range(len(utterances)),
        format_func=lambda i: f"{named(utterances[i].emotion)} · {utterances[i].speaker} · {utterances[i].path.name}",
        key="survey_clip",
    )
    chosen = utterances[place]
    clip = read_clip(chosen.path).between(0, _MOST_S)
    st.caption(
        _(
            "{emotion}, speaker {speaker}, {length}.",
            emotion=name_of(chosen.emotion),
            speaker=literal(chosen.speaker),
            length=duration(clip.duration_s),
        )
    )
    st.audio(to_wav(clip))
    view = survey(clip)
    for key, figure in (("waveplot", waveplot(view)), ("spectrogram", spectrogram(view, axis="mel"))):
        chart(figure, key, chosen.path.stem, title=chosen.path.name, key=f"clip_{key}")
