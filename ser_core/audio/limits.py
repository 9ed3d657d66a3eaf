"""What is read, and what is refused."""

SAMPLE_RATE_HZ = 16_000
"""Rate of every clip: what the models hear, and enough for all that is looked at in a voice."""

MIN_DURATION_S = 0.5
MIN_RATE_HZ, MAX_RATE_HZ = 8_000, 192_000
MAX_CHANNELS = 32

# The level of the loudest tenth of a second under which nobody is speaking. A muted input gives digital
# silence or dither (-93 dBFS at 16 bits) and a dead microphone its pre-amplifier's hiss (-90 to -70 dBFS),
# while of some 7,800 clips of RAVDESS, TESS and nEMO the quietest, a calm RAVDESS one, reaches -56 dBFS. By the
# loudest moment and not the mean: two words in an hour of silence are not silence.
SILENCE_DBFS = -65.0
SILENCE_WINDOW_S = 0.1
