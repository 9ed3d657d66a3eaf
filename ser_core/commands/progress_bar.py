"""A progress line on stderr for long work; nothing if stderr is not a terminal."""

import sys
import time

# Often enough to see it move, seldom enough to cost nothing.
_EVERY_S = 0.2


class Progress:
    """Rewrites one line: how much is done, of how much, and the time left."""

    def __init__(self, what: str) -> None:
        self.what = what
        self._began = self._shown = time.monotonic()
        self._live = sys.stderr.isatty()
        self._written = False

    def __call__(self, done: float, total: float, *, share: float | None = None, note: str = "") -> None:
        """Shows that `done` of `total` is done, unless the line has just been rewritten.

        `share` is the share of the time that has gone by, where that differs; `note` stands before the time left.
        """
        now = time.monotonic()
        if not self._live or (done < total and now - self._shown < _EVERY_S):
            return
        self._shown = now
        self._written = True
        share = done / total if share is None else share
        left_s = (now - self._began) * (1 - share) / share if share else 0.0
        left = f"{note}, {duration(left_s)} left" if note else f"{duration(left_s)} left"
        sys.stderr.write(f"\r\x1b[K{self.what}: {done:g} of {total:g}, {left}")
        sys.stderr.flush()

    def share(self, share: float) -> None:
        """Shows the share of the work that is done, 0 to 1, as a percentage."""
        self(round(share * 100), 100)

    def clear(self) -> None:
        """Removes the line."""
        if self._written:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()


def duration(seconds: float) -> str:
    """Seconds in words: "42 s", "3 min 20 s", "1 h 05 min"."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60:02d} s"
    return f"{whole // 3600} h {whole % 3600 // 60:02d} min"
