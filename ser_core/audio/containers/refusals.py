"""Sentences of the errors that several containers share: what is wrong with the file, and what to do."""

from ser_core.errors import AudioError

_CHOOSE = "Choose a recording, such as WAV, MP3, M4A, OGG, WebM, FLAC or AMR."
_CONVERT = "Convert it first, for example with: ffmpeg -i INPUT output.wav"


def no_sound(detail: str) -> AudioError:
    """It is a recording, but nothing of its sound is there."""
    return AudioError(f"There is no sound in the recording: {detail}. Copy, download or export it again, completely.")


def damaged(detail: str) -> AudioError:
    """Its bytes are not what was written, and nothing can be made of them."""
    return AudioError(f"The recording is damaged: {detail}. Copy, download or export it again.")


def not_read(what: str) -> AudioError:
    """A file of a known kind, but not of one that is read."""
    return AudioError(f"This is {what}, which is not read. {_CONVERT}")


def not_sound(what: str) -> AudioError:
    """A file of a known kind that holds no sound."""
    return AudioError(f"This is {what}. {_CHOOSE}")


def not_audio() -> AudioError:
    """Nothing in the content says that this is sound."""
    return AudioError(f"This is not a recording: its content is of no known sound format. {_CHOOSE}")
