"""The owner of a profile: a browser that holds a random token, or an account that signed in.

The database only ever sees a digest of either, so a copy of it opens nobody's profile.
"""

import hashlib
import json
import re
import secrets
from dataclasses import dataclass

from ser_core.errors import HistoryError

TOKEN_BYTES = 16  # 128 bits cannot be guessed, and nothing else protects an anonymous profile
_TOKEN = re.compile(r"[A-Za-z0-9_-]{22}")  # 16 bytes in URL-safe Base64


@dataclass(frozen=True)
class Owner:
    """Somebody who has a profile, or may get one.

    Attributes:
        digest: SHA-256 of what identifies the owner, 32 bytes.
        anonymous: identified by a browser's token rather than by an account.
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
    """The owner identified by a browser's token. Raises HistoryError when it does not have the form of a token."""
    if not is_token(token):
        raise HistoryError(
            "The browser's profile cookie is damaged: it should hold 22 letters, digits, dashes or "
            "underscores. Delete the site's cookies; the next save makes a new profile."
        )
    return Owner(_digest("token", token), anonymous=True)


def account_owner(issuer: str, subject: str) -> Owner:
    """The owner identified by an account: `issuer` and `subject` are the `iss` and `sub` claims, which together
    identify one person permanently (OpenID Connect Core 1.0, section 2). Raises HistoryError when one is empty.
    """
    if not issuer or not subject:
        raise HistoryError(
            "The account came without an issuer or a subject, so it cannot be told apart from others. "
            "The sign-in service must send the `iss` and `sub` claims."
        )
    return Owner(_digest("account", issuer, subject), anonymous=False)


def _digest(*parts: str) -> bytes:
    # JSON keeps the parts apart: ("a", "bc") and ("ab", "c") must differ. A plain hash is enough, because a token
    # cannot be guessed.
    return hashlib.sha256(json.dumps(parts).encode()).digest()
