"""Whether a sound is somebody speaking: music, noise, animals and machines have no emotion to be named."""

from ser_core.speech.detector import Heard, SpeechMeter, sounds_like_speech

__all__ = ["Heard", "SpeechMeter", "sounds_like_speech"]
