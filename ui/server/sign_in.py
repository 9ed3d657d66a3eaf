"""The OpenID Connect provider with which people sign in, if one is configured."""

from typing import Any

import streamlit as st

from ser_core.config import Settings


def secrets(settings: Settings) -> dict[str, Any] | None:
    """The secrets that Streamlit needs for `st.login`; None when no sign-in is configured."""
    if settings.oidc_metadata_url is None or settings.public_url is None:
        return None
    return {
        "auth": {
            "redirect_uri": f"{settings.public_url.rstrip('/')}/oauth2callback",
            # Signs the sign-in cookie. If it is set, it is the same on all replicas and after a restart.
            "cookie_secret": st.get_option("server.cookieSecret"),
            "client_id": settings.oidc_client_id,
            "client_secret": settings.oidc_client_secret,
            "server_metadata_url": settings.oidc_metadata_url,
        }
    }
