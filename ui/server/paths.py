"""Where the server's addresses begin."""

import streamlit as st


def base() -> str:
    """What comes before every path: "" unless the app lies in a folder of its site, as in "/voice"."""
    path = str(st.get_option("server.baseUrlPath")).strip("/")
    return f"/{path}" if path else ""
