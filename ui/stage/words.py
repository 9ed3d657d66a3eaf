"""What the recorders say, in one place; names in braces are filled in by the browser."""

from ser_core.language import N_, _

_WORDS = {
    "start": N_("Start recording"),
    "stop": N_("Stop recording"),
    "ready": N_("Ready."),
    "ready_press": N_("Ready. Press the microphone to start."),
    "recording": N_("Recording."),
    "recording_press": N_("Recording. Press the microphone again to stop."),
    "recorded": N_("Recorded. One moment…"),
    "no_sound": N_("No sound came from the microphone. Is it muted? Press to try again."),
    "level": N_("Level of the microphone"),
    "clock": N_("{now} of {longest}"),
    "sending": N_("Recorded. Sending: {percent}%"),
    "no_answer": N_("The recording could not be sent: the server did not answer."),
    "unknown": N_("The server no longer knows this page."),
    "too_long": N_("The recording is too long for the server."),
    "no_room": N_("The server has no room for the recording just now."),
    "not_sent": N_("The recording could not be sent ({status})."),
    "again": N_("Send again"),
    "save": N_("Save as a file"),
}


def words() -> dict[str, str]:
    """What the recorders say, in the language that is spoken."""
    return {key: _(said) for key, said in _WORDS.items()}
