"""The choice of the trained model for this visitor, how to train another, and the models' cards."""

from pathlib import Path

import streamlit as st

from ser_core.config import load_settings
from ser_core.errors import ModelError
from ser_core.language import _
from ser_core.models.card import PAGE_FILE, AnyCard, can_answer, list_models, load_card, read_verified
from ser_core.recipes import recipes
from ui.shared import loaders
from ui.shared.errors import tell
from ui.shared.text import literal


def show() -> None:
    """Draw the choice of the model for the Analyse page among those that are here, and how another gets here."""
    cards = _readable_cards(load_settings().models_dir, told=True)
    served = [name for name, card in cards.items() if can_answer(card)]
    if not served:
        st.info(_("There is no model to use here. `ser train crnn` makes one."), icon=":material/info:")
    else:
        _choose(served, cards)
    _how_to_train(served)


def show_cards() -> None:
    """Draw every model's card, folded."""
    models_dir = load_settings().models_dir
    for shown, card in _readable_cards(models_dir, told=False).items():
        with st.expander(_("Card of {model}", model=literal(shown))):
            if not can_answer(card):
                st.caption(
                    _("This model was trained with an older version, and the pages cannot use it. Train it again.")
                )
            # The page of a card is our own: training writes it from numbers and names of corpora, and the card holds
            # its digest.
            try:
                st.markdown(read_verified(card, models_dir / shown, PAGE_FILE).decode())
            except ModelError as error:
                tell(error)


def installed() -> list[str]:
    """The names of the models that can answer."""
    cards = _readable_cards(load_settings().models_dir, told=False)
    return [name for name, card in cards.items() if can_answer(card)]


def _choose(served: list[str], cards: dict[str, AnyCard]) -> None:
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


def _how_to_train(served: list[str]) -> None:
    missing = [recipe.name for recipe in recipes() if recipe.name not in served]
    with st.expander(_("Train another, and it appears here"), icon=":material/model_training:"):
        st.markdown(
            _(
                "The choice above offers what is trained and lies in the folder of models. Recordings in a folder for "
                "each emotion, and in it a folder for each speaker, are enough to train a model; when this command is "
                "done, reload this page, and the model is offered under the name of its folder."
            )
        )
        st.markdown(_("In a terminal: `ser train svm --corpus folder=recordings --out models/mine`"))
        if missing:
            names = ", ".join(f"`{name}`" for name in missing)
            st.markdown(
                _(
                    "Recipes of which no model is here yet: {names}. The figures below say how well each does.",
                    names=names,
                )
            )
        st.caption(
            _("Training runs in a terminal, needs the packages of requirements-train.txt, and takes minutes to hours.")
        )


def _readable_cards(models_dir: Path, *, told: bool) -> dict[str, AnyCard]:
    """The cards by name; the others can be used if something is wrong with one, and whether that is `told`."""
    cards = {}
    for name in list_models(models_dir):
        try:
            cards[name] = load_card(name, models_dir)
        except ModelError as error:
            if told:
                tell(error)
    return cards
