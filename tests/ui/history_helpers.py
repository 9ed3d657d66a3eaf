"""A browser for tests of pages without one: it holds the cookie and does what ui/shared/profile.js does."""

from pathlib import Path
from typing import Any

import pytest

from ser_core.history import open_history, token_owner
from ser_core.history.store import History
from ui.shared import profile


class Browser:
    """Attributes:
    cookie: the secret that it holds, "" for none.
    sent: the cookie that came with the page, which stays the same while the page is open.
    """

    def __init__(self, monkeypatch: pytest.MonkeyPatch, data_dir: Path, cookie: str = "") -> None:
        self.cookie = self.sent = cookie
        self.refuses_cookies = False
        self.answers = True
        monkeypatch.setenv("SER_DATA_DIR", str(data_dir))
        monkeypatch.delenv("SER_DATABASE_URL", raising=False)
        monkeypatch.setattr(profile, "_browser", lambda: self._component)
        monkeypatch.setattr(profile, "_cookie", lambda: self.sent)

    def _component(self, *, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        if not self.answers:
            return {}
        if data["task"] == "forget":
            self.cookie = ""
        elif data["task"] == "give" and not self.cookie and not self.refuses_cookies:
            self.cookie = data["token"]
        if data["task"] == "look" and self.cookie == data["token"]:
            return {}
        return {"answer": {"token": self.cookie}}

    def saved(self) -> tuple[History, int]:
        """The history and the number of the profile that the cookie opens."""
        history = open_history()
        return history, history.open_profile(token_owner(self.cookie))
