"""Limits: which recordings are accepted, and which are rejected."""

SAMPLE_RATE_HZ = 16_000
"""Rate of every clip: the models use it, and it is enough for everything that is measured in a voice."""

MIN_DURATION_S = 0.5
MIN_RATE_HZ, MAX_RATE_HZ = 8_000, 192_000
MAX_CHANNELS = 32

# If the loudest tenth of a second is below this level, nobody is speaking. A muted input gives digital silence or
# dither (-93 dBFS at 16 bits), and a dead microphone gives the hiss of its pre-amplifier (-90 to -70 dBFS), while the
# quietest of about 7,800 clips of RAVDESS, TESS and nEMO, a calm one from RAVDESS, reaches -56 dBFS. The loudest moment
# counts, not the mean: two words in an hour of silence are not silence.
SILENCE_DBFS = -65.0
SILENCE_WINDOW_S = 0.1
