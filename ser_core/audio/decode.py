"""A plan becomes mono samples at 16 kHz, a little at a time, with the verdicts on them at the end."""

from collections.abc import Iterator

import numpy as np
import soundfile
import soxr

from ser_core.arrays import Samples
from ser_core.audio.limits import (
    MAX_CHANNELS,
    MAX_RATE_HZ,
    MIN_DURATION_S,
    MIN_RATE_HZ,
    SAMPLE_RATE_HZ,
    SILENCE_DBFS,
    SILENCE_WINDOW_S,
)
from ser_core.audio.plan import Part, Plan
from ser_core.audio.refusals import cut_off, damaged
from ser_core.audio.view import Source, View
from ser_core.errors import AudioError

_WINDOW_SAMPLES = round(SILENCE_WINDOW_S * SAMPLE_RATE_HZ)
# A share of clipped or undefined samples that only a wrongly scaled or broken file has. Lossy codecs and loud
# masters overshoot full scale in a few samples of a thousand.
_WRONG_SHARE = 0.1
_UNDEFINED_SHARE = 0.01
# libsndfile's number of frames where the header does not say.
_UNKNOWN_FRAMES = 2**62
# Where the number of frames is exact. Less is there of a FLAC file that was cut off, or of a WAV file that
# somebody shortens while it is read; the other containers' plans have looked for that already.
_EXACT_FORMATS = ("FLAC", "RAW")
# One FLAC block as encoders make them by default.
_FRAMES_FORGIVEN = 4608


class _SoundFile(soundfile.SoundFile):  # type: ignore[misc]
    """Read from front to end only.

    soundfile seeks after every read where it can, to where it already is. For MP3 that throws the bit
    reservoir away, so that what is read depends on how much is read at a time.
    """

    def seekable(self) -> bool:
        return False


def _open(part: Part, view: View) -> _SoundFile:
    if "samplerate" in part.options:
        _check_layout(part.options["samplerate"], part.options["channels"])
    try:
        file = _SoundFile(view, **part.options)
    except soundfile.LibsndfileError as error:
        raise damaged(f"its header cannot be read ({error.error_string.rstrip('.')})") from None
    try:
        _check_layout(file.samplerate, file.channels)
    except AudioError:
        file.close()
        raise
    return file


def _check_layout(rate_hz: int, channels: int) -> None:
    if not MIN_RATE_HZ <= rate_hz <= MAX_RATE_HZ:
        raise AudioError(
            f"The recording has {rate_hz} samples a second; {MIN_RATE_HZ} to {MAX_RATE_HZ} are read. "
            f"Convert it, for example with: ffmpeg -i INPUT -ar 48000 output.wav"
        )
    if not 1 <= channels <= MAX_CHANNELS:
        raise AudioError(
            f"The recording has {channels} channels; 1 to {MAX_CHANNELS} are read. "
            f"Convert it, for example with: ffmpeg -i INPUT -ac 1 output.wav"
        )


def describe(plan: Plan, source: Source) -> dict[str, str | int | float]:
    """The fields of AudioInfo. Samples are only decoded where the header does not say how many there are."""
    duration_s = 0.0
    for part in plan.parts:
        view = View(source, part.segments)
        with _open(part, view) as file:
            codec, rate_hz, channels = file.subtype, file.samplerate, file.channels
            frames = file.frames
            if frames >= _UNKNOWN_FRAMES:
                frames = sum(len(block) for block in _blocks(file, view))
            duration_s += frames / rate_hz
    return {
        "container": plan.container,
        "codec": codec,
        "rate_hz": rate_hz,
        "channels": channels,
        "duration_s": duration_s,
    }


def decode(plan: Plan, source: Source, max_duration_s: float) -> Iterator[Samples]:
    """Mono float32 samples in [-1, 1] at 16 kHz, in arrays of up to half a second or so.

    A constant offset (DC) is left in, since no feature looks at 0 Hz; the level is measured without it.

    Raises AudioError in front when the header says that it is too long, on the way when it is damaged or
    turns out too long, and at the end when it was cut off, too short, silent, or not sound in [-1, 1].
    """
    count, meter, scale = 0, _Meter(), _Scale()
    for part in plan.parts:
        for block in _resampled(part, source, scale, max_duration_s):
            count += len(block)
            if count > max_duration_s * SAMPLE_RATE_HZ + 1:
                raise _too_long("more than that", max_duration_s)
            meter.add(block)
            yield block
    if count < MIN_DURATION_S * SAMPLE_RATE_HZ:
        duration_s = count / SAMPLE_RATE_HZ
        raise AudioError(
            f"The recording is {duration_s:.2f} s long; at least {MIN_DURATION_S} s is needed. Record a little longer."
        )
    scale.check()
    meter.check()


def _too_long(what: str, max_duration_s: float) -> AudioError:
    return AudioError(
        f"The recording is too long: at most {_clock(max_duration_s)} is read, and it has {what}. Cut it into parts."
    )


def _clock(duration_s: float) -> str:
    minutes, seconds = divmod(round(duration_s), 60)
    return f"{minutes // 60}:{minutes % 60:02}:{seconds:02} (h:mm:ss)"


