"""Ten people at once, one of them with the largest file the page accepts. For deploy/image_test.py."""

import re
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile
from playwright.sync_api import Browser, Page

PEOPLE = 10
CLIP_S = 5.0
# Seconds on an idle machine; nine tenths of the work is done by the ten browsers, which share it.
PATIENCE_MS = 300_000
# Sound that fills a file of any size within a few seconds: its size matters, not its duration.
_WIDE_CHANNELS, _WIDE_RATE_HZ = 16, 192_000
# Any of these is an answer: a synthetic voice may leave the model unsure, or between two emotions.
ANSWER = re.compile("Emotion detected|Too close to choose|No clear emotion")


@dataclass(frozen=True)
class Crowd:
    """What happened.

    Attributes:
        answers_s: time from uploading the files until each person saw an answer, that of the largest file first.
        largest_mb: size of the largest file.
    """

    answers_s: list[float]
    largest_mb: int


def visit(browser: Browser, url: str, voice: Path, folder: Path) -> Crowd:
    """Open ten pages, upload all their files at the same time, and wait for every answer."""
    contexts = [browser.new_context() for _ in range(PEOPLE)]
    pages = [context.new_page() for context in contexts]
    for page in pages:
        page.set_default_timeout(PATIENCE_MS)
        page.goto(url)
    for page in pages:
        page.locator('input[type="file"]').wait_for(state="attached")
    largest_mb = _limit_mb(pages[0])
    files = [_largest(folder / "largest.wav", voice, largest_mb * 1_000_000)]
    files += [_clip(folder / f"{number}.wav", voice, number) for number in range(1, PEOPLE)]
    began = time.monotonic()
    for page, file in zip(pages, files, strict=True):
        page.locator('input[type="file"]').set_input_files(file)
    answers_s = [0.0] * PEOPLE
    waiting = set(range(PEOPLE))
    while waiting:
        for number in sorted(waiting):
            if pages[number].get_by_text(ANSWER).count():
                answers_s[number] = time.monotonic() - began
                waiting.remove(number)
        if waiting and time.monotonic() - began > PATIENCE_MS / 1000:
            shown = pages[min(waiting)].get_by_test_id("stMain").inner_text(timeout=10_000)
            raise RuntimeError(f"{len(waiting)} of {PEOPLE} have no answer; the page of one of them:\n{shown}")
        time.sleep(0.1)
    for context in contexts:
        context.close()
    return Crowd(answers_s, largest_mb)


def _limit_mb(page: Page) -> int:
    """The size limit that the page itself states."""
    words = page.get_by_test_id("stFileUploaderDropzone").inner_text()
    found = re.search(r"(\d+)\s*MB per file", words)
    if found is None:
        raise RuntimeError(f"The page names no limit: {words!r}")
    return int(found[1])


def _clip(path: Path, voice: Path, number: int) -> Path:
    """Five seconds, different for each person."""
    samples, rate_hz = soundfile.read(voice, dtype="float32")
    soundfile.write(path, np.roll(np.resize(samples, round(CLIP_S * rate_hz)), number * 997), rate_hz)
    return path


def _largest(path: Path, voice: Path, size_bytes: int) -> Path:
    """A recording of exactly this many bytes."""
    samples, rate_hz = soundfile.read(voice, dtype="int16")
    second = np.tile(np.repeat(samples[rate_hz : 2 * rate_hz], _WIDE_RATE_HZ // rate_hz)[:, None], (1, _WIDE_CHANNELS))
    with soundfile.SoundFile(path, "w", _WIDE_RATE_HZ, _WIDE_CHANNELS, "PCM_16") as file:
        for _ in range((size_bytes - 1024) // second.nbytes):
            file.write(second)
    with path.open("ab") as whole:
        # Bytes after the sound of a WAV are not read.
        whole.write(bytes(size_bytes - path.stat().st_size))
    return path
