"""Error messages that several containers share: what is wrong with the file, and what to do."""

from ser_core.errors import AudioError
from ser_core.language import Later, later

_CHOOSE = later("Choose a recording, such as WAV, MP3, M4A, OGG, WebM, FLAC or AMR.")
_CONVERT = "ffmpeg -i INPUT output.wav"
_CONVERT_PLAIN = "ffmpeg -i INPUT -ac 1 -ar 16000 output.wav"


def no_sound(detail: Later) -> AudioError:
    """The file is a recording, but none of its sound is there."""
    return AudioError(
        "There is no sound in the recording: {detail}. Copy, download or export it again, completely.", detail=detail
    )


def damaged(detail: Later) -> AudioError:
    """The file's bytes are corrupted, and nothing can be decoded."""
    return AudioError("The recording is damaged: {detail}. Copy, download or export it again.", detail=detail)


def takes_too_long() -> AudioError:
    """Decoding costs more than a file of this size is worth."""
    return AudioError(
        "Decoding the recording takes too long for the size of its file: it is damaged, or it unfolds into far more "
        "sound than a voice needs. Convert it first, for example with: {command}",
        command=_CONVERT_PLAIN,
    )


def not_read(what: Later) -> AudioError:
    """The file is of a known kind that cannot be read."""
    return AudioError(
        "This is {what}, which cannot be read. Convert it first, for example with: {command}",
        what=what,
        command=_CONVERT,
    )


def not_sound(what: Later) -> AudioError:
    """The file is of a known kind that contains no sound."""
    return AudioError("This is {what}. {choose}", what=what, choose=_CHOOSE)


def not_audio() -> AudioError:
    """Nothing in the content suggests that this is sound."""
    return AudioError("This is not a recording: its content is not in any known sound format. {choose}", choose=_CHOOSE)
