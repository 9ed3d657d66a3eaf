"""Speech detection: music, noise, animals and machines have no emotion to name."""

from ser_core.speech.detector import Heard, SpeechMeter, sounds_like_speech

__all__ = ["Heard", "SpeechMeter", "sounds_like_speech"]