def _resampled(part: Part, source: Source, scale: "_Scale", max_duration_s: float) -> Iterator[Samples]:
    view = View(source, part.segments)
    with _open(part, view) as file:
        promised = file.frames if file.frames < _UNKNOWN_FRAMES else 0
        if promised > max_duration_s * file.samplerate:
            raise _too_long(_clock(promised / file.samplerate), max_duration_s)
        downmix = Downmix(file.samplerate)
        resampler = soxr.ResampleStream(file.samplerate, SAMPLE_RATE_HZ, 1, dtype="float32", quality="HQ")
        same_rate = file.samplerate == SAMPLE_RATE_HZ
        frames = 0
        for block in _blocks(file, view):
            frames += len(block)
            mono = downmix(scale.limit(block))
            # The filter of the resampler overshoots a little at full scale.
            yield mono if same_rate else resampler.resample_chunk(mono).clip(-1, 1)
        if not same_rate:
            yield resampler.resample_chunk(np.zeros(0, np.float32), last=True).clip(-1, 1)
        if frames + _FRAMES_FORGIVEN < promised and file.format in _EXACT_FORMATS:
            raise cut_off(f"{frames / file.samplerate:.1f} of {promised / file.samplerate:.1f} s are there")


def _blocks(file: _SoundFile, view: View) -> Iterator[Samples]:
    """Half-second blocks of shape (n, channels). The size never varies, so that no result depends on it."""
    try:
        while len(block := file.read(file.samplerate // 2, dtype="float32", always_2d=True)):
            yield block
    except soundfile.LibsndfileError as error:
        if view.furthest < view.size:
            raise damaged(f"its sound cannot be decoded ({error.error_string.rstrip('.')})") from None
        raise cut_off("it ends in the middle of its sound") from None


class _Scale:
    """Holds samples to [-1, 1] and remembers how often that was needed."""

    def __init__(self) -> None:
        self._count = self._beyond = self._undefined = 0

    def limit(self, block: Samples) -> Samples:
        """Clip what is beyond full scale, as a sound card would; undefined samples (NaN, Inf) become 0."""
        self._count += block.size
        # NaN compares false, so one comparison finds it all.
        if block.min() >= -1 and block.max() <= 1:
            return block
        defined = np.isfinite(block)
        self._undefined += block.size - int(defined.sum())
        self._beyond += int((np.abs(block) > 1)[defined].sum())
        return np.where(defined, block, np.float32(0)).clip(-1, 1)

    def check(self) -> None:
        if self._undefined > _UNDEFINED_SHARE * self._count:
            raise damaged("many of its samples are no numbers (NaN or infinite)")
        if self._beyond > _WRONG_SHARE * self._count:
            raise AudioError(
                f"{self._beyond / self._count:.0%} of the samples are beyond full scale: floating-point sound "
                f"is between -1 and 1. Normalise it, or export it as 16-bit WAV."
            )


class Downmix:
    """The mean of the channels, unless they cancel each other; then the loudest of them.

    Two microphones wired in opposite phase, and some stereo wideners, leave nearly nothing in the mean while
    each channel is perfectly good. A single active channel among n leaves at least 1/n of its amplitude, so
    when less than a fifth of that is left, it must have been cancelled. Decided anew for every block, but held
    through silence and while the chosen channel is not much weaker than the loudest, and faded over 10 ms.
    """

    def __init__(self, rate_hz: int) -> None:
        self._fade_frames = rate_hz // 100
        self._channel: int | None = None
        self._first = True

    def __call__(self, block: Samples) -> Samples:
        """Mono samples, shape (n,), from a block of shape (n, channels)."""
        if block.shape[1] == 1:
            return block[:, 0]
        # As dot products, which are thirty times faster than numpy's means over such a short axis.
        mean = block @ np.full(block.shape[1], 1 / block.shape[1], np.float32)
        before, self._channel = self._channel, self._choose(block, mean)
        mono = mean if self._channel is None else block[:, self._channel]
        if before != self._channel and not self._first:
            old = mean if before is None else block[:, before]
            fade = np.ones(len(mono), np.float32)
            fade[: self._fade_frames] = np.linspace(0, 1, self._fade_frames, dtype=np.float32)[: len(mono)]
            mono = fade * mono + (1 - fade) * old
        self._first = False
        return np.ascontiguousarray(mono)

    def _choose(self, block: Samples, mean: Samples) -> int | None:
        power = np.array([channel @ channel for channel in block.T]) / len(block)
        loudest = int(power.argmax())
        if power[loudest] < 10 ** (SILENCE_DBFS / 10):
            return self._channel
        if mean @ mean / len(mean) * block.shape[1] ** 2 > 0.2**2 * power[loudest]:
            return None
        if self._channel is not None and power[self._channel] > power[loudest] / 4:
            return self._channel
        return loudest


class _Meter:
    """Level of the loudest tenth of a second, its own mean taken out: a constant offset is no sound."""

    def __init__(self) -> None:
        self._rest: Samples = np.zeros(0, np.float32)
        self._loudest = 0.0

    def add(self, samples: Samples) -> None:
        samples = np.concatenate((self._rest, samples))
        whole = len(samples) // _WINDOW_SAMPLES * _WINDOW_SAMPLES
        if whole:
            windows = samples[:whole].reshape(-1, _WINDOW_SAMPLES)
            self._loudest = max(self._loudest, float(windows.var(axis=1, dtype=np.float64).max()))
        self._rest = samples[whole:]

    def check(self) -> None:
        level_dbfs = 10 * np.log10(max(self._loudest, 1e-20))
        if level_dbfs < SILENCE_DBFS:
            found = "nothing but digital silence" if self._loudest < 1e-15 else f"{level_dbfs:.0f} dBFS at its loudest"
            raise AudioError(
                f"The recording is silent: it has {found}, and at least {SILENCE_DBFS:.0f} dBFS is needed. "
                f"Check that the right microphone is chosen and not muted, and record again."
            )
