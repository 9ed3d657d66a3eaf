"""Turns a plan into mono samples at 16 kHz, a little at a time, and checks them at the end."""

from collections.abc import Callable, Iterator

import numpy as np
import soxr

from ser_core.arrays import Samples
from ser_core.audio.containers.plan import Part, Plan
from ser_core.audio.containers.refusals import no_sound
from ser_core.audio.containers.view import Source, View
from ser_core.audio.decoding import by_ffmpeg, by_soundfile
from ser_core.audio.decoding.blocks import Layout
from ser_core.audio.decoding.channels import ChannelFacts, Downmix
from ser_core.audio.decoding.verdicts import Meter, Scale
from ser_core.audio.limits import MIN_DURATION_S, SAMPLE_RATE_HZ
from ser_core.errors import AudioError
from ser_core.language import Later, later
from ser_core.notices import Notice, NoticeCode

# If the number of samples is known; nobody hears that so little is missing.
_FORGIVEN_EXACT_S = 0.02
# Rounding and padding of lossy containers.
_FORGIVEN_S = 0.3
# This share of the sound in flat tops is audible, and changes what a model hears.
_CLIPPED_SHARE = 0.003
# A recording of more parts than this is reported as damaged, not as joined.
_MOST_JOINED = 50


def open_part(part: Part, view: View) -> by_soundfile.Reader | by_ffmpeg.Reader:
    """The reader of a part: libsndfile if it can, otherwise FFmpeg. Raises AudioError when neither can."""
    if not part.soundfile:
        return by_ffmpeg.Reader(part, view)
    try:
        return by_soundfile.Reader(part, view)
    except by_soundfile.GaveUpError:
        if not part.demuxer:
            raise no_sound(later("its header cannot be read")) from None
    return by_ffmpeg.Reader(part, view)


def describe(plan: Plan, source: Source, on_block: Callable[[], None] = lambda: None) -> dict[str, str | int | float]:
    """The fields of AudioInfo. Decodes only if neither a header nor the packets give the length.

    `on_block` is called as in Decoding.
    """
    duration_s, last = 0.0, None
    failure = None
    for part in plan.parts:
        on_block()
        view = View(source, part.segments)
        try:
            reader = open_part(part, view)
        except AudioError as error:
            failure = error
            continue
        try:
            frames = reader.promised_frames
            if frames is None:
                frames = reader.count_frames(on_block)
            layout = reader.layout
        finally:
            reader.close()
        last = last or layout
        duration_s += frames / max(layout.rate_hz, 1)
    if last is None:
        raise failure or no_sound(later("there is nothing in it"))
    return {
        "container": plan.container,
        "codec": last.codec,
        "rate_hz": last.rate_hz,
        "channels": last.channels,
        "duration_s": duration_s,
    }


