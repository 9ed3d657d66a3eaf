"""Makes the synthetic voices beside this file from samples.toml: `python assets/samples/make_samples.py`.

Needs espeak-ng (the committed files were made with 1.51). The same espeak-ng gives the same files, byte for byte:
unlike Ogg, FLAC as written by libsndfile contains no date and no random serial number.
"""

import io
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import soundfile
import soxr

FOLDER = Path(__file__).resolve().parent
RATE_HZ = 16_000
# Level of a phrase with gain_db = 0, in dB relative to full scale: at -23, the loudest phrase (+4 dB) and its peaks
# (about 15 dB above its level) stay below full scale.
LEVEL_DB = -23.0


def speak(phrase: dict[str, Any]) -> npt.NDArray[np.float64]:
    """One phrase as spoken by espeak-ng, at 16 kHz and at its level, with its pause."""
    wav = subprocess.run(
        [
            *("espeak-ng", "--stdout", "-z"),
            *("-v", phrase["voice"]),
            *("-s", str(phrase["words_a_minute"])),
            *("-p", str(phrase["pitch"])),
            *("-a", str(phrase["amplitude"])),
            phrase["text"],
        ],
        check=True,
        capture_output=True,
    ).stdout
    samples, rate_hz = soundfile.read(io.BytesIO(wav))
    samples = soxr.resample(samples, rate_hz, RATE_HZ)
    level = np.sqrt(np.mean(samples**2))
    samples = samples * 10 ** ((LEVEL_DB + phrase["gain_db"]) / 20) / level
    return np.concatenate([samples, np.zeros(round(phrase["pause_s"] * RATE_HZ))])


def main() -> int:
    """Write every file that samples.toml describes."""
    listing = tomllib.loads((FOLDER / "samples.toml").read_text(encoding="utf-8"))
    for sample in listing["sample"]:
        samples = np.concatenate([np.zeros(RATE_HZ // 5), *map(speak, sample["phrase"])])
        if np.abs(samples).max() >= 1:
            sys.exit(f"{sample['file']} would clip; lower its gain_db in samples.toml.")
        soundfile.write(FOLDER / sample["file"], samples, RATE_HZ, format="FLAC", subtype="PCM_16")
        sys.stdout.write(f"{sample['file']}: {len(samples) / RATE_HZ:.1f} s\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
