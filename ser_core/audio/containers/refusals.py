"""Error messages that several containers share: what is wrong with the file, and what to do."""

from ser_core.errors import AudioError

_CHOOSE = "Choose a recording, such as WAV, MP3, M4A, OGG, WebM, FLAC or AMR."
_CONVERT = "Convert it first, for example with: ffmpeg -i INPUT output.wav"


def no_sound(detail: str) -> AudioError:
    """The file is a recording, but none of its sound is there."""
    return AudioError(f"There is no sound in the recording: {detail}. Copy, download or export it again, completely.")


def damaged(detail: str) -> AudioError:
    """The file's bytes are corrupted, and nothing can be decoded."""
    return AudioError(f"The recording is damaged: {detail}. Copy, download or export it again.")


def takes_too_long() -> AudioError:
    """Decoding costs more than a file of this size is worth."""
    return AudioError(
        "Decoding the recording takes too long for the size of its file: it is damaged, or it unfolds into far more "
        f"sound than a voice needs. {_CONVERT.replace('INPUT', 'INPUT -ac 1 -ar 16000')}"
    )


def not_read(what: str) -> AudioError:
    """The file is of a known kind that cannot be read."""
    return AudioError(f"This is {what}, which cannot be read. {_CONVERT}")


def not_sound(what: str) -> AudioError:
    """The file is of a known kind that contains no sound."""
    return AudioError(f"This is {what}. {_CHOOSE}")


def not_audio() -> AudioError:
    """Nothing in the content suggests that this is sound."""
    return AudioError(f"This is not a recording: its content is not in any known sound format. {_CHOOSE}")
