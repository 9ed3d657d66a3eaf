"""What the player says, in one place; names in braces are filled in by the browser."""

from typing import Any

from ser_core.language import N_, _

_WORDS: dict[str, Any] = {
    "stage": N_("Sound and pictures of {name}"),
    "bar": N_("Playing and looking"),
    "buttons": {
        "play": N_("Play"),
        "pause": N_("Pause"),
        "loop": N_("Play over and over"),
        "in": N_("Zoom in"),
        "out": N_("Zoom out"),
        "all": N_("Show all of it"),
        "lanes": N_("Pictures"),
        "save": N_("Save as a picture"),
    },
    "choices": {
        "linear": N_("Spectrogram, linear"),
        "mel": N_("Spectrogram, mel"),
        "log": N_("Spectrogram, logarithmic"),
        "pitch": N_("Pitch"),
        "level": N_("Loudness"),
        "crossings": N_("Noise"),
        "centroid": N_("Brightness"),
        "mfcc": N_("MFCC"),
        "mfcc_delta": N_("MFCC deltas"),
        "mfcc_delta2": N_("MFCC delta-deltas"),
    },
    "lanes": {
        "linear": N_("Spectrogram (Hz)"),
        "mel": N_("Mel spectrogram (Hz)"),
        "log": N_("Spectrogram, logarithmic (Hz)"),
        "pitch": N_("Pitch (Hz)"),
        "level": N_("Loudness (dBFS)"),
        "crossings": N_("Noise (zero crossings a second)"),
        "centroid": N_("Brightness (centroid, Hz)"),
        "mfcc": N_("MFCC"),
        "mfcc_delta": N_("MFCC deltas"),
        "mfcc_delta2": N_("MFCC delta-deltas"),
    },
    "position_label": N_("Position in the recording"),
    "position": N_("{now} of {total}"),
    "keys": N_(
        "Space plays and pauses, the arrow keys move and with Shift select a stretch, Home and End go to the "
        "ends, plus and minus zoom, 0 shows all of it, L plays over and over, Escape drops the selection."
    ),
    "hint": N_("Click to hear from there, drag to select a stretch. Space plays, L loops, the wheel or a pinch zooms."),
    "hint_touch": N_("Tap to hear from there, draw a finger across to select a stretch, pinch to zoom."),
    "playing": N_("Playing from {now}"),
    "showing": N_("{from} to {to}"),
    "loop_on": N_("Plays over and over"),
    "loop_off": N_("Plays once"),
    "read_pitch": N_("pitch {hz} Hz"),
    "read_level": N_("{db} dBFS"),
    "moments": N_("Moments worth hearing"),
    "less_sure": N_("less sure without it"),
    "more_sure": N_("more sure without it"),
    "length": N_("Length"),
    "listening": N_("Listening …"),
    "no_pitch": N_("Zoom in to a minute or less to see the pitch"),
    "lost": N_("This recording is no longer on the server. Give it again to go on."),
    "unplayable": N_("This browser cannot play the recording's format. The pictures are complete."),
}


def words() -> dict[str, Any]:
    """What the player says, in the language that is spoken."""
    return {
        key: {name: _(said) for name, said in value.items()} if isinstance(value, dict) else _(value)
        for key, value in _WORDS.items()
    }
