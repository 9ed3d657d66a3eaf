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
    "pause": N_("Pause"),
    "resume": N_("Go on"),
    "paused": N_("Paused. Listen to it, go on, stop to have it analysed, or discard it."),
    "paused_press": N_("Paused. Listen to it, go on, press the microphone to have it analysed, or discard it."),
    "listen": N_("What was recorded so far"),
    "discard": N_("Discard"),
    "discarded": N_("Discarded. Nothing of it was sent."),
    "quiet": N_("Very quiet. Speak up, or come closer to the microphone."),
    "clipping": N_("Too loud, it clips. Move back a little, or turn the microphone down."),
    "silent": N_("No sound comes from the microphone. Is it muted?"),
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

_LIVE = {
    "start": N_("Start live"),
    "stop": N_("Stop and see the whole answer"),
    "recording": N_("Live."),
    "discarded": N_("Discarded. Nothing of it is kept."),
    "begin": N_("Speak"),
    "begin_detail": N_("Each second says what the last few sounded like."),
    "unsure": N_("Unsure"),
    "ribbon": N_("Emotion over time, second by second."),
    "late": N_("Many people are here at the moment: some seconds are left out. The whole answer leaves out nothing."),
    "lost": N_("The server did not answer. The recording goes on, and the whole answer leaves out nothing."),
}


def words() -> dict[str, str]:
    """What the recorders say, in the language that is spoken."""
    return {key: _(said) for key, said in _WORDS.items()}


def live_words() -> dict[str, str]:
    """The same where a voice is heard while it speaks."""
    return words() | {key: _(said) for key, said in _LIVE.items()}
