"""The choice of the trained model for this visitor, and the models' cards."""

from pathlib import Path

import streamlit as st

from ser_core.config import load_settings
from ser_core.errors import ModelError
from ser_core.language import _
from ser_core.models.card import PAGE_FILE, AnyCard, can_answer, list_models, load_card, read_verified
from ui.shared import loaders
from ui.shared.errors import tell
from ui.shared.text import literal


def show() -> None:
    """Draw the choice of the model for the Analyse page, and every model's card."""
    settings = load_settings()
    cards = _readable_cards(settings.models_dir)
    served = [name for name, card in cards.items() if can_answer(card)]
    if not served:
        st.info(_("There is no model to use here. `ser train crnn` makes one."), icon=":material/info:")
        return
    current = loaders.chosen_recogniser().name
    name = st.radio(
        _("Model for the Analyse page, for as long as this page is open in your browser"),
        served,
        index=served.index(current) if current in served else 0,
        captions=[_(cards[name].summary) for name in served],
        key="model_that_answers",
    )
    try:
        loaders.choose(name)
    except ModelError as error:
        tell(error)
    for shown, card in cards.items():
        with st.expander(_("Card of {shown}", shown=literal(shown))):
            if not can_answer(card):
                st.caption(
                    _("This model was trained with an older version, and the pages cannot use it. Train it again.")
                )
            # The page of a card is our own: training writes it from numbers and names of corpora, and the card holds
            # its digest.
            try:
                st.markdown(read_verified(card, settings.models_dir / shown, PAGE_FILE).decode())
            except ModelError as error:
                tell(error)


def _readable_cards(models_dir: Path) -> dict[str, AnyCard]:
    """The cards by name; what is wrong with one is told, and the others can be used."""
    cards = {}
    for name in list_models(models_dir):
        try:
            cards[name] = load_card(name, models_dir)
        except ModelError as error:
            tell(error)
    return cards
