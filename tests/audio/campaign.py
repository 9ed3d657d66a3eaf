"""A campaign of hostile inputs against the decoding process: files of synthetic sound by our own encoders, mutated.

    make fuzz                          # a million inputs; Ctrl-C ends it early, with the figures so far
    make fuzz FUZZ="--minutes 5"
    make fuzz FUZZ="--inputs 20000 --start 1000000"

Every input goes the way of an upload: through `read_clip`, `read_blocks` or `probe`, and so through the real child.
It may be read, or refused by an AudioError. Anything else is a failure: another exception (foreign), a child
that dies of it (crash), one that has to be ended because it does not return (hang), or samples that break what a clip
promises (broken). Inputs that fail are kept in a folder that is named at the end, and the exit status is 1.

What happens to a file depends on the number of the input alone, but some encoders put random serial numbers into it.
"""

import argparse
import collections
import random
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from ser_core.audio import probe, read_blocks, read_clip
from ser_core.audio.containers.ogg import _with_checksum
from ser_core.errors import AudioError
from tests.audio.made import made
from tests.audio.signals import RATE_HZ, Sound, encode, flac_of_silence, libsndfile_trap, pages, pcm, voice

# Far over what any input takes. The child is ended after five seconds of processor time without progress.
SOON_S = 60.0
# Just enough to be accepted, so that most of a file is what describes it.
_DURATION_S = 0.55
# What sizes and counts turn dangerous at.
_NUMBERS = (0, 1, 2, 0x7F, 0x80, 0xFF, 0x7FFF, 0x8000, 0xFFFF, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFF8, 0xFFFF_FFFF)


def _stereo(sound: Sound) -> Sound:
    return np.stack([sound, -0.5 * sound], axis=1)


def seeds() -> dict[str, bytes]:
    """One file of each kind, by the decoder that reads it and the kind."""
    low, mid, high = (voice(_DURATION_S, rate_hz) for rate_hz in (8000, RATE_HZ, 44_100))
    by_libsndfile = {
        "wav": encode(low, rate_hz=8000),
        "wav stereo 24": encode(_stereo(low), "WAV", "PCM_24", 8000),
        "wav float": encode(low, "WAVEX", "FLOAT", 8000),
        "wav a-law": encode(low, "WAV", "ALAW", 8000),
        "wav ima": encode(low, "WAV", "IMA_ADPCM", 8000),
        "wav ms": encode(low, "WAV", "MS_ADPCM", 8000),
        "wav gsm": encode(low, "WAV", "GSM610", 8000),
        "wav with a trap": libsndfile_trap(pcm(mid)),
        "flac": encode(low, "FLAC", rate_hz=8000),
        "flac stereo": encode(_stereo(mid), "FLAC"),
        "flac of silence": flac_of_silence(2),
        "mp3": encode(mid, "MP3", "MPEG_LAYER_III"),
        "mp3 variable": encode(_stereo(high), "MP3", "MPEG_LAYER_III", 44_100, bitrate_mode="VARIABLE"),
        "vorbis": encode(mid, "OGG", "VORBIS"),
        "opus": encode(mid, "OGG", "OPUS"),
        "opus chained": encode(mid, "OGG", "OPUS") * 2,
    }
    by_ffmpeg = {
        "m4a": made(mid, "ipod", "aac", bit_rate=32_000),
        "mp4 fragmented": made(mid, "mp4", "aac", bit_rate=32_000, movflags="empty_moov+frag_keyframe"),
        "m4a of eight channels": made(np.tile(mid[:, None], (1, 8)), "ipod", "aac", bit_rate=128_000),
        "mp4 alac": made(mid, "ipod", "alac"),
        "mov pcm": made(low, "mov", "pcm_s16le", 8000),
        "3gp": made(low, "3gp", "libopencore_amrnb", 8000, bit_rate=4_750),
        "amr": made(low, "amr", "libopencore_amrnb", 8000, bit_rate=12_200),
        "webm": made(voice(_DURATION_S, 48_000), "webm", "libopus", 48_000, bit_rate=24_000),
        "matroska with video": made(mid, "matroska", "aac", bit_rate=32_000, picture="mpeg4"),
        "adts": made(mid, "adts", "aac", bit_rate=32_000),
        "aiff": made(low, "aiff", "pcm_s16be", 8000),
        "caf": made(low, "caf", "pcm_s16le", 8000),
        "au": made(low, "au", "pcm_mulaw", 8000),
        "w64": made(low, "w64", "pcm_s16le", 8000),
        "wma": made(high, "asf", "wmav2", 44_100, bit_rate=64_000),
        "wav g722": made(mid, "wav", "g722"),
        "wav g726": made(low, "wav", "g726", 8000, bit_rate=16_000),
        "avi": made(mid, "avi", "libmp3lame", bit_rate=32_000, picture="mpeg4"),
        "flv": made(high, "flv", "libmp3lame", 44_100, bit_rate=32_000),
        "mpegts": made(mid, "mpegts", "aac", bit_rate=32_000),
        "wavpack": made(low, "wv", "wavpack", 8000),
        "tta": made(low, "tta", "tta", 8000),
        "ac3": made(voice(_DURATION_S, 48_000), "ac3", "ac3", 48_000, bit_rate=64_000),
        "ogg flac": made(mid, "ogg", "flac"),
        "voc": made(low, "voc", "pcm_u8", 8000),
    }
    return {f"{decoder}: {kind}": content for decoder, kinds in
            (("libsndfile", by_libsndfile), ("FFmpeg", by_ffmpeg)) for kind, content in kinds.items()}  # fmt: skip


