"""What stands in the way of hearing a take well: noise, and a microphone that was overdriven."""

from collections.abc import Callable

from ser_core.practice.feedback.rules import Rules, load_rules
from ser_core.prosody import Prosody
from ser_core.prosody.measure import CLIPPED_SHARE

# Under this the pace and the melody begin to be measured wrong (ser_core.prosody.measure).
_NOISY_DB = 18.0

_HOLDS: dict[str, Callable[[Prosody], bool]] = {
    "overdriven": lambda prosody: prosody.clipped_share >= CLIPPED_SHARE / 2,
    "noisy": lambda prosody: prosody.speech.snr_db < _NOISY_DB,
}


def recording_notes(prosody: Prosody, rules: Rules | None = None) -> tuple[str, ...]:
    """One sentence for each thing about the recording that makes what is said of a take less sure.

    None about a take without a voice: of that nothing is said at all.
    """
    if prosody.pitch_median_hz is None:
        return ()
    rules = rules or load_rules()
    return tuple(rule.say.format(snr=prosody.speech.snr_db) for rule in rules.recording if _HOLDS[rule.when](prosody))
