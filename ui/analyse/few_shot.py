"""Few-shot adaptation: label a few recordings with their emotion, and the predictions adapt to that speaker."""

from collections import Counter
from collections.abc import Callable

import streamlit as st

from ser_core.adaptation.few_shot import adapt, adapted
from ser_core.adaptation.voices import KnownVoice
from ser_core.errors import SerError
from ser_core.labels import named
from ser_core.language import _
from ser_core.models.card import ClassicCard
from ser_core.recognition.recogniser import Recogniser
from ser_core.records import Prediction, Report
from ser_core.text.answer import in_short
from ui.analyse import voices
from ui.analyse.sources import Recording
from ui.analyse.voices import Known
from ui.shared import profile
from ui.shared.errors import tell
from ui.shared.illustrations import data_url, illustration, in_label
from ui.shared.loaders import chosen_recogniser
from ui.shared.text import gain_of_few_shot, literal, name_of

_PROBLEM = "few_shot_problem"
_KEEP = "few_shot_keep_wanted"
_KEEPS = "few_shot_keeps"


def as_adapted(recording: Recording, report: Report, known: Known) -> Report:
    """The report, adapted to the voice that the person said it is of, if recordings of that voice were labelled.

    The label of this very recording is left out, or the answer would only repeat the person.
    """
    voice = known.voices.get(voices.whose(recording.digest) or "")
    adaptation = voice and voice.adaptation(report.prediction.model, recording.digest)
    return adapted(report, adaptation, chosen_recogniser().card) if adaptation else report


def badge(recording: Recording, report: Report, known: Known) -> None:
    """Draw whether the answer is adapted to a voice, and the choice of that voice; nothing if there is none.

    `report` is the model's own.
    """
    model, digest = report.prediction.model, recording.digest
    offered = [
        name for name, voice in known.voices.items() if any(each.digest != digest for each in voice.of_model(model))
    ]
    if not offered:
        return
    said = voices.whose(digest)
    box = f"voice_of_{digest[:16]}"
    st.session_state[box] = said if said in offered else None
    with st.container(border=True, key="adapted", horizontal=True, vertical_alignment="center"):
        state = (
            _("Adapted to a voice: **on**, {name}", name=literal(str(said)))
            if said in offered
            else _("Adapted to a voice: **off**")
        )
        st.markdown(f":material/record_voice_over: {state}", width="content")
        st.pills(
            _("Whose voice is this?"),
            offered,
            format_func=literal,
            key=box,
            on_change=_say_whose,
            args=(digest, box),
            help=_(
                "No answer is adapted before you say whose voice a recording is. Tap the name again to see the model's "
                "own answer."
            ),
        )


def offer(recording: Recording, report: Report, known: Known) -> None:
    """Draw the section in which the person labels the recording; `report` is the model's own.

    Nothing for a classic model, for which adaptation has not been measured.
    """
    recogniser = chosen_recogniser()
    if isinstance(recogniser.card, ClassicCard):
        return
    section = st.expander(_("Wrong about this voice? Adapt to it"), on_change="rerun", key="few_shot")
    if not section.open:
        return
    with section:
        problem: SerError | None = st.session_state.pop(_PROBLEM, None)
        if problem is not None:
            tell(problem)
        st.markdown(
            _(
                "The model has never heard this voice. Label a few recordings with their emotion, and "
                "its predictions adapt to **this speaker**. One recording of each emotion helps most."
            )
            + f" {gain_of_few_shot(recogniser.card)}"
        )
        voice = known.labelled(recording.digest, recogniser.name)
        if voice is not None:
            _say_labelled(recording, report, voice)
        else:
            _ask(recording, report, recogniser, known)
            voice = known.voices.get(voices.whose(recording.digest) or "")
        if voice is not None:
            _say_so_far(voice, recogniser, is_kept=voice.name in known.kept)


def _ask(recording: Recording, report: Report, recogniser: Recogniser, known: Known) -> None:
    names = list(known.voices)
    said, new = voices.whose(recording.digest), known.free_name()
    whose_box, box = f"few_shot_whose_{recording.digest[:16]}", f"few_shot_{recording.digest}"
    chosen = st.selectbox(
        _("Whose voice is it?"),
        [*names, new],
        # With voices to choose from none is chosen beforehand: a label would go to the wrong one.
        index=names.index(said) if said in names else None if names else 0,
        placeholder=_("Choose a voice, or type a new name"),
        accept_new_options=True,
        key=whose_box,
    )
    if not voices.clean_name(chosen):
        st.caption(_("Say first whose voice it is: each voice is adapted to by itself."))
        return
    st.pills(
        _("Which emotion was intended?"),
        recogniser.labels,
        # A picture in a label is as high as its letters.
        format_func=lambda emotion: f"{in_label(data_url(illustration(emotion)))} {name_of(emotion)}",
        key=box,
        on_change=_label,
        args=(recording.digest, report.prediction, box, voices.clean_name(chosen)),
    )


