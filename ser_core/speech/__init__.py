"""Where somebody speaks: silence, music, noise, animals and machines have no emotion to be named."""

from ser_core.speech.detector import Heard, SpeechMeter, Stretch, find_speech, heard_lately, sounds_like_speech

__all__ = ["Heard", "SpeechMeter", "Stretch", "find_speech", "heard_lately", "sounds_like_speech"]
