"""What all sessions share: the model, but never a voice or anything computed from one."""

import gc
from pathlib import Path

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from ser_core.config import load_settings
from ser_core.language import _
from ser_core.machine import keep_arrays_on_one_core
from ser_core.recognition.recogniser import Recogniser, load_recogniser

_CHOICE = "chosen_model"
_AWAKE = "model_awake"


def recogniser() -> Recogniser:
    """The configured model, loaded once. Raises ModelError when it cannot be used."""
    return _load(load_settings().model, load_settings().models_dir)


def chosen_recogniser() -> Recogniser:
    """The model that this visitor chose, or the configured one. Raises ModelError when it cannot be used."""
    settings = load_settings()
    return _load(st.session_state.get(_CHOICE, settings.model), settings.models_dir)


def named_recogniser(name: str | None) -> Recogniser:
    """The model called `name`, or the configured one, for who is no visitor of a page. Raises ModelError."""
    settings = load_settings()
    return _load(name or settings.model, settings.models_dir)


def recogniser_for_once(name: str) -> Recogniser:
    """The model called `name`; one that visitors do not use is loaded and not held on to. Raises ModelError."""
    settings = load_settings()
    in_use = {settings.model, st.session_state.get(_CHOICE, settings.model)}
    return _load(name, settings.models_dir) if name in in_use else load_recogniser(name)


def choose(name: str) -> None:
    """Uses the model called `name` for this visitor from now on. Raises ModelError, without changing the choice, when
    it cannot be used.
    """
    _load(name, load_settings().models_dir)
    st.session_state[_CHOICE] = name


def _load(name: str, models_dir: Path) -> Recogniser:
    awake = (name, models_dir)
    if get_script_run_ctx(suppress_warning=True) is None or st.session_state.get(_AWAKE) == awake:
        return _loaded(name, models_dir)
    # Not the cache's own, which would say it in one language to everybody.
    with st.spinner(_("Waking the model …")):
        loaded = _loaded(name, models_dir)
    st.session_state[_AWAKE] = awake
    return loaded


# The folder is part of the key, so that the model changes with the settings, as in tests.
@st.cache_resource(show_spinner=False, max_entries=2)
def _loaded(name: str, models_dir: Path) -> Recogniser:
    loaded = load_recogniser(name)
    keep_arrays_on_one_core()
    # Streamlit collects garbage after every run of a page. Everything loaded by now stays for good, so freezing it
    # keeps the collector from scanning it each time.
    gc.collect()
    gc.freeze()
    return loaded
