"""Makes the acted synthetic voices beside this file from acted.toml: `python assets/acted/make_acted.py`.

flite (Debian: `apt-get install flite`; the committed files were made with 2.2) speaks, and Praat (praat-parselmouth,
of requirements-dev.txt) changes what is spoken as acted.toml says, by overlap-add (PSOLA). Then the default model hears
each, and what it says of them is written to heard.json.
"""

import io
import json
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import parselmouth
import soundfile
from parselmouth.praat import call
from scipy import fft

from ser_core.recognition.analyse import analyse
from ser_core.text.answer import values

FOLDER = Path(__file__).resolve().parent
RATE_HZ = 16_000
# Level with gain_db = 0, in dB relative to full scale.
LEVEL_DB = -23.0
# Loud moments are rounded off above this, as a voice that is raised close to a microphone is.
KNEE = 0.8
PITCH_HZ = (60, 450)
# The spectral tilt turns here, in the middle of what carries a voice.
TILT_AT_HZ = 1000.0

Sound = npt.NDArray[np.float64]


def speak(acted: dict[str, Any]) -> Sound:
    """The text as flite speaks it, at the pace."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "spoken.wav"
        pace = f"duration_stretch={acted['duration']}"
        subprocess.run(
            ["flite", "-voice", acted["voice"], "--setf", pace, "-t", acted["text"], "-o", str(file)], check=True
        )
        samples, rate_hz = soundfile.read(file)
    if rate_hz != RATE_HZ:
        sys.exit(f"flite spoke at {rate_hz} Hz; expected {RATE_HZ}.")
    return np.asarray(samples, dtype=np.float64)


def with_pitch(samples: Sound, acted: dict[str, Any]) -> Sound:
    """The same with another pitch, pitch range, slope and tremor; by overlap-add, which leaves the timbre."""
    manipulation = call(parselmouth.Sound(samples, RATE_HZ), "To Manipulation", 0.01, *PITCH_HZ)
    tier = call(manipulation, "Extract pitch tier")
    count = int(call(tier, "Get number of points"))
    times_s = np.array([call(tier, "Get time from index", n + 1) for n in range(count)])
    semitones = 12 * np.log2([call(tier, "Get value at index", n + 1) for n in range(count)])
    middle = np.median(semitones)
    place = times_s / (len(samples) / RATE_HZ) - 0.5
    semitones = (
        middle
        + acted["shift_st"]
        + acted["range"] * (semitones - middle)
        + acted["slope_st"] * place
        + acted["tremor_st"] * np.sin(2 * np.pi * acted["tremor_hz"] * times_s)
    )
    changed = call("Create PitchTier", "changed", 0, len(samples) / RATE_HZ)
    for time_s, pitch_hz in zip(times_s, 2 ** (semitones / 12), strict=True):
        call(changed, "Add point", time_s, float(np.clip(pitch_hz, *PITCH_HZ)))
    call([changed, manipulation], "Replace pitch tier")
    return np.asarray(call(manipulation, "Get resynthesis (overlap-add)").values[0])


def with_tilt(samples: Sound, db_per_octave: float) -> Sound:
    """The same with a tilted spectrum: above 0 tense and bright, below 0 soft and breathy."""
    spectrum = fft.rfft(samples)
    octaves = np.log2(np.maximum(fft.rfftfreq(len(samples), 1 / RATE_HZ), 100.0) / TILT_AT_HZ)
    return np.asarray(fft.irfft(spectrum * 10 ** (db_per_octave * octaves / 20), len(samples)))


def act(acted: dict[str, Any]) -> Sound:
    """What acted.toml describes, with a little silence around it."""
    samples = with_tilt(with_pitch(speak(acted), acted), acted["tilt_db"])
    samples *= 10 ** ((LEVEL_DB + acted["gain_db"]) / 20) / np.sqrt(np.mean(samples**2))
    over = np.maximum(0, np.abs(samples) - KNEE)
    samples = np.sign(samples) * (np.minimum(np.abs(samples), KNEE) + (1 - KNEE) * np.tanh(over / (1 - KNEE)))
    silence = np.zeros(RATE_HZ // 5)
    return np.concatenate([silence, samples, silence])


def main() -> int:
    """Write every file that acted.toml describes, and what the default model says of them."""
    listing = tomllib.loads((FOLDER / "acted.toml").read_text(encoding="utf-8"))
    heard = {}
    for acted in listing["sample"]:
        file = io.BytesIO()
        soundfile.write(file, act(acted).clip(-1, 1), RATE_HZ, format="FLAC", subtype="PCM_16")
        (FOLDER / acted["file"]).write_bytes(file.getvalue())
        prediction = analyse(FOLDER / acted["file"]).prediction
        said = values(prediction.claim)
        kept = {name: said[name] for name in ("emotion", "confidence", "unsure", "pair")}
        heard[acted["file"]] = {"model": prediction.model, **kept}
        sys.stdout.write(f"{acted['file']}: acted {acted['emotion']}, heard {said}\n")
    (FOLDER / "heard.json").write_text(json.dumps(heard, indent=2) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
