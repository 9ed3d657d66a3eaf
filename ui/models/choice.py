"""Which trained model answers this visitor, and its card."""

import streamlit as st

from ser_core.config import load_settings
from ser_core.errors import ModelError
from ser_core.models.card import can_answer, list_models, load_card
from ui.shared import loaders
from ui.shared.errors import tell
from ui.shared.text import literal


def show() -> None:
    """Let one of the trained models be chosen for the Analyse page, and show every model's card."""
    settings = load_settings()
    cards = {name: load_card(name, settings.models_dir) for name in list_models(settings.models_dir)}
    served = [name for name, card in cards.items() if can_answer(card)]
    if not served:
        st.info("No model that can answer is here. `ser train crnn` makes one.", icon=":material/info:")
        return
    current = loaders.chosen_recogniser().name
    name = st.radio(
        "On the Analyse page, for as long as this page is open in your browser, the answer comes from",
        served,
        index=served.index(current) if current in served else 0,
        captions=[cards[name].summary for name in served],
        key="model_that_answers",
    )
    try:
        loaders.choose(name)
    except ModelError as error:
        tell(error)
    for shown, card in cards.items():
        with st.expander(f"Card of {literal(shown)}"):
            if not can_answer(card):
                st.caption("It was trained before classic networks could answer on the pages. Train it anew for that.")
            # A card's page is ours: written by the training, out of numbers and names of corpora.
            st.markdown((settings.models_dir / shown / "README.md").read_text("utf-8"))
