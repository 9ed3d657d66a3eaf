"""Signing in, where the server has been told with whom. Without it nobody needs to."""

import streamlit as st

from ui.shared import profile
from ui.shared.text import literal


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
