"""The owner of the takes: the signed-in account, or this browser, which keeps a secret in a cookie.

The cookie is set when a person first saves something, and not before. It is first-party and SameSite=Strict, lasts for
a year after the last visit, and contains nothing but the secret.
"""

from datetime import UTC, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal
from zoneinfo import ZoneInfo

import streamlit as st

from ser_core.config import load_settings
from ser_core.history import Owner, account_owner, new_token, open_history, token_owner
from ser_core.history.owners import is_token
from ser_core.language import _
from ui.server.paths import base
from ui.shared.text import literal

if TYPE_CHECKING:
    from ser_core.history.store import History

COOKIE = "ser_profile"
MAX_AGE_S = 365 * 24 * 3600

# The browser's secret as far as this session knows: "" when there is none. It takes precedence over the cookie that
# came with the page, which does not change while the page is open.
_TOKEN = "profile_token"  # noqa: S105 - a key of the session
_PROPOSAL = "profile_proposal"
_REFUSED = "profile_refused"
_FORGET = "profile_forget"


def history() -> "History":
    """The saved takes of everybody, opened once for all sessions. Raises HistoryError."""
    settings = load_settings()
    return _open(str(settings.data_dir), settings.database_url)


def signed_in() -> bool:
    """Whether somebody is signed in with an account."""
    return bool(st.user.get("is_logged_in", False))


def sign_in_button() -> None:
    """Draw the button to sign in, or the account and the button to sign out; nothing if no sign-in is configured."""
    if signed_in():
        name = st.user.get("name") or st.user.get("email") or _("your account")
        with st.container(border=True, key="account"):
            st.caption(_("Signed in as **{name}**", name=literal(str(name))))
            st.button(_("Sign out"), icon=":material/logout:", on_click=st.logout, key="sign_out")
    elif "is_logged_in" in st.user.to_dict():
        with st.container(border=True, key="account"):
            st.caption(_("What you save belongs to this browser. Sign in to see it in every browser."))
            st.button(_("Sign in"), icon=":material/login:", on_click=st.login, key="sign_in")


def current() -> int | None:
    """The number of the current profile; None when nothing was ever saved. Raises HistoryError."""
    owner = _owner()
    return None if owner is None else history().find_profile(owner)


def follow_browser() -> None:
    """Learn what another tab has saved or deleted since this page was opened, and extend the cookie by a year."""
    if st.session_state.get(_FORGET):
        if _ask("forget", "profile_forget_browser") is not None:
            del st.session_state[_FORGET]
    elif not signed_in():
        answer = _ask("look", "profile_look_browser")
        if answer is not None:
            st.session_state[_TOKEN] = answer


def zone() -> tzinfo:
    """The browser's time zone; UTC if the browser reports none or an unknown one."""
    try:
        return ZoneInfo(st.context.timezone or "UTC")
    except (ValueError, OSError, KeyError):  # KeyError: ZoneInfoNotFoundError
        return UTC


def open_for_saving(key: str) -> int | None:
    """The number of the profile to save in, created if necessary; None until the browser has stored the secret, which
    reruns the page. `key` identifies this one save. Raises HistoryError.
    """
    if signed_in():
        return history().open_profile(_account())
    proposal = st.session_state.setdefault(_PROPOSAL, _token() or new_token())
    slot = st.empty()
    with slot:
        answer = _ask("give", f"{key}_browser", proposal)
    if answer is None:
        return None
    slot.empty()  # unseen, it would still leave a gap
    # A browser that refuses cookies returns nothing: the secret then lasts as long as this page.
    st.session_state[_REFUSED] = not answer
    st.session_state[_TOKEN] = answer or proposal
    return history().open_profile(token_owner(st.session_state[_TOKEN]))


def is_settling() -> bool:
    """Whether the browser still has to confirm a deletion, after which the page is drawn once more."""
    return bool(st.session_state.get(_FORGET, False))


def is_lost_on_leaving() -> bool:
    """Whether the browser has refused the cookie, so that this profile cannot be found again."""
    return bool(st.session_state.get(_REFUSED, False))


def delete(profile_id: int) -> None:
    """Delete the profile with everything in it, and the browser's secret. Raises HistoryError."""
    history().delete_profile(profile_id)
    if not signed_in():
        st.session_state[_TOKEN] = ""
        st.session_state[_FORGET] = True
        st.session_state.pop(_PROPOSAL, None)


def _owner() -> Owner | None:
    if signed_in():
        return _account()
    token = _token()
    return token_owner(token) if token else None


def _account() -> Owner:
    # OpenID Connect calls for both; a service that leaves one out is told so by an error.
    return account_owner(str(st.user.get("iss") or ""), str(st.user.get("sub") or ""))


def _token() -> str:
    token = st.session_state.get(_TOKEN, _cookie())
    return token if is_token(token) else ""


def _cookie() -> str:
    return st.context.cookies.to_dict().get(COOKIE, "")


def _ask(task: Literal["look", "give", "forget"], key: str, token: str = "") -> str | None:
    """Give the browser a task; returns its secret afterwards, "" for none, or None until it has answered.

    A "look" that finds nothing new is not answered.
    """
    state: Any = st.session_state.get(key)
    result = _browser()(
        key=key,
        data={
            "task": task,
            "token": token or _token(),
            "answered": bool(state and state.get("answer")),
            "name": COOKIE,
            "path": base() or "/",
            "max_age_s": MAX_AGE_S,
        },
        height=1,
        on_answer_change=_nothing,
    )
    answer = result.get("answer")
    if not answer:
        return None
    held = answer.get("token")
    return held if is_token(held) else ""


def _nothing() -> None:
    # The component's state reaches Python only if there is a callback; only the rerun is needed.
    return None


@st.cache_resource(show_spinner=False)
def _open(data_dir: str, database_url: str | None) -> "History":
    return open_history(load_settings())


@st.cache_resource(show_spinner=False)
def _browser() -> Any:
    # Registered once, because a second registration under the same name is logged as an error.
    script = (Path(__file__).parent / "profile.js").read_text(encoding="utf-8")
    return st.components.v2.component("ser_profile", html="", js=script)
