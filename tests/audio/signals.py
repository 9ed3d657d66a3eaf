"""Known sound, and the files that hold it."""

import io
import struct

import numpy as np
import numpy.typing as npt
import soundfile

from ser_core.audio import Decoded, NoticeCode
from ser_core.records import Clip

RATE_HZ = 16_000
Sound = npt.NDArray[np.float32]


def voice(duration_s: float = 2.0, rate_hz: int = RATE_HZ, *, level: float = 0.4) -> Sound:
    """220 and 1000 Hz, rising and falling four times a second as syllables do; peak just under `level`.

    The same function of time at every rate, so that what it is at 16 kHz is known without any resampler.
    """
    time_s = np.arange(round(duration_s * rate_hz)) / rate_hz
    tones = np.sin(2 * np.pi * 220 * time_s) + 0.5 * np.sin(2 * np.pi * 1000 * time_s)
    envelope = 0.55 - 0.45 * np.cos(2 * np.pi * 4 * time_s)
    return (level / 1.5 * envelope * tones).astype(np.float32)


def encode(
    samples: npt.NDArray[np.floating],
    container: str = "WAV",
    subtype: str = "PCM_16",
    rate_hz: int = RATE_HZ,
    **options: object,
) -> bytes:
    """A file made by libsndfile, written in portions: its Vorbis encoder overflows the stack otherwise."""
    buffer = io.BytesIO()
    channels = 1 if samples.ndim == 1 else samples.shape[1]
    with soundfile.SoundFile(buffer, "w", rate_hz, channels, format=container, subtype=subtype, **options) as file:
        for start in range(0, len(samples), 16_384):
            file.write(samples[start : start + 16_384])
    return buffer.getvalue()


def chunk(name: bytes, body: bytes, *, size: int | None = None, pad: bool = True) -> bytes:
    """A RIFF chunk; `size` is what it claims when that is not the truth."""
    odd = b"\0" if pad and len(body) % 2 else b""
    return name + struct.pack("<I", len(body) if size is None else size) + body + odd


def fmt(tag: int = 1, channels: int = 1, rate_hz: int = RATE_HZ, bits: int = 16, width: int = 2) -> bytes:
    """A plain `fmt ` chunk; `width` is how many bytes a sample takes."""
    block = channels * width
    return chunk(b"fmt ", struct.pack("<HHIIHH", tag, channels, rate_hz, rate_hz * block, block, bits))


def riff(*chunks: bytes, mark: bytes = b"RIFF", size: int | None = None) -> bytes:
    """A WAV file of these chunks."""
    body = b"WAVE" + b"".join(chunks)
    return mark + struct.pack("<I", len(body) if size is None else size) + body


def pcm(samples: Sound) -> bytes:
    """Samples as 16-bit numbers."""
    return np.round(samples * 32767).astype("<i2").tobytes()


def id3(body_bytes: int) -> bytes:
    """An ID3v2.4 tag with a picture of noise in it, that holds what looks like MP3 frames."""
    noise = np.random.default_rng(1).integers(0, 256, body_bytes - 30, np.uint8).tobytes()
    picture = b"\xff\xd8\xff\xe0" + noise.replace(b"\x00\x00", b"\xff\xfb")
    frame = b"APIC" + _syncsafe(len(picture)) + b"\0\0" + picture
    return b"ID3\x04\0\0" + _syncsafe(len(frame)) + frame


def _syncsafe(number: int) -> bytes:
    return bytes(number >> shift & 0x7F for shift in (21, 14, 7, 0))


def pages(ogg: bytes) -> list[bytes]:
    """An Ogg file's pages."""
    found = []
    while ogg:
        end = 27 + ogg[26] + sum(ogg[27 : 27 + ogg[26]])
        found.append(ogg[:end])
        ogg = ogg[end:]
    return found


def with_checksum(page: bytes) -> bytes:
    """A page with the checksum that belongs to it (RFC 3533)."""
    return page[:22] + struct.pack("<I", _crc(page[:22] + bytes(4) + page[26:], 0x04C11DB7, 32)) + page[26:]


