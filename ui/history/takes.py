"""The saved takes of a profile: the list, the details of each take, export and deletion."""

import math
from collections.abc import Callable, Mapping
from datetime import datetime

import streamlit as st

from ser_core.errors import SerError
from ser_core.figures import describe, emotion_bars, picture_config
from ser_core.history import SavedTake, TakeDetails
from ser_core.language import _, date_and_time, ngettext
from ser_core.prosody import MEASURES
from ser_core.text.answer import announcement, in_short
from ser_core.text.numbers import amount
from ser_core.text.outcome import Outcome, outcome_in_short, outcome_sentence
from ui.shared import frame, profile
from ui.shared.text import download_name, duration, literal, name_of

PAGE_SIZE = 10
_MESSAGE = "history_message"
_ICONS = {Outcome.CAME_ACROSS: ":material/check_circle:", Outcome.PARTLY: ":material/incomplete_circle:"}


def show(profile_id: int) -> None:
    """Draw the list, a page at a time, newest first."""
    history = profile.history()
    count = history.count(profile_id)
    st.subheader(f"{_takes(count)}", anchor=False)
    pages = math.ceil(count / PAGE_SIZE)
    page = 1
    if pages > 1:
        page = st.pagination(pages, key=f"history_page_{pages}")
    for take in history.takes(profile_id, limit=PAGE_SIZE, offset=(page - 1) * PAGE_SIZE):
        _entry(profile_id, take)


def everything(profile_id: int) -> None:
    """Draw the buttons that download and delete everything."""
    count = profile.history().count(profile_id)
    what = _takes(count) if count else _("the rest of your profile")
    if profile.history().has_enrolment(profile_id):
        what = _("{takes} and your neutral voice", takes=what) if count else _("your neutral voice")
    with st.container(horizontal=True):
        st.download_button(
            _("Download everything"),
            lambda: b"".join(profile.history().export(profile_id)),
            file_name=f"speech-emotion-history-{datetime.now(profile.zone()):%Y-%m-%d}.zip",
            mime="application/zip",
            on_click="ignore",
            icon=":material/download:",
            help=_(
                "A ZIP file with every take as JSON, the recordings you kept, and your neutral voice if you keep it."
            ),
            key="history_export",
        )
        with st.popover(_("Delete everything"), icon=":material/delete_forever:", key="history_delete_all"):
            st.markdown(
                _(
                    "This deletes **{what}**, including all audio, and this profile. It cannot be undone, "
                    "and nothing remains on the server.",
                    what=what,
                )
            )
            st.button(
                _("Delete everything for good"),
                type="primary",
                key="history_delete_all_confirmed",
                on_click=_delete,
                args=(lambda: profile.delete(profile_id), _("Everything has been deleted.")),
            )


def nothing_yet() -> None:
    """Draw how to begin when nothing is saved yet."""
    with st.container(border=True, key="history_empty"):
        st.markdown(_("**Nothing saved yet.**"))
        st.markdown(
            _(
                "Analyse a recording or practise an emotion, and press **Save this result** below the results you "
                "want to keep. They appear here: what you aimed for, what the model heard, the audio if you keep it, "
                "and how your practice develops over days."
            )
        )
        with st.container(horizontal=True):
            for line in frame.NAVIGATION:
                if line.exists and line.saves:
                    st.page_link(line.file, label=_(line.label), icon=line.icon)


def how_it_is_kept() -> None:
    """Draw how saved takes are kept."""
    with st.expander(_("How your takes are kept")):
        if profile.signed_in():
            st.markdown(
                _(
                    "They belong to the account you are signed in with, and you can see them in every browser. Takes "
                    "saved before you signed in stay with that browser: sign out to see them."
                )
            )
        else:
            st.markdown(
                _(
                    "This browser holds a random secret in a cookie, and only with that secret can anybody see these "
                    "takes. The server keeps only a hash of it, and no names. If you clear the cookies, or use "
                    "another browser or a private window, you cannot reach the takes: download them first. Takes "
                    "that nobody has opened on 400 days of use are deleted."
                )
            )
        st.markdown(
            _(
                "Deletion is immediate: report and audio are removed from the database and from its files. Practice "
                "results belong to you alone: no employer or school may ask for them."
            )
        )


