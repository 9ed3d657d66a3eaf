"""Signing in, where the server has been told with whom (OpenID Connect). Without it nobody needs to."""

from typing import Any

import streamlit as st

from ser_core.config import Settings
from ui.shared import profile
from ui.shared.text import literal


def secrets(settings: Settings) -> dict[str, Any] | None:
    """What Streamlit wants to know for `st.login`; None when no sign-in is configured."""
    if settings.oidc_metadata_url is None or settings.public_url is None:
        return None
    return {
        "auth": {
            "redirect_uri": f"{settings.public_url.rstrip('/')}/oauth2callback",
            # Signs the cookie of who is signed in. The same on all replicas, and after a restart, when it is set.
            "cookie_secret": st.get_option("server.cookieSecret"),
            "client_id": settings.oidc_client_id,
            "client_secret": settings.oidc_client_secret,
            "server_metadata_url": settings.oidc_metadata_url,
        }
    }


def control() -> None:
    """Draw the button to sign in, or who is signed in and the button to sign out; nothing where none can."""
    if profile.signed_in():
        name = st.user.get("name") or st.user.get("email") or "your account"
        with st.container(border=True, key="account"):
            st.caption(f"Signed in as **{literal(str(name))}**")
            st.button("Sign out", icon=":material/logout:", on_click=st.logout, key="sign_out")
    elif "is_logged_in" in st.user.to_dict():
        with st.container(border=True, key="account"):
            st.caption("What you save is kept for this browser. Sign in to find it in every browser.")
            st.button("Sign in", icon=":material/login:", on_click=st.login, key="sign_in")