def mutated(rng: random.Random, kinds: Mapping[str, bytes]) -> tuple[str, bytes]:
    """A kind and a mutation of its file, or bytes that nobody encoded."""
    kind = rng.choice(sorted(kinds))
    source = bytearray(kinds[kind])
    if rng.random() < 0.01:
        return "noise behind a header", bytes(source[: rng.randrange(64)]) + rng.randbytes(rng.randrange(4096))
    if rng.random() < 0.03:
        # The beginning of one file and the end of another.
        other = kinds[rng.choice(sorted(kinds))]
        source[rng.randrange(len(source)) :] = other[rng.randrange(len(other)) :]
    for _ in range(1 + int(rng.expovariate(0.5))):
        _mutate_once(rng, source)
    if source[:4] == b"OggS" and rng.random() < 0.8:
        # Otherwise the checksums would keep most mutations from the decoders.
        return kind, _with_fitting_checksums(bytes(source))
    return kind, bytes(source)


def _mutate_once(rng: random.Random, source: bytearray) -> None:
    # What describes the sound stands at the start, or at the end, and matters most.
    near = rng.randrange(min(300, len(source)) or 1)
    at = rng.choice((near, rng.randrange(len(source) or 1), max(0, len(source) - 1 - near)))
    size = rng.randrange(1, 48)
    match rng.randrange(9):
        case 0 | 1:
            source[at : at + 1] = bytes([rng.randrange(256)])
        case 2:
            if at < len(source):
                source[at] ^= 1 << rng.randrange(8)
        case 3 | 4:
            width = rng.choice((1, 2, 4, 8))
            number = rng.choice((*_NUMBERS, len(source), rng.randrange(1 << 32))) & ((1 << 8 * width) - 1)
            source[at : at + width] = number.to_bytes(width, rng.choice(("little", "big")))
        case 5:
            del source[at : at + size]
        case 6:
            source[at:at] = rng.choice((rng.randbytes(size), bytes(size), b"\xff" * size))
        case 7:
            source[at:at] = source[at : at + size] * rng.choice((1, 3, 40))
        case 8:
            del source[max(at, 60) :]


def _with_fitting_checksums(ogg: bytes) -> bytes:
    try:
        return b"".join(_with_checksum(page) if len(page) > 27 else page for page in pages(ogg))
    except IndexError:
        return ogg  # it ends inside the head of a page


# How an input is asked for: the usual way most often.
_WAYS: tuple[Callable[[bytes], object], ...] = (
    read_clip,
    read_clip,
    read_clip,
    lambda source: [_sound(block) for block in read_blocks(source, channel=1, block_s=0.25)],
    probe,
)


class BrokenPromiseError(Exception):
    """What was read is not what a clip promises to be."""


def _sound(clip: object) -> None:
    samples = getattr(clip, "samples", None)
    if samples is None:
        return
    if samples.dtype != np.float32 or not np.isfinite(samples).all() or np.abs(samples).max(initial=0) > 1:
        raise BrokenPromiseError(f"{samples.dtype}, {samples.shape}, up to {np.abs(samples).max(initial=0)}")


