"""Sentences of the errors that several containers share: what is wrong with the file, and what to do."""

from ser_core.errors import AudioError

_READ = "WAV, MP3, OGG (Vorbis or Opus) and FLAC are read"
_CONVERT = "Convert it first, for example with: ffmpeg -i INPUT output.wav"


def cut_off(detail: str) -> AudioError:
    """The end is missing."""
    return AudioError(f"The recording is cut off: {detail}. Copy, download or export it again, completely.")


def damaged(detail: str) -> AudioError:
    """Bytes in the middle are not what was written."""
    return AudioError(f"The recording is damaged: {detail}. Copy, download or export it again.")


def not_read(what: str) -> AudioError:
    """A file of a known kind, but not of one that is read."""
    return AudioError(f"This is {what}; {_READ}. {_CONVERT}")


def not_audio() -> AudioError:
    """Nothing in the content says that this is sound."""
    return AudioError(f"This is not a recording: its content is of no known sound format; {_READ}. {_CONVERT}")
