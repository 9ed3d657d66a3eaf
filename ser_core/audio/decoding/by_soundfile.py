"""Decodes a part of a recording with libsndfile."""

from collections.abc import Callable, Iterator
from contextlib import suppress

import soundfile

from ser_core.arrays import Samples
from ser_core.audio.containers.plan import Part
from ser_core.audio.containers.view import View
from ser_core.audio.decoding.blocks import Layout, check_layout

# libsndfile's number of frames if the header does not give it.
_UNKNOWN_FRAMES = 2**62


class GaveUpError(Exception):
    """libsndfile cannot open this, or cannot read any further."""


class _SoundFile(soundfile.SoundFile):  # type: ignore[misc]
    """A file that is only read from start to end.

    soundfile seeks to the current position after every read if it can. For MP3, that discards the bit reservoir, so
    the samples would depend on how many are read at a time.
    """

    def seekable(self) -> bool:
        return False


class Reader:
    """One open part. Raises GaveUpError, and AudioError when its rate or channels are outside the limits.

    Attributes:
        layout: rate, channels and codec.
        promised_frames: its length according to the header; None if unknown.
        exact: whether fewer frames than promised mean that something is missing: lossy codecs pad and trim.
    """

    def __init__(self, part: Part, view: View) -> None:
        if "samplerate" in part.options:
            check_layout(part.options["samplerate"], part.options["channels"])
        try:
            self._file = _SoundFile(view, **part.options)
        except soundfile.LibsndfileError as error:
            raise GaveUpError(error.error_string) from None
        self.layout = Layout(self._file.samplerate, self._file.channels, self._file.subtype)
        self.promised_frames = self._file.frames if 0 < self._file.frames < _UNKNOWN_FRAMES else None
        self.exact = self._file.format in ("FLAC", "RAW")
        try:
            check_layout(self.layout.rate_hz, self.layout.channels)
        except BaseException:
            self.close()
            raise

    def blocks(self) -> Iterator[tuple[Layout, Samples]]:
        """Half-second blocks of shape (n, channels). The size is fixed, so that no result depends on it."""
        size = self.layout.rate_hz // 2
        while True:
            try:
                block = self._file.read(size, dtype="float32", always_2d=True)
            except soundfile.LibsndfileError as error:
                raise GaveUpError(error.error_string) from None
            if not len(block):
                return
            yield self.layout, block

    def count_frames(self, on_block: Callable[[], None] = lambda: None) -> int:
        """The number of frames if the header does not give it, found by decoding them block by block."""
        frames = 0
        with suppress(GaveUpError):
            for _, block in self.blocks():
                on_block()
                frames += len(block)
        return frames

    def close(self) -> None:
        """Close the file."""
        self._file.close()
