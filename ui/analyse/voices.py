"""The voices that predictions can be adapted to: of this session, or kept with the profile if the person asked for it.

Which of them a recording is of, the person says for each recording: nobody is taken for somebody else.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import streamlit as st

from ser_core.adaptation.voices import MAX_NAME_CHARS as MAX_NAME_CHARS
from ser_core.adaptation.voices import KnownVoice
from ser_core.errors import SerError
from ser_core.language import _
from ui.shared import profile

_SESSION = "voices"
_WHOSE = "voice_of_recording"


@dataclass(frozen=True)
class Known:
    """The voices that this visitor has named.

    Attributes:
        voices: by name.
        kept: the names of those that are kept with the profile.
    """

    voices: Mapping[str, KnownVoice]
    kept: frozenset[str] = frozenset()

    def labelled(self, digest: str, model: str) -> KnownVoice | None:
        """The voice for which a recording was labelled; None if it was not."""
        for voice in self.voices.values():
            if any(each.digest == digest for each in voice.of_model(model)):
                return voice
        return None

    def free_name(self) -> str:
        """A name for a new voice."""
        numbered = (_("Voice {number}", number=number) for number in range(1, len(self.voices) + 2))
        return next(name for name in numbered if name not in self.voices)


def known() -> Known:
    """What is known now: what another page or tab has kept or deleted counts at once."""
    try:
        number = profile.current()
        kept = () if number is None else profile.history().voices(number)
    except SerError:
        kept = ()  # analysing goes on without them; the History page says why
    by_name = {voice.name: voice for voice in kept}
    return Known({**st.session_state.get(_SESSION, {}), **by_name}, frozenset(by_name))


def whose(digest: str) -> str | None:
    """Whose voice the person said that a recording is; None before."""
    name: str | None = st.session_state.get(_WHOSE, {}).get(digest)
    return name


def say_whose(digest: str, name: str | None) -> None:
    """Note whose voice a recording is; None for nobody's."""
    # A new dictionary each time, so that a run that is still drawing the previous one is not disturbed.
    others = {d: n for d, n in st.session_state.get(_WHOSE, {}).items() if d != digest}
    st.session_state[_WHOSE] = others if name is None else others | {digest: name}


def clean_name(name: object) -> str:
    """A name on one line, and not too long a one."""
    return " ".join(str(name or "").split())[:MAX_NAME_CHARS].strip()


def put(voice: KnownVoice) -> None:
    """Store a voice in place of an earlier one of its name, where that is stored. Raises SerError."""
    if voice.name in known().kept:
        number = profile.current()
        if number is not None:
            profile.history().save_voice(number, voice)
            return
    st.session_state[_SESSION] = st.session_state.get(_SESSION, {}) | {voice.name: voice}


def keep(profile_id: int, voice: KnownVoice) -> None:
    """Keep a voice with the profile from now on. Raises SerError."""
    profile.history().save_voice(profile_id, voice)
    _drop(voice.name)


def rename(old: str, new: str) -> None:
    """Call a voice by another name. Raises SerError when the name is none or is taken."""
    now = known()
    if new in now.voices:
        raise SerError("There is a voice called {name} already. Choose another name.", name=new)
    voice = replace(now.voices[old], name=new)
    if old in now.kept and (number := profile.current()) is not None:
        profile.history().rename_voice(number, old, voice)
    else:
        _drop(old)
        put(voice)
    said: dict[str, str] = st.session_state.get(_WHOSE, {})
    st.session_state[_WHOSE] = {digest: new if name == old else name for digest, name in said.items()}


def forget(name: str) -> None:
    """Forget a voice, wherever it is stored. Raises SerError."""
    if name in known().kept and (number := profile.current()) is not None:
        profile.history().forget_voice(number, name)
    _drop(name)
    said: dict[str, str] = st.session_state.get(_WHOSE, {})
    st.session_state[_WHOSE] = {digest: whose for digest, whose in said.items() if whose != name}


def learned() -> dict[str, Any]:
    """The voices of this session and whose each recording is, to be learned again by a page that is loaded anew."""
    return {key: st.session_state[key] for key in (_SESSION, _WHOSE) if key in st.session_state}


def learn_again(known: Mapping[str, Any]) -> None:
    """Go on with what was labelled before the page was loaded anew."""
    st.session_state.update({key: known[key] for key in (_SESSION, _WHOSE) if key in known})


def _drop(name: str) -> None:
    others = {n: voice for n, voice in st.session_state.get(_SESSION, {}).items() if n != name}
    st.session_state[_SESSION] = others
