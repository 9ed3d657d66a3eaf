"""The saved takes of a profile: the list, the details of each take, export and deletion."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial

import streamlit as st

from ser_core.errors import SerError
from ser_core.history import DeletedTake, Kind, SavedTake, TakeDetails, Wanted
from ser_core.labels import Emotion
from ser_core.language import N_, _, date_and_time, ngettext
from ser_core.prosody import MEASURES
from ser_core.reports.bars import bars_html
from ser_core.text.answer import announcement, in_short
from ser_core.text.numbers import amount
from ser_core.text.outcome import outcome_in_short, outcome_sentence
from ui.history.bars import bar_in_label, faces_in_label
from ui.shared import frame, memory, profile
from ui.shared.handover import hand_over
from ui.shared.text import duration, literal, name_of

PAGE_SIZE = 20
# A shorter list is seen at a glance.
_FILTER_FROM = 6
_DELETED = "history_deleted"
_KINDS: dict[Kind | None, str] = {
    None: N_("Everything"),
    "analysis": N_("Analyses"),
    "practice": N_("Practice"),
}
_MESSAGE = "history_message"
_OPEN = "history_open"


def show(profile_id: int) -> None:
    """Draw the list, a page at a time, newest first."""
    history = profile.history()
    count = history.count(profile_id)
    st.header(f"{_takes(count)}", anchor=False)
    wanted = _filter() if count >= _FILTER_FROM else Wanted()
    if wanted != Wanted():
        count = history.count(profile_id, wanted)
        st.caption(
            ngettext("{count} saved take found.", "{count} saved takes found.", count)
            if count
            else _("No saved take is like that.")
        )
    pages = math.ceil(count / PAGE_SIZE)
    page = 1
    if pages > 1:
        page = st.pagination(pages, key=f"history_page_{pages}")
    for take in history.takes(profile_id, wanted=wanted, limit=PAGE_SIZE, offset=(page - 1) * PAGE_SIZE):
        _entry(profile_id, take)


def _filter() -> Wanted:
    with st.container(horizontal=True, key="history_filter"):
        text = st.text_input(
            _("Find by name"), placeholder=_("Find by name"), icon=":material/search:", label_visibility="collapsed",
            key="history_text",
        )  # fmt: skip
        heard = st.selectbox(
            _("Heard as"),
            [None, *Emotion],
            format_func=lambda emotion: name_of(emotion) if emotion else _("Any emotion"),
            required=True,
            label_visibility="collapsed",
            key="history_heard",
        )
        kind = st.selectbox(
            _("What"),
            list(_KINDS),
            format_func=lambda kind: _(_KINDS[kind]),
            label_visibility="collapsed",
            required=True,
            key="history_kind",
        )
    return Wanted(text.strip(), heard, kind)


def voices(profile_id: int) -> None:
    """Draw the voices that the person keeps, each with a button that forgets it; nothing without any."""
    kept = profile.history().voices(profile_id)
    if not kept:
        return
    with st.expander(_("Voices you keep"), icon=":material/record_voice_over:", key="history_voices"):
        st.markdown(
            _("Predictions on the Analyse page can be adapted to these voices. Scores and labels are kept, no sound.")
        )
        for voice in kept:
            with st.container(horizontal=True, vertical_alignment="center"):
                recordings = ngettext("{count} labelled recording", "{count} labelled recordings", len(voice.labelled))
                st.markdown(f"**{literal(voice.name)}** · {recordings}", width="content")
                st.button(
                    _("Forget"),
                    type="tertiary",
                    key=f"history_forget_{voice.name}",
                    on_click=_delete,
                    args=(
                        partial(profile.history().forget_voice, profile_id, voice.name),
                        _("The voice of {name} has been forgotten.", name=voice.name),
                    ),
                )


def everything(profile_id: int) -> None:
    """Draw the buttons that download and delete everything."""
    count = profile.history().count(profile_id)
    held = [_takes(count)] if count else []
    if profile.history().has_enrolment(profile_id):
        held.append(_("your neutral voice"))
    if known := profile.history().count_voices(profile_id):
        held.append(ngettext("a voice you adapted to", "{count} voices you adapted to", known))
    what = ", ".join(held) or _("the rest of your profile")
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
                "Deletion is immediate: report and audio are removed from the database and from its files. What you "
                "deleted last can be put back until you leave this page, from the server's memory. Practice results "
                "belong to you alone: no employer or school may ask for them."
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
            st.success(literal(message), icon=":material/check:")
        else:
            st.error(literal(message), icon=":material/error:")
    deleted: _Deleted | None = memory.of_this_page().get(_DELETED)
    if deleted is not None:
        with st.container(border=True, horizontal=True, vertical_alignment="center", key="history_undo"):
            st.markdown(f":material/delete: {literal(deleted.said)}", width="content")
            st.button(_("Undo"), icon=":material/undo:", on_click=_undo, key="history_undo_button")


def _entry(profile_id: int, take: SavedTake) -> None:
    when = take.saved_at.astimezone(profile.zone())
    with st.expander(
        f"{faces_in_label(take.claim)} **{literal(take.name)}** · {_in_short(take)} {bar_in_label(take.claim)} · "
        f"{date_and_time(when)}{' :material/volume_up:' if take.has_audio else ''}",
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
        with st.container(horizontal=True, vertical_alignment="bottom"):
            name = f"history_name_{take.id}"
            st.text_input(
                _("Name"), value=take.name, max_chars=120, key=name, on_change=_rename, args=(profile_id, take.id, name)
            )
            if take.has_audio:
                st.button(
                    _("Open in Analyse"),
                    icon=":material/graphic_eq:",
                    key=f"history_open_{take.id}",
                    on_click=_want_to_open,
                    args=(take.id,),
                )
            st.button(
                _("Delete"),
                icon=":material/delete:",
                key=f"history_delete_{take.id}",
                on_click=_delete_take,
                args=(profile_id, take.id, _("“{name}” has been deleted.", name=take.name)),
            )
    if memory.of_this_page().pop(_OPEN, None) == take.id:
        flac = profile.history().audio(profile_id, take.id)
        if flac is not None:
            hand_over(take.name, flac)


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
        st.html(bars_html(details.prediction))
    if values is not None:
        with values:
            _values(details.values)


def _values(values: Mapping[str, float]) -> None:
    rows = [
        f"| {_(info.label)} | {amount(values[name], info.unit, info.decimals)} |"
        for name, info in MEASURES.items()
        if name in values
    ]
    st.markdown("\n".join([_("| Delivery | Value |"), "|---|---|", *rows]))


def _in_short(take: SavedTake) -> str:
    if take.target is None:
        return _("heard: {emotion}", emotion=in_short(take.claim))
    return _(
        "aimed for {target} · {claim}", target=name_of(take.target), claim=outcome_in_short(take.claim, take.target)
    )


def _takes(count: int) -> str:
    return ngettext("{count} saved take", "{count} saved takes", count)


@dataclass(frozen=True)
class _Deleted:
    """What was deleted last, and can be put back while its page is shown."""

    profile_id: int
    take: DeletedTake
    said: str


def _want_to_open(take_id: int) -> None:
    memory.of_this_page()[_OPEN] = take_id


def _rename(profile_id: int, take_id: int, box: str) -> None:
    try:
        profile.history().rename_take(profile_id, take_id, st.session_state[box])
    except SerError as error:
        st.session_state[_MESSAGE] = (False, str(error))


def _delete_take(profile_id: int, take_id: int, said: str) -> None:
    try:
        deleted = profile.history().delete_take(profile_id, take_id)
    except SerError as error:
        st.session_state[_MESSAGE] = (False, str(error))
    else:
        if deleted is not None:
            memory.of_this_page()[_DELETED] = _Deleted(profile_id, deleted, said)


def _undo() -> None:
    deleted: _Deleted | None = memory.of_this_page().get(_DELETED)
    if deleted is None:
        return
    try:
        profile.history().restore_take(deleted.profile_id, deleted.take)
    except SerError as error:
        st.session_state[_MESSAGE] = (False, str(error))
    else:
        del memory.of_this_page()[_DELETED]


def _delete(delete: Callable[[], None], done: str) -> None:
    # Runs before the page is drawn again, which then shows the result.
    try:
        delete()
    except SerError as error:
        st.session_state[_MESSAGE] = (False, str(error))
    else:
        st.session_state[_MESSAGE] = (True, done)
        memory.of_this_page().pop(_DELETED, None)
