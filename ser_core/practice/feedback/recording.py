"""What makes a take hard to judge: noise, and an overdriven microphone."""

from collections.abc import Callable

from ser_core.language import _
from ser_core.practice.feedback.rules import Rules, load_rules
from ser_core.prosody import Prosody
from ser_core.prosody.measure import CLIPPED_SHARE

# Below this, measurements of pace and melody become wrong (ser_core.prosody.measure).
_NOISY_DB = 18.0

_HOLDS: dict[str, Callable[[Prosody], bool]] = {
    "overdriven": lambda prosody: prosody.clipped_share >= CLIPPED_SHARE / 2,
    "noisy": lambda prosody: prosody.speech.snr_db < _NOISY_DB,
}


def recording_notes(prosody: Prosody, rules: Rules | None = None) -> tuple[str, ...]:
    """One sentence for each property of the recording that makes the feedback less certain.

    A take without a voice gets none, because there is no feedback on it at all.
    """
    if prosody.pitch_median_hz is None:
        return ()
    rules = rules or load_rules()
    return tuple(_(rule.say, snr=prosody.speech.snr_db) for rule in rules.recording if _HOLDS[rule.when](prosody))