class Decoding:
    """A recording on its way to mono float32 samples in [-1, 1] at 16 kHz.

    Args:
        plan: which parts of it are read.
        source: its bytes.
        max_duration_s: longest recording accepted.
        channel: the channel to use, counted from 0; None for all together.
        on_block: called for every part that is opened and every block that is decoded. An AudioError that it raises
            ends the decoding.
    """

    def __init__(
        self,
        plan: Plan,
        source: Source,
        max_duration_s: float,
        channel: int | None = None,
        on_block: Callable[[], None] = lambda: None,
    ) -> None:
        self._plan, self._source = plan, source
        self._max_duration_s = max_duration_s
        self._channel = channel
        self._on_block = on_block
        self._scale = Scale()
        self._count = 0
        self._damaged = plan.oddities.damaged
        self._missing_s = 0.0
        self._cut_off = plan.oddities.cut_off
        self._layouts: list[Layout] = []
        self._facts: list[ChannelFacts] = []

    def blocks(self) -> Iterator[Samples]:
        """Samples in arrays of up to about half a second.

        A constant offset (DC) is kept: it is removed where sound is analysed, and visible where it is drawn. The level
        is measured without it.

        Raises AudioError at the start when the header says that it is too long, on the way when it turns out to be too
        long, and at the end when there was nothing to decode, too little, only silence, or no sound in [-1, 1].
        """
        meter = Meter()
        for block in self._mixed():
            self._count += len(block)
            if self._count > self._max_duration_s * SAMPLE_RATE_HZ + 1:
                raise _too_long(later("more than that"), self._max_duration_s)
            meter.add(block)
            yield block
        if self._count < MIN_DURATION_S * SAMPLE_RATE_HZ:
            raise AudioError(
                "The recording is {duration_s:.2f} s long; at least {min_duration_s} s is needed. Record "
                "a little longer.",
                duration_s=self.duration_s,
                min_duration_s=MIN_DURATION_S,
            )
        self._scale.check()
        meter.check()

    @property
    def duration_s(self) -> float:
        """How much has been decoded so far."""
        return self._count / SAMPLE_RATE_HZ

    def info(self) -> dict[str, str | int | float]:
        """The fields of AudioInfo, once everything is decoded."""
        first = self._layouts[0]
        return {
            "container": self._plan.container,
            "codec": first.codec,
            "rate_hz": first.rate_hz,
            "channels": max(layout.channels for layout in self._layouts),
            "duration_s": self.duration_s,
        }

    def notices(self) -> tuple[Notice, ...]:
        """The notices, once everything is decoded."""
        odd = self._plan.oddities
        found = []
        if self._cut_off:
            promised_s = max(odd.promised_s, self.duration_s + self._missing_s if self._missing_s else 0.0)
            found.append(Notice(NoticeCode.CUT_OFF, {"duration_s": self.duration_s, "promised_s": promised_s}))
        if self._damaged:
            found.append(Notice(NoticeCode.DAMAGED, {"places": self._damaged}))
        if odd.strange_bytes:
            found.append(Notice(NoticeCode.STRANGE_BYTES, {"bytes": odd.strange_bytes}))
        if 1 < len(self._plan.parts) <= _MOST_JOINED:
            found.append(Notice(NoticeCode.JOINED, {"parts": len(self._plan.parts)}))
        taken = next((facts.taken for facts in self._facts if facts.taken is not None), None)
        if taken is not None:
            channels = max(layout.channels for layout in self._layouts)
            found.append(Notice(NoticeCode.CHANNELS_CANCEL, {"channel": taken, "channels": channels}))
        if any(facts.parties for facts in self._facts):
            found.append(Notice(NoticeCode.PARTIES))
        if self._scale.undefined_share:
            found.append(Notice(NoticeCode.UNDEFINED, {"share": self._scale.undefined_share}))
        if self._scale.flat_share > _CLIPPED_SHARE:
            found.append(Notice(NoticeCode.CLIPPED, {"share": self._scale.flat_share}))
        return tuple(found)

    def _mixed(self) -> Iterator[Samples]:
        """Mono at 16 kHz over all parts; filters restart where the rate or the channels change."""
        failure = None
        for number, part in enumerate(self._plan.parts):
            layout: Layout | None = None
            mix: Downmix | None = None
            resampler: soxr.ResampleStream | None = None
            try:
                for now, block in self._decoded(part, last=number == len(self._plan.parts) - 1):
                    if mix is None or (now is not layout and now != layout):
                        yield from self._ended(mix, resampler)
                        layout = now
                        self._layouts.append(now)
                        mix = Downmix(now.rate_hz, now.channels, self._channel)
                        resampler = _resampler(now.rate_hz)
                    mono = mix(self._scale.limit(block))
                    # The filter of the resampler overshoots a little at full scale.
                    yield mono if resampler is None else resampler.resample_chunk(mono).clip(-1, 1)
            except _NothingThereError as error:
                failure = error.reason
            yield from self._ended(mix, resampler)
        if failure is not None and not self._layouts:
            raise failure

    def _ended(self, mix: Downmix | None, resampler: soxr.ResampleStream | None) -> Iterator[Samples]:
        if mix is not None:
            self._facts.append(mix.facts)
        if resampler is not None:
            yield resampler.resample_chunk(np.zeros(0, np.float32), last=True).clip(-1, 1)

    def _decoded(self, part: Part, *, last: bool) -> Iterator[tuple[Layout, Samples]]:
        """Blocks of a part: from libsndfile as far as it gets, and from FFmpeg after that."""
        self._on_block()
        view = View(self._source, part.segments)
        try:
            reader = open_part(part, view)
        except AudioError as error:
            if len(self._plan.parts) == 1:
                raise
            # One of several parts contains nothing: the others are worth hearing.
            self._damaged += 1
            raise _NothingThereError(error) from None
        seconds = 0.0
        try:
            promised_s = (reader.promised_frames or 0) / max(reader.layout.rate_hz, 1)
            if promised_s > self._max_duration_s:
                raise _too_long(_clock(promised_s), self._max_duration_s)
            exact = reader.exact
            try:
                for layout, block in reader.blocks():
                    self._on_block()
                    seconds += len(block) / layout.rate_hz
                    yield layout, block
            except by_soundfile.GaveUpError:
                reader.close()
                if not part.demuxer:
                    raise _NothingThereError(no_sound(later("it cannot be decoded"))) from None
                heard_s = seconds
                reader = by_ffmpeg.Reader(part, view)
                for layout, block in self._from(reader, heard_s):
                    seconds += len(block) / layout.rate_hz
                    yield layout, block
            missing_s = promised_s - seconds
            if isinstance(reader, by_ffmpeg.Reader):
                self._damaged += reader.damaged
                inside = reader.damaged > 0 and not reader.broken_end
                forgiven_s = _FORGIVEN_EXACT_S if exact and part.soundfile else _FORGIVEN_S
                if missing_s > forgiven_s and not inside:
                    self._note_missing(missing_s, last=last)
                elif reader.broken_end and not promised_s:
                    self._note_missing(0.0, last=last)
            elif exact and missing_s > _FORGIVEN_EXACT_S:
                self._note_missing(missing_s, last=last)
        finally:
            reader.close()

    def _note_missing(self, missing_s: float, *, last: bool) -> None:
        if last:
            self._cut_off = True
            self._missing_s += missing_s
        else:
            self._damaged += 1

    def _from(self, reader: by_ffmpeg.Reader, start_s: float) -> Iterator[tuple[Layout, Samples]]:
        """The blocks after `start_s` seconds."""
        passed_s = 0.0
        for layout, block in reader.blocks():
            self._on_block()
            length_s = len(block) / layout.rate_hz
            if passed_s + length_s <= start_s:
                passed_s += length_s
                continue
            skip = max(0, round((start_s - passed_s) * layout.rate_hz))
            passed_s += length_s
            if skip < len(block):
                yield layout, block[skip:]


class _NothingThereError(Exception):
    """A part of a recording could not be opened."""

    def __init__(self, reason: AudioError) -> None:
        super().__init__(str(reason))
        self.reason = reason


def _resampler(rate_hz: int) -> soxr.ResampleStream | None:
    if rate_hz == SAMPLE_RATE_HZ:
        return None
    return soxr.ResampleStream(rate_hz, SAMPLE_RATE_HZ, 1, dtype="float32", quality="HQ")


def _too_long(what: Later | str, max_duration_s: float) -> AudioError:
    return AudioError(
        "The recording is too long: at most {max_duration_s} is read, and it has {what}. Cut it into parts.",
        max_duration_s=_clock(max_duration_s),
        what=what,
    )


def _clock(duration_s: float) -> str:
    minutes, seconds = divmod(round(duration_s), 60)
    return f"{minutes // 60}:{minutes % 60:02}:{seconds:02} (h:mm:ss)"
