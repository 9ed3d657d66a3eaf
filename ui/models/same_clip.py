"""The same clip, asked of every model that is installed."""

import streamlit as st

from ser_core.errors import ModelError, NoSpeechError
from ser_core.figures import scores_by_name
from ser_core.language import _
from ser_core.recognition.analyse import analyse
from ser_core.records import Prediction
from ser_core.text.answer import in_short
from ui.models.choice import installed
from ui.server.turns import turns_for
from ui.shared import loaders, memory, waiting
from ui.shared.charts import chart
from ui.shared.errors import tell
from ui.shared.text import literal
from ui.stage.trial import Trial, choose_clip

_ASKED = "same_clip_asked"


def show() -> None:
    """Draw the choice of a clip and what each model says of it; nothing unless several models are installed."""
    names = installed()
    if len(names) < 2:
        return
    fold = st.expander(_("The same clip, all models"), icon=":material/compare:", on_change="rerun", key="same_clip")
    if fold.open:
        with fold:
            _ask(names)


def _ask(names: list[str]) -> None:
    trial = choose_clip("same_clip")
    st.button(_("Ask all models"), icon=":material/play_arrow:", key="same_clip_ask", on_click=_want, args=(trial,))
    if st.session_state.get(_ASKED) != trial.digest:
        return
    try:
        answers = memory.once(("same_clip", trial.digest, tuple(names)), lambda: _answers(trial, names))
    except NoSpeechError as error:
        tell(error)
        return
    for each in answers.values():
        if isinstance(each, ModelError):
            tell(each)
    heard = {name: each for name, each in answers.items() if isinstance(each, Prediction)}
    if not heard:
        return
    st.markdown("\n".join(f"- **{literal(name)}**: {in_short(each.claim)}" for name, each in heard.items()))
    title = _("{file}: what each model says", file=trial.name)
    chart(scores_by_name(heard), "all-models", trial.name, title=title, key="same_clip_scores")
    st.caption(_("One clip says little of how good a model is: for that, see the figures below."))


def _answers(trial: Trial, names: list[str]) -> dict[str, Prediction | ModelError]:
    """What each model says, or why it cannot be used."""
    answers: dict[str, Prediction | ModelError] = {}
    with st.spinner(_("Asking …")), waiting.for_turn(turns_for(trial.clip.duration_s)):
        for name in names:
            try:
                recogniser = loaders.recogniser_for_once(name)
                answers[name] = analyse(trial.clip, name=trial.name, recogniser=recogniser).prediction
            except ModelError as error:
                answers[name] = error.anew()  # the traceback of this one holds on to the sound
    return answers


def _want(trial: Trial) -> None:
    st.session_state[_ASKED] = trial.digest