@dataclass
class Figures:
    """What a campaign has found.

    Attributes:
        inputs: number of inputs.
        outcomes: number by outcome: read, refused, and the kinds of failure.
        by_kind: number of inputs by kind of file.
        read_by_kind: of those, how many were read.
        slowest_s: the longest that one input took, by the clock on the wall.
        failures: what failed: number of the input and what happened.
    """

    inputs: int = 0
    outcomes: collections.Counter[str] = field(default_factory=collections.Counter)
    by_kind: collections.Counter[str] = field(default_factory=collections.Counter)
    read_by_kind: collections.Counter[str] = field(default_factory=collections.Counter)
    slowest_s: float = 0.0
    took_s: float = 0.0
    failures: list[tuple[int, str]] = field(default_factory=list)

    def lines(self) -> list[str]:
        """The figures for a person."""
        ffmpeg = sum(count for kind, count in self.by_kind.items() if kind.startswith("FFmpeg"))
        failed = {name: self.outcomes[name] for name in ("foreign", "crash", "hang", "broken")}
        return [
            f"{self.inputs} inputs in {self.took_s:.0f} s ({self.inputs / max(self.took_s, 1e-9):.0f} a second), "
            f"{ffmpeg} of them mutations of what FFmpeg reads, {len(self.by_kind)} kinds",
            f"{self.outcomes['read']} read, {self.outcomes['refused']} refused in a sentence, "
            f"{self.outcomes['over budget']} of these for their processor time; slowest {self.slowest_s:.2f} s",
            ", ".join(f"{count} {name}" for name, count in failed.items()),
            *(f"  input {number}: {what}" for number, what in self.failures[:20]),
        ]


def attempt(source: bytes, way: Callable[[bytes], object]) -> tuple[str, str]:
    """The outcome of one input, and what is to be told about it."""
    start = time.monotonic()
    try:
        _sound(way(source))
        outcome, what = "read", ""
    except AudioError as error:
        what = str(error)
        outcome = "refused"
        if "makes its decoder fail" in what or "interrupted" in what:
            outcome = "crash"
        elif "decoder hang" in what:
            outcome = "hang"
        elif "takes too long" in what:
            outcome = "over budget"
    except BrokenPromiseError as error:
        outcome, what = "broken", str(error)
    except Exception as error:  # noqa: BLE001 - that there is none is what is tested
        outcome, what = "foreign", repr(error)
    if time.monotonic() - start > SOON_S:
        outcome, what = "hang", f"{time.monotonic() - start:.0f} s; {what}"
    return outcome, what


def campaign(
    inputs: int, *, start: int = 0, until_s: float = float("inf"), keep: Path, progress: Callable[[str], object]
) -> Figures:
    """Try inputs number `start` and following, until there were so many or so much time has passed.

    Failures are written to the folder `keep`.
    """
    kinds = seeds()
    figures = Figures()
    began = said = time.monotonic()
    try:
        for number in range(start, start + inputs):
            now = time.monotonic()
            if now - began > until_s:
                break
            if now - said > 60:
                said = now
                figures.took_s = now - began
                progress("; ".join(figures.lines()[:3]))
            rng = random.Random(number)
            kind, source = mutated(rng, kinds)
            outcome, what = attempt(source, rng.choice(_WAYS))
            took_s = time.monotonic() - now
            figures.inputs += 1
            figures.by_kind[kind] += 1
            figures.read_by_kind[kind] += outcome == "read"
            figures.slowest_s = max(figures.slowest_s, took_s)
            figures.outcomes[outcome] += 1
            if outcome == "over budget":
                figures.outcomes["refused"] += 1
            if outcome not in ("read", "refused"):
                keep.mkdir(parents=True, exist_ok=True)
                (keep / f"{number}-{outcome.replace(' ', '-')}").write_bytes(source)
            if outcome in ("foreign", "crash", "hang", "broken"):
                figures.failures.append((number, f"{outcome}, {kind}: {what}"))
    except KeyboardInterrupt:
        progress("Interrupted.")
    figures.took_s = time.monotonic() - began
    return figures


def main() -> int:
    """Run a campaign; the exit status is 1 if anything failed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--inputs", type=int, default=1_000_000, help="number of inputs (default: a million)")
    parser.add_argument("--start", type=int, default=0, help="number of the first input, to continue a campaign")
    parser.add_argument("--minutes", type=float, default=float("inf"), help="end after this time")
    parser.add_argument("--keep", type=Path, help="folder for inputs that fail (default: a temporary one)")
    chosen = parser.parse_args()
    keep = chosen.keep or Path(tempfile.mkdtemp(prefix="fuzz-"))

    def say(line: str) -> None:
        print(line, flush=True)

    figures = campaign(chosen.inputs, start=chosen.start, until_s=chosen.minutes * 60, keep=keep, progress=say)
    for line in figures.lines():
        say(line)
    kept = len(list(keep.iterdir())) if keep.is_dir() else 0
    if kept:
        say(f"{kept} inputs kept in {keep}")
    return 1 if figures.failures else 0


if __name__ == "__main__":
    sys.exit(main())
