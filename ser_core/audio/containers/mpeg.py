"""MPEG audio (MP3): walks the frames, so that length and completeness are known before anything is decoded.

Layouts: ISO/IEC 11172-3 and 13818-3 (frame header); the Xing, Info and VBRI tags as LAME, mpg123 and
Fraunhofer's encoder write and read them.
"""

import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass

from ser_core.audio.containers.plan import Oddities, Part, Plan
from ser_core.audio.containers.tags import id3_bytes, skip_trailing
from ser_core.audio.containers.view import Segment, Source

# kbit/s by (MPEG-1 or later, layer) and index; 0 for the free format, whose frames are as long as the first.
_KBIT_S = {
    (1, 1): (0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448),
    (1, 2): (0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384),
    (1, 3): (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    (2, 1): (0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256),
    (2, 2): (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
    (2, 3): (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
_RATE_HZ = {3: (44100, 48000, 32000), 2: (22050, 24000, 16000), 0: (11025, 12000, 8000)}
# What a frame header may look like: eleven bits of sync, no reserved version, layer, bit rate or sample rate.
_SYNC = re.compile(rb"\xff[\xe2-\xe7\xf2-\xff](?=[\x00-\x0b\x10-\x1b\x20-\x2b\x30-\x3b\x40-\x4b\x50-\x5b"
                   rb"\x60-\x6b\x70-\x7b\x80-\x8b\x90-\x9b\xa0-\xab\xb0-\xbb\xc0-\xcb\xd0-\xdb\xe0-\xeb])")  # fmt: skip
_WINDOW_BYTES = 64 * 1024
# This many frames in a row are no coincidence: each shares 17 bits with the first and begins where it should.
_FRAMES_TO_BELIEVE = 4
# Encoders differ by a frame or two in whether the tag and the padding count.
_FRAMES_FORGIVEN = 2
# Without a tag that gives the number of frames, only an incomplete last frame shows a cut: if this share is missing.
_SHARE_MISSED = 0.25
# The longest frame of the free format that mpg123 accepts.
_LONGEST_FREE_BYTES = 3456


def _frame_bytes(bits: int) -> int:
    """Length of a frame from bits 9 to 20 of its header, 0 when they make no sense or do not say."""
    version, layer_bits, index, rate_index, padding = bits >> 10, bits >> 8 & 3, bits >> 3 & 15, bits >> 1 & 3, bits & 1
    if version == 1 or layer_bits == 0 or index in (0, 15) or rate_index == 3:
        return 0
    layer, generation = 4 - layer_bits, 1 if version == 3 else 2
    bit_s, rate_hz = _KBIT_S[generation, layer][index] * 1000, _RATE_HZ[version][rate_index]
    if layer == 1:
        return (12 * bit_s // rate_hz + padding) * 4
    return (72 if layer == 3 and generation == 2 else 144) * bit_s // rate_hz + padding


_FRAME_BYTES = [_frame_bytes(bits) for bits in range(4096)]


@dataclass(frozen=True)
class _Kind:
    """What all frames of one stream have in common.

    Attributes:
        bits: version, layer, sample rate, and whether there is one channel.
        free_bytes: length of a frame without padding if the header does not give it, otherwise 0.
    """

    bits: int
    free_bytes: int

    def length(self, word: int) -> int:
        """Length of the frame with this header, 0 when it is not of this kind."""
        if _common(word) != self.bits:
            return 0
        if not word >> 12 & 15:
            padding = (word >> 9 & 1) * (4 if word >> 17 & 3 == 3 else 1)
            return self.free_bytes + padding if self.free_bytes else 0
        return _FRAME_BYTES[word >> 9 & 0xFFF]

    @property
    def rate_hz(self) -> int:
        """Samples a second."""
        return _RATE_HZ[self.bits >> 19 & 3][self.bits >> 10 & 3]

    @property
    def samples(self) -> int:
        """Samples of a frame."""
        layer = 4 - (self.bits >> 17 & 3)
        if layer == 1:
            return 384
        return 576 if layer == 3 and self.bits >> 19 & 3 != 3 else 1152


def _common(word: int) -> int:
    """Sync word, version, layer, sample rate, and whether it is mono."""
    return (word & 0xFFFE_0C00) | (0xC0 if word & 0xC0 == 0xC0 else 0)


def _word(source: Source, position: int) -> int:
    return int.from_bytes(source.read(position, 4))


@dataclass(frozen=True)
class _Run:
    """Frames of one kind.

    Attributes:
        kind: what they have in common.
        tag: the first frame if it only gives the number of frames and contains no sound.
        segments: where the other frames are.
        count: their number.
        end: where they end.
        strange_bytes: bytes between them that are no tag.
        share_missing: the missing share of an incomplete last frame, 0 to 1.
    """

    kind: _Kind
    tag: "_Tag | None"
    segments: tuple[Segment, ...]
    count: int
    end: int
    strange_bytes: int
    share_missing: float

    @property
    def promised(self) -> int:
        """The number of frames that there should be; 0 if unknown."""
        return 0 if self.tag is None else self.tag.count

    def part(self) -> Part:
        """The segments to decode.

        libsndfile stops after the number of frames in the tag, or without a tag after the size divided by the first
        frame's bit rate, and loses the rest. So the actual number of frames is written into the tag, or a tag is put
        in front of the frames if there is none.
        """
        return Part((_count_frame(self.kind, self.tag, self.count), *self.segments), demuxer="mp3")


@dataclass(frozen=True)
class _Tag:
    """The first frame, which gives the number of frames.

    Attributes:
        frame: its bytes.
        count_at: the position of the number in these bytes; None if the number is missing.
    """

    frame: bytes
    count_at: int | None

    @property
    def count(self) -> int:
        return 0 if self.count_at is None else int.from_bytes(self.frame[self.count_at : self.count_at + 4])


def find(source: Source, start: int, end: int | None = None) -> Plan | None:
    """Plan for the MPEG stream that starts somewhere after `start`; None if there is none.

    Concatenated streams become several parts if the channels or the rate change between them.
    """
    end = skip_trailing(source, start) if end is None else end
    first = _first_frame(source, start, end)
    if start and (first is None or first[0] > start) and (inside := _inside_the_tag(source, start, end)):
        first = inside
    runs: list[_Run] = []
    strange_bytes = 0
    while first is not None:
        position, kind = first
        run = _walk(source, position, end, kind)
        strange_bytes += run.strange_bytes
        if run.count:
            runs.append(run)
        first = _first_frame(source, run.end, end)
        if first is not None:
            strange_bytes += _strange_bytes(source, run.end, first[0])
    if not runs:
        return None
    last = runs[-1]
    short = [run.count + _FRAMES_FORGIVEN < run.promised for run in runs]
    # Frames lost in the middle leave bytes behind that belong to nothing.
    cut_off = (short[-1] and (last.share_missing > 0 or not last.strange_bytes)) or (
        not last.promised and last.share_missing > _SHARE_MISSED
    )
    damaged = sum(short) - (short[-1] and cut_off)
    promised_s = sum(max(run.count, run.promised) * run.kind.samples / run.kind.rate_hz for run in runs)
    oddities = Oddities(cut_off, promised_s if short[-1] else 0.0, strange_bytes, damaged)
    return Plan("MP3", tuple(run.part() for run in runs), oddities)


def _candidates(source: Source, start: int, end: int) -> Iterator[int]:
    """Where something looks like a frame header."""
    while start < end:
        window = source.read(start, min(_WINDOW_BYTES, end - start) + 2)
        for match in _SYNC.finditer(window):
            if match.start() < _WINDOW_BYTES:
                yield start + match.start()
        start += _WINDOW_BYTES


def _first_frame(source: Source, start: int, end: int) -> tuple[int, _Kind] | None:
    for position in _candidates(source, start, end):
        if kind := _believed(source, position, end, at_start=position == start):
            return position, kind
    return None


def _believed(source: Source, position: int, end: int, *, at_start: bool) -> _Kind | None:
    """The kind of the frames that start here, if these are frames."""
    word = _word(source, position)
    kind = _Kind(_common(word), 0)
    if not word >> 12 & 15:
        kind = _Kind(kind.bits, _free_bytes(source, position, end, word))
    for count in range(_FRAMES_TO_BELIEVE):
        length = kind.length(_word(source, position))
        if not length:
            return None
        position += length
        if position >= end:
            # The file ends so early that a Layer III header at its very start has to be enough.
            return kind if count > 0 or (at_start and word >> 17 & 3 == 1) else None
    return kind


def _free_bytes(source: Source, position: int, end: int, word: int) -> int:
    """Length of a frame of the free format: up to the next header like the first one, minus the padding."""
    window = source.read(position, min(_LONGEST_FREE_BYTES + 4, end - position))
    # A frame is at least as long as its header and side information.
    at = window.find(window[:2], 21)
    while at >= 0:
        following = int.from_bytes(window[at : at + 4])
        if _common(following) == _common(word) and not following >> 12 & 15:
            return at - (word >> 9 & 1) * (4 if word >> 17 & 3 == 3 else 1)
        at = window.find(window[:2], at + 1)
    return 0


def _inside_the_tag(source: Source, start: int, end: int) -> tuple[int, _Kind] | None:
    """The first frame inside an ID3 tag if the sound continues beyond the tag's end.

    In that case the tag's size is wrong. Pictures in tags may contain what looks like frames, but never ones that
    continue after the tag.
    """
    for position in _candidates(source, 10, min(start, end)):
        kind = _believed(source, position, end, at_start=False)
        if kind is None:
            continue
        at = position
        while at < min(start, end) and (length := kind.length(_word(source, at))):
            at += length
        if at >= min(start, end):
            return position, kind
    return None


def _walk(source: Source, position: int, end: int, kind: _Kind) -> _Run:
    """All frames of this kind, up to the end or to the first frames of another kind."""
    word = _word(source, position)
    length = kind.length(word)
    tag = _read_tag(word, source.read(position, length))
    if tag is not None:
        position += length
    count = 0
    segments: list[Segment] = []
    run_start, strange_bytes, share_missing = position, 0, 0.0
    while position < end:
        length = kind.length(_word(source, position))
        if length:
            if position + length > end:
                share_missing = (position + length - end) / length
                break
            count += 1
            position += length
            continue
        again = _resume(source, position, end, kind)
        if again is None:
            return _Run(kind, tag, (*segments, (run_start, position)), count, position, strange_bytes, 0.0)
        segments.append((run_start, position))
        strange_bytes += _strange_bytes(source, position, again)
        run_start = position = again
    return _Run(kind, tag, (*segments, (run_start, end)), count, end, strange_bytes, share_missing)


def _resume(source: Source, position: int, end: int, kind: _Kind) -> int | None:
    """The position of the next frame of this kind after something else: two must follow each other.

    None if frames of another kind come first.
    """
    while size := id3_bytes(source, position):
        position += size
    for at in _candidates(source, position, end):
        if length := kind.length(_word(source, at)):
            following = at + length
            if following == end or kind.length(_word(source, following)):
                return at
        elif _believed(source, at, end, at_start=False):
            return None
    return None


def _strange_bytes(source: Source, start: int, end: int) -> int:
    """How many bytes between two frames are no tag: joined files bring their tags along."""
    while start < end and (size := id3_bytes(source, start)):
        start += size
    if source.read(start, 3) == b"TAG":
        start += 128
    return max(0, end - start)


def _side_bytes(word: int) -> int:
    """Length of a Layer III frame's side information, which is followed by the Xing tag."""
    mono, generation_1 = word >> 6 & 3 == 3, word >> 19 & 3 == 3
    return (17 if mono else 32) if generation_1 else (9 if mono else 17)


def _read_tag(word: int, frame: bytes) -> _Tag | None:
    at = 4 + _side_bytes(word)
    if frame[at : at + 4] in (b"Xing", b"Info"):
        has_count = len(frame) >= at + 12 and frame[at + 7] & 1
        return _Tag(frame, at + 8 if has_count else None)
    if frame[36:40] == b"VBRI" and len(frame) >= 54:
        return _Tag(frame, 50)
    return None


def _count_frame(kind: _Kind, tag: _Tag | None, count: int) -> bytes:
    """The file's own tag frame with the correct number in it, or a new one. Empty for Layers I and II."""
    number = struct.pack(">I", count)
    if tag is not None and tag.count_at is not None:
        return tag.frame if tag.count == count else tag.frame[: tag.count_at] + number + tag.frame[tag.count_at + 4 :]
    # mpg123 takes the length of the free format's frames from the first.
    if kind.bits >> 17 & 3 != 1 or kind.free_bytes:
        return b""
    # Bit rate 9 of every table makes a frame long enough for the tag; no checksum, no padding.
    word = kind.bits | 0x1_9000
    start = struct.pack(">I", word) + bytes(_side_bytes(word)) + b"Xing" + struct.pack(">I", 1) + number
    return start.ljust(_FRAME_BYTES[word >> 9 & 0xFFF], b"\0")