def _say_labelled(recording: Recording, report: Report, voice: KnownVoice) -> None:
    model = report.prediction.model
    meant = next(each.meant for each in voice.of_model(model) if each.digest == recording.digest)
    before = report.prediction.claim
    after = adapted(report, adapt([(report.prediction, meant)]), chosen_recogniser().card).prediction.claim
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(
            _(
                "You labelled this recording **{emotion}**. Its own answer leaves the label out, so that it does not "
                "just repeat you. With the label alone it would change from {before} to {after}. Other recordings of "
                "{name} use it.",
                emotion=named(meant),
                before=in_short(before),
                after=in_short(after, bold=True),
                name=literal(voice.name),
            )
        )
        st.button(
            _("Undo"), type="tertiary", on_click=_unlabel, args=(recording.digest, model, voice), key="few_shot_undo"
        )


def _say_so_far(voice: KnownVoice, recogniser: Recogniser, *, is_kept: bool) -> None:
    counted = Counter(each.meant for each in voice.of_model(recogniser.name))
    listed = ", ".join(
        f"{named(e)} ({counted[e]})" if counted[e] > 1 else named(e) for e in recogniser.labels if e in counted
    )
    missing = ", ".join(named(e) for e in recogniser.labels if e not in counted)
    st.markdown(f"**{literal(voice.name)}** · " + _("**Labelled so far:** {emotions}.", emotions=listed or "–"))
    if missing:
        st.markdown(_("**Not yet:** {emotions}.", emotions=missing))
    wanted = st.session_state.get(_KEEP, ("", 0))[0] == voice.name
    if wanted and not is_kept:
        _keep(voice)
    with st.container(horizontal=True, vertical_alignment="center"):
        if is_kept:
            st.markdown(f":material/bookmark_added: {_('Kept with your profile.')}", width="content")
        elif not wanted:
            st.button(
                _("Keep this voice for next time"),
                icon=":material/bookmark_add:",
                on_click=_want_to_keep,
                args=(voice.name,),
                help=_(
                    "Keeps the labels, the model's scores and a fingerprint of each recording with your profile on the "
                    "server, but no sound. Otherwise they are gone when you close this page."
                ),
                key="few_shot_keep",
            )
        with st.popover(_("Rename"), type="tertiary", key="few_shot_rename"):
            box = f"few_shot_name_{voice.name}"
            st.text_input(
                _("Name of this voice"),
                value=voice.name,
                max_chars=voices.MAX_NAME_CHARS,
                key=box,
                on_change=_rename,
                args=(voice.name, box),
            )
        st.button(_("Forget this voice"), on_click=_forget, args=(voice.name,), type="tertiary", key="few_shot_forget")
    st.caption(_("It is not used for any recording until you say that it is this voice."))


def _keep(voice: KnownVoice) -> None:
    try:
        number = profile.open_for_saving(f"few_shot_keep_{st.session_state[_KEEP][1]}")
        if number is None:
            st.caption(_("Saving …"))
            return
        voices.keep(number, voice)
    except SerError as error:
        tell(error)
        del st.session_state[_KEEP]
    else:
        del st.session_state[_KEEP]
        st.rerun()


def _want_to_keep(name: str) -> None:
    # Each wish has a number, so that the browser is asked again each time.
    st.session_state[_KEEPS] = st.session_state.get(_KEEPS, 0) + 1
    st.session_state[_KEEP] = (name, st.session_state[_KEEPS])


def _say_whose(digest: str, box: str) -> None:
    voices.say_whose(digest, st.session_state[box])


def _label(digest: str, prediction: Prediction, box: str, name: str) -> None:
    voice = voices.known().voices.get(name, KnownVoice(name))
    meant = st.session_state[box]
    if _tried(lambda: voices.put(voice.with_label(digest, prediction, meant))):
        voices.say_whose(digest, name)


def _unlabel(digest: str, model: str, voice: KnownVoice) -> None:
    left = voice.without_label(digest, model)
    # A voice without recordings is none.
    _tried((lambda: voices.put(left)) if left.labelled else (lambda: voices.forget(voice.name)))


def _rename(old: str, box: str) -> None:
    new = voices.clean_name(st.session_state[box])
    if new and new != old:
        _tried(lambda: voices.rename(old, new))


def _forget(name: str) -> None:
    _tried(lambda: voices.forget(name))


def _tried(do: Callable[[], None]) -> bool:
    """Whether it worked; what is wrong is told when the section is drawn."""
    try:
        do()
    except SerError as error:
        st.session_state[_PROBLEM] = error
        return False
    return True
