"""Whom a profile belongs to: a browser that holds a random token, or an account that signed in.

The database only ever sees a digest of either, so that a copy of it opens nobody's profile.
"""

import hashlib
import json
import re
import secrets
from dataclasses import dataclass

from ser_core.errors import HistoryError

TOKEN_BYTES = 16  # 128 bits: cannot be guessed, which is all that guards an anonymous profile
_TOKEN = re.compile(r"[A-Za-z0-9_-]{22}")  # what 16 bytes look like in URL-safe Base64


@dataclass(frozen=True)
class Owner:
    """Somebody who has a profile, or may have one.

    Attributes:
        digest: SHA-256 of what the owner is known by, 32 bytes.
        anonymous: known by a browser's token rather than by an account.
    """

    digest: bytes
    anonymous: bool


def new_token() -> str:
    """A fresh secret for a browser to keep: 128 random bits as 22 letters, digits, "-" and "_"."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def is_token(text: object) -> bool:
    """Whether `text` has the form of a token."""
    return isinstance(text, str) and _TOKEN.fullmatch(text) is not None


def token_owner(token: str) -> Owner:
    """The owner known by a browser's token. Raises HistoryError when it does not have a token's form."""
    if not is_token(token):
        raise HistoryError(
            "The browser's profile cookie is damaged: it should hold 22 letters, digits, dashes or "
            "underscores. Delete the site's cookies; the next save makes a new profile."
        )
    return Owner(_digest("token", token), anonymous=True)


def account_owner(issuer: str, subject: str) -> Owner:
    """The owner known by an account: `issuer` and `subject` are the `iss` and `sub` claims, which together
    name one person for good (OpenID Connect Core 1.0, section 2). Raises HistoryError when one is empty.
    """
    if not issuer or not subject:
        raise HistoryError(
            "The account came without an issuer or a subject, so it cannot be told from others. "
            "The sign-in service must send the `iss` and `sub` claims."
        )
    return Owner(_digest("account", issuer, subject), anonymous=False)


def _digest(*parts: str) -> bytes:
    # JSON keeps the parts apart: ("a", "bc") and ("ab", "c") must not meet. A plain hash is enough for a
    # token, which has nothing to guess.
    return hashlib.sha256(json.dumps(parts).encode()).digest()
