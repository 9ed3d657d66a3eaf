"""Makes librosa compile the functions that the project uses, so that they can be cached.

Compiling takes 16 seconds with an empty cache. NUMBA_CACHE_DIR names the cache.
"""

import librosa
import numpy as np

RATE_HZ = 16_000

time_s = np.arange(RATE_HZ) / RATE_HZ
sound = (0.3 * np.sin(2 * np.pi * 220 * time_s) + 0.01 * np.cos(2 * np.pi * 3000 * time_s)).astype(np.float32)

librosa.effects.time_stretch(sound, rate=1.1)
librosa.effects.pitch_shift(sound, sr=RATE_HZ, n_steps=1)
