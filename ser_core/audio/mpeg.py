"""MPEG audio (MP3): walks the frames, so that length and completeness are known before anything is decoded.

Layouts: ISO/IEC 11172-3 and 13818-3 (frame header); the Xing, Info and VBRI tags as LAME, mpg123 and
Fraunhofer's encoder write and read them.
"""

import struct
from dataclasses import dataclass

from ser_core.audio.plan import Part, Plan
from ser_core.audio.refusals import cut_off
from ser_core.audio.tags import skip_trailing
from ser_core.audio.view import Segment, Source

# kbit/s by (MPEG-1 or later, layer) and index; 0 for the free format, which hardly anybody ever used.
_KBIT_S = {
    (1, 1): (0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448),
    (1, 2): (0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384),
    (1, 3): (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    (2, 1): (0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256),
    (2, 2): (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
    (2, 3): (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
_RATE_HZ = {3: (44100, 48000, 32000), 2: (22050, 24000, 16000), 0: (11025, 12000, 8000)}
# Frames of one stream have these bits in common: the sync word, version, layer and sample rate.
_COMMON_BITS = 0xFFFE_0C00
_SEARCHED_BYTES = 64 * 1024
# So many frames in a row are no coincidence: each shares 17 bits with the first and stands where it should.
_FRAMES_TO_BELIEVE = 4
# Encoders differ by a frame or two in whether the tag and the padding count.
_FRAMES_FORGIVEN = 2
# Without a tag that says how many frames there were, only a last frame of which this share is missing tells.
_SHARE_MISSED = 0.25


def _frame_bytes(bits: int) -> int:
    """Length of a frame from bits 9 to 20 of its header, 0 when they make no sense."""
    version, layer_bits, index, rate_index, padding = bits >> 10, bits >> 8 & 3, bits >> 3 & 15, bits >> 1 & 3, bits & 1
    if version == 1 or layer_bits == 0 or index in (0, 15) or rate_index == 3:
        return 0
    layer, generation = 4 - layer_bits, 1 if version == 3 else 2
    bit_s, rate_hz = _KBIT_S[generation, layer][index] * 1000, _RATE_HZ[version][rate_index]
    if layer == 1:
        return (12 * bit_s // rate_hz + padding) * 4
    return (72 if layer == 3 and generation == 2 else 144) * bit_s // rate_hz + padding


_FRAME_BYTES = [_frame_bytes(bits) for bits in range(4096)]


def _header(source: Source, position: int) -> tuple[int, int]:
    """The header word at `position` and the length of its frame in bytes, 0 when there is no frame."""
    word = int.from_bytes(source.read(position, 4))
    return word, _FRAME_BYTES[word >> 9 & 0xFFF] if word >= 0xFFE0_0000 else 0


@dataclass(frozen=True)
class _Frames:
    """What a walk over the frames found: how many, where, and how much of a last one is missing."""

    count: int
    segments: tuple[Segment, ...]
    share_missing: float


@dataclass(frozen=True)
class _Tag:
    """The frame in front that says how many follow.

    Attributes:
        frame: its bytes.
        count_at: where in them the number of frames stands; None where it is left out.
    """

    frame: bytes
    count_at: int | None

    @property
    def count(self) -> int:
        return 0 if self.count_at is None else int.from_bytes(self.frame[self.count_at : self.count_at + 4])


def find(source: Source, start: int) -> Plan | None:
    """Plan for the MPEG stream that starts at or soon after `start`, None when there is none.

    Raises AudioError when the stream is cut off.
    """
    end = skip_trailing(source, start)
    first = _first_frame(source, start, end)
    return None if first is None else Plan("MP3", (part(source, first, end),))


def part(source: Source, start: int, end: int) -> Part:
    """The frames between `start` and `end`. Raises AudioError when the last are missing.

    libsndfile stops after as many frames as the tag in front says, or else as the size divided by the first
    frame's bit rate gives, and loses the rest: so the number that is really there is put into the tag, or a
    tag in front of the frames where there is none.
    """
    first = _first_frame(source, start, end)
    if first is None:
        raise cut_off("there is no whole frame of sound in it")
    word, length = _header(source, first)
    tag = _read_tag(word, source.read(first, length))
    frames = _walk(source, first if tag is None else first + length, end, word)
    promised = 0 if tag is None else tag.count
    if frames.count == 0 or frames.count + _FRAMES_FORGIVEN < promised:
        raise cut_off(f"{frames.count} of {promised or 'its'} frames of sound are there")
    if not promised and frames.share_missing > _SHARE_MISSED:
        raise cut_off("its last frame of sound is not complete")
    return Part((_count_frame(word, tag, frames.count), *frames.segments))


def _first_frame(source: Source, start: int, end: int) -> int | None:
    window = source.read(start, min(_SEARCHED_BYTES, end - start))
    at = window.find(b"\xff")
    while at >= 0:
        if _believable(source, start + at, end, at_start=at == 0):
            return start + at
        at = window.find(b"\xff", at + 1)
    return None


def _believable(source: Source, position: int, end: int, *, at_start: bool) -> bool:
    first, length = _header(source, position)
    for count in range(_FRAMES_TO_BELIEVE):
        word, length = _header(source, position)
        if not length or (word ^ first) & _COMMON_BITS:
            return False
        position += length
        if position >= end:
            # So little of a file that it ends here: a Layer III header at its very start must do.
            return count > 0 or (at_start and first >> 17 & 3 == 1)
    return True


def _walk(source: Source, position: int, end: int, first: int) -> _Frames:
    count, segments = 0, []
    run_start, share_missing = position, 0.0
    while position < end:
        word, length = _header(source, position)
        if length and not (word ^ first) & _COMMON_BITS:
            if position + length > end:
                share_missing = (position + length - end) / length
                break
            count += 1
            position += length
            continue
        segments.append((run_start, position))
        again = _resume(source, position + 1, end, first)
        if again is None:
            return _Frames(count, tuple(segments), 0.0)
        run_start = position = again
    return _Frames(count, (*segments, (run_start, position)), share_missing)


def _resume(source: Source, position: int, end: int, first: int) -> int | None:
    """Where the next frame of the stream is, after something else: two must stand one behind the other."""
    while position < end:
        window = source.read(position, min(_SEARCHED_BYTES, end - position))
        at = window.find(b"\xff")
        while at >= 0:
            word, length = _header(source, position + at)
            if length and not (word ^ first) & _COMMON_BITS:
                following = position + at + length
                word, length = _header(source, following)
                if following == end or (length and not (word ^ first) & _COMMON_BITS):
                    return position + at
            at = window.find(b"\xff", at + 1)
        position += len(window)
    return None


def _side_bytes(word: int) -> int:
    """Length of a Layer III frame's side information, behind which Xing's tag stands."""
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


def _count_frame(word: int, tag: _Tag | None, count: int) -> bytes:
    """The file's own tag frame with the right number in it, or a new one. Empty for Layers I and II."""
    number = struct.pack(">I", count)
    if tag is not None and tag.count_at is not None:
        return tag.frame if tag.count == count else tag.frame[: tag.count_at] + number + tag.frame[tag.count_at + 4 :]
    if word >> 17 & 3 != 1:
        return b""
    # Bit rate 9 of every table makes a frame long enough for the tag; no checksum, no padding.
    word = word & ~0xF200 | 0x1_9000
    start = struct.pack(">I", word) + bytes(_side_bytes(word)) + b"Xing" + struct.pack(">I", 1) + number
    return start.ljust(_FRAME_BYTES[word >> 9 & 0xFFF], b"\0")
