"""Time and memory of `ser conversation` on one core: an hour, a minute and two hours of WAV, and an MP3 of 200 MB.

    python -m benchmarks.conversations [--speech 0.5] [--hours 1] [--mp3-mb 200] [--write]

Recordings of 16 kHz, 16 bits and one channel are made of the synthetic voices in assets/samples, which take turns of 2
to 6 s with pauses between them so that people speak for about `--speech` of the time; the share that was found is
printed. Each is heard by the command itself in a process of its own, kept on core 0 with its decoding child:

- `times real time`: length of the recording over the processor time of both processes, from start to end, with Python
  and the model to load; and over the time on the clock, which other work on the machine prolongs.
- `peak MB`: largest sum of the resident memory of both processes, looked at 50 times a second.

`--write` puts the table into benchmarks/conversations.md, with the machine and its load.
"""

import argparse
import json
import os
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import soundfile

from benchmarks.processes import run, ser
from ser_core.config import PROJECT_DIR

TABLE = Path(__file__).with_suffix(".md")
RATE_HZ = 16_000
MODELS = ("whisper", "crnn")
_MARK = "<!-- the table: python -m benchmarks.conversations --write -->"


def turns(speech_share: float, rng: np.random.Generator):
    """Speech and pauses without end, float32."""
    voices = [soundfile.read(path, dtype="float32") for path in sorted((PROJECT_DIR / "assets/samples").glob("*.flac"))]
    while True:
        for samples, _ in voices:
            length = round(rng.uniform(2, 6) * RATE_HZ)
            start = rng.integers(0, max(1, len(samples) - length))
            turn = samples[start : start + length]
            # The voices pause between sentences for a seventh of their time.
            pause = max(0.3, len(turn) / RATE_HZ * (0.86 / speech_share - 1) * rng.uniform(0.5, 1.5))
            yield turn
            yield rng.normal(0, 2e-4, round(pause * RATE_HZ)).astype(np.float32)


def make(path: Path, speech_share: float, until, **options) -> Path:
    """A recording that is written until `until(seconds, bytes)` says that it is long enough."""
    seconds = 0.0
    with soundfile.SoundFile(path, "w", RATE_HZ, 1, **options) as file:
        for part in turns(speech_share, np.random.default_rng(0)):
            file.write(part)
            seconds += len(part) / RATE_HZ
            if until(seconds, path.stat().st_size):
                return path
    raise AssertionError


def hear(path: Path, model: str) -> dict[str, float]:
    """What hearing a recording takes."""
    ran = run(ser("conversation", str(path), "--model", model, "--json"), core=0)
    report = json.loads(ran.output)
    speaking_s = sum(party["speaking_s"] for party in report["parties"])
    return {
        "duration_s": report["duration_s"],
        "speech": speaking_s / report["duration_s"],
        "cpu_s": ran.cpu_s,
        "wall_s": ran.wall_s,
        "peak_mb": ran.peak_mb,
    }


def row(name: str, model: str, found: dict[str, float]) -> str:
    by_cpu, by_clock = (found["duration_s"] / found[what] for what in ("cpu_s", "wall_s"))
    return (
        f"| {name} | `{model}` | {found['duration_s'] / 60:.0f} min | {found['speech']:.0%} | {by_cpu:.0f} | "
        f"{by_clock:.0f} | {found['peak_mb']:.0f} |"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--speech", type=float, default=0.5, help="share of the time in which somebody speaks")
    parser.add_argument("--hours", type=float, default=1.0, help="length of the recording that is timed")
    parser.add_argument("--mp3-mb", type=float, default=200.0)
    parser.add_argument("--write", action="store_true", help="put the table into benchmarks/conversations.md")
    options = parser.parse_args()
    load = os.getloadavg()[0]
    lines = [
        "| recording | model | length | speech | times real time, processor | times real time, clock | peak MB |",
        "|---|---|---|---|---|---|---|",
    ]

    def tell(name: str, path: Path, model: str) -> None:
        lines.append(row(name, model, hear(path, model)))
        print(lines[-1], flush=True)

    print("\n".join(lines))
    with TemporaryDirectory() as folder:
        minute = make(Path(folder, "minute.wav"), options.speech, lambda s, _: s >= 60, subtype="PCM_16")
        timed_s = 3600 * options.hours
        hour = make(Path(folder, "hour.wav"), options.speech, lambda s, _: s >= timed_s, subtype="PCM_16")
        for model in MODELS:
            tell("WAV", minute, model)
            tell("WAV", hour, model)
        hour.unlink()
        two = make(Path(folder, "two.wav"), options.speech, lambda s, _: s >= 2 * timed_s, subtype="PCM_16")
        for model in MODELS:
            tell("WAV", two, model)
        two.unlink()
        if options.mp3_mb:
            mp3 = make(
                Path(folder, "long.mp3"),
                options.speech,
                lambda _, size: size >= options.mp3_mb * 1e6,
                compression_level=0.0,
                bitrate_mode="CONSTANT",
            )
            tell(f"MP3, {mp3.stat().st_size / 1e6:.0f} MB", mp3, "crnn")
    if options.write:
        cores = os.cpu_count()
        said = f"{datetime.now(UTC):%Y-%m-%d}, x86_64 with {cores} cores, load of the machine before: {load:.1f}."
        head = TABLE.read_text("utf-8").partition(_MARK)[0]
        TABLE.write_text(f"{head}{_MARK}\n\n{said}\n\n" + "\n".join(lines) + "\n", "utf-8")


if __name__ == "__main__":
    main()