def correlation(heard: Sound, meant: Sound) -> tuple[float, int]:
    """Highest correlation coefficient of two sounds within 100 ms of delay, and that delay in samples."""
    import scipy.signal  # half a second that the small programs of other tests need not wait for

    span = RATE_HZ // 10
    middle = meant[span:-span].astype(np.float64)
    window = heard[: len(middle) + 2 * span].astype(np.float64)
    energy = np.square(window).cumsum()
    energy = energy[len(middle) - 1 :] - np.concatenate([[0], energy[: -len(middle)]])
    products = scipy.signal.correlate(window, middle, mode="valid", method="fft")
    coefficients = products / np.sqrt(energy * np.square(middle).sum())
    best = int(coefficients.argmax())
    return float(coefficients[best]), best - span


def told(take: Decoded) -> dict[NoticeCode, dict[str, float]]:
    """What is told beside a recording: codes, and the facts that come with them."""
    return {notice.code: dict(notice.facts) for notice in take.notices}


def level_db(samples: Sound) -> float:
    """Level in dBFS: a full-scale sine has -3.01."""
    return float(10 * np.log10(np.mean(np.square(samples, dtype=np.float64))))


def assert_sounds_like(clip: Clip, meant: Sound, *, coefficient: float = 0.995, longer_s: float = 0.15) -> None:
    """What a lossy codec may do: delay and pad a little, and change the waveform less than a listener notices.

    A correlation of 0.995 is noise 20 dB under the sound, which every codec here beats on two tones.
    """
    assert clip.rate_hz == RATE_HZ
    assert len(meant) - 80 <= len(clip.samples) <= len(meant) + longer_s * RATE_HZ
    best, delay = correlation(clip.samples, meant)
    assert best > coefficient
    assert abs(delay) <= longer_s * RATE_HZ
    assert abs(level_db(clip.samples[: len(meant)]) - level_db(meant)) < 0.5


FLAC_FRAME_SAMPLES = 65_535


def flac_of_silence(frames: int, *, channels: int = 8, rate_hz: int = 8000, promised: int = 0) -> bytes:
    """A FLAC file of constant frames, 34 bytes each for 65,535 samples of up to eight channels (RFC 9639).

    `promised` is the number of samples that its header speaks of, 0 for not known.
    """
    word = rate_hz << 44 | (channels - 1) << 41 | 15 << 36 | promised
    info = struct.pack(">HH", FLAC_FRAME_SAMPLES, FLAC_FRAME_SAMPLES) + bytes(6) + word.to_bytes(8) + bytes(16)
    parts = [b"fLaC", b"\x80\0\0\x22", info]
    for number in range(frames):
        head = bytes([0xFF, 0xF8, 0x70, (channels - 1) << 4 | 8]) + chr(number).encode("utf-8", "surrogatepass")
        head += struct.pack(">H", FLAC_FRAME_SAMPLES - 1)
        frame = head + bytes([_crc(head, 0x07, 8)]) + bytes(3) * channels
        parts.append(frame + _crc(frame, 0x8005, 16).to_bytes(2))
    return b"".join(parts)


def _crc(data: bytes, polynomial: int, bits: int) -> int:
    register, top, mask = 0, 1 << (bits - 1), (1 << bits) - 1
    for byte in data:
        register ^= byte << (bits - 8)
        for _ in range(8):
            register = (register << 1 ^ (polynomial if register & top else 0)) & mask
    return register


def libsndfile_trap(sound: bytes = bytes(16)) -> bytes:
    """A WAV file on which libsndfile 1.2.2 never returns from opening it: a sub-chunk of 4 GB in an INFO list.

    With the little sound that it holds by default it has 157 bytes.
    """
    trap = b"INFOCSET" + struct.pack("<I", 0xFFFF_FFF8) + b"A" * 77
    return riff(fmt(rate_hz=RATE_HZ), chunk(b"LIST", trap, pad=False), chunk(b"data", sound))