def tell_what_happened() -> None:
    """Draw the result of the last deletion, until the person does something else."""
    outcome = st.session_state.get(_MESSAGE)
    if not profile.is_settling():
        st.session_state.pop(_MESSAGE, None)
    if outcome is not None:
        worked, message = outcome
        if worked:
            st.success(message, icon=":material/check:")
        else:
            st.error(literal(message), icon=":material/error:")


def _entry(profile_id: int, take: SavedTake) -> None:
    when = take.saved_at.astimezone(profile.zone())
    with st.expander(
        f"**{date_and_time(when)}** · {_in_short(take)}{' :material/volume_up:' if take.has_audio else ''}",
        icon=_icon(take),
        on_change="rerun",
        key=f"history_take_{take.id}",
    ) as entry:
        if not entry.open:
            return
        details = profile.history().details(profile_id, take.id)
        if details is None:
            st.caption(_("This take has been deleted in another window."))
            return
        _details(profile_id, details)
        with st.popover(_("Delete"), icon=":material/delete:", key=f"history_delete_{take.id}"):
            question = (
                _("Delete this take and its audio for good?") if take.has_audio else _("Delete this take for good?")
            )
            st.markdown(question)
            st.button(
                _("Delete for good"),
                type="primary",
                key=f"history_delete_confirmed_{take.id}",
                on_click=_delete,
                args=(
                    lambda: profile.history().delete_take(profile_id, take.id),
                    _("The take of {when} has been deleted.", when=f"{when:%-d %b, %H:%M}"),
                ),
            )


def _details(profile_id: int, details: TakeDetails) -> None:
    take = details.take
    st.caption(
        _(
            "{file} · {length} · model {model}",
            file=literal(take.file),
            length=duration(take.duration_s),
            model=literal(take.model),
        )
    )
    if take.has_audio:
        flac = profile.history().audio(profile_id, take.id)
        if flac is not None:
            st.audio(flac, format="audio/flac", alt=_("The saved recording"))
    if take.target is None:
        st.markdown(announcement(take.claim))
    else:
        st.markdown(outcome_sentence(take.claim, take.target, take.target_probability))
    if details.advice:
        told = (
            literal(_("{sentence} (at {time:.1f} s)", sentence=each.sentence, time=each.start_s))
            for each in details.advice
        )
        st.markdown("\n".join(f"- {text}" for text in told))
    answer, values = st.columns([3, 2], gap="medium") if details.values else (st.container(), None)
    with answer:
        figure = emotion_bars(details.prediction)
        st.plotly_chart(
            figure,
            config=picture_config("emotions", download_name(take.file, "saved")),
            alt=describe(figure),
            key=f"history_bars_{take.id}",
        )
    if values is not None:
        with values:
            _values(details.values)


def _values(values: Mapping[str, float]) -> None:
    rows = [
        f"| {_(info.label)} | {amount(values[name], info.unit, info.decimals)} |"
        for name, info in MEASURES.items()
        if name in values
    ]
    st.markdown("\n".join([_("| Delivery | |"), "|---|---|", *rows]))


def _in_short(take: SavedTake) -> str:
    if take.target is None:
        return _("heard: {emotion}", emotion=in_short(take.claim))
    return _(
        "aimed for {target} · {claim}", target=name_of(take.target), claim=outcome_in_short(take.claim, take.target)
    )


def _icon(take: SavedTake) -> str:
    if take.outcome is None:
        return ":material/graphic_eq:"
    return _ICONS.get(take.outcome, ":material/radio_button_unchecked:")


def _takes(count: int) -> str:
    return ngettext("{count} saved take", "{count} saved takes", count)


def _delete(delete: Callable[[], None], done: str) -> None:
    # Runs before the page is drawn again, which then shows the result.
    try:
        delete()
    except SerError as error:
        st.session_state[_MESSAGE] = (False, str(error))
    else:
        st.session_state[_MESSAGE] = (True, done)
