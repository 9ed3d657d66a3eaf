"""Refused is only what holds no sound or is beyond the limits, with a sentence of its own that says what to do."""

import io
import itertools
import os
import struct
from pathlib import Path

import av
import numpy as np
import pytest

from ser_core.audio import probe, read_blocks, read_clip
from ser_core.errors import AudioError
from tests.audio.files import FILES
from tests.audio.made import made
from tests.audio.signals import (
    RATE_HZ,
    Sound,
    chunk,
    encode,
    flac_of_silence,
    fmt,
    id3,
    pcm,
    riff,
    voice,
    with_checksum,
)


def refused(source: bytes | Path, match: str, **options: float) -> None:
    """The clip and the blocks are refused alike, in one line that ends with what to do."""
    with pytest.raises(AudioError, match=match) as raised:
        read_clip(source, **options)
    message = str(raised.value)
    assert "\n" not in message
    assert message.endswith((".", "output.wav"))
    if not options:
        with pytest.raises(AudioError) as again:
            list(read_blocks(source))
        assert str(again.value) == message


def test_an_empty_file(tmp_path: Path) -> None:
    refused(b"", r"empty \(0 bytes\)")
    path = tmp_path / "take.wav"
    path.touch()
    refused(path, r"empty \(0 bytes\)")


@pytest.mark.parametrize(
    "content",
    [
        b"Dear diary, today I recorded nothing. " * 50,
        b"<!DOCTYPE html><html><body>404 Not Found</body></html>",
        "Žluťoučký kůň".encode("utf-16") * 40,
        bytes(5000),
        b"\xff" * 70_000,
        b"\x7fELF" + bytes(range(256)) * 30,
        b"RIFF\x10\0\0\0sfbkLIST" + bytes(100),
        b"ID3",
        b"\xff",
    ],
    ids=["text", "html", "utf-16", "zeros", "ones", "program", "sound font", "three letters", "one byte"],
)
def test_what_is_no_sound(content: bytes) -> None:
    refused(content, "not a recording.*Choose a recording|no sound in the recording")


@pytest.mark.parametrize(
    "head",
    [
        b"\0\0\0\x20ftypM4A ",
        b"\x1a\x45\xdf\xa3\x9fB\x86\x81",
        b"\xff\xf1\x50\x80\x2e\x7f\xfc",
        bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c"),
        b"FORM\0\0\x10\0AIFFCOMM",
        b"RIFF\0\0\x10\0AVI LIST",
        b".snd\0\0\0\x18",
        b"caff\0\1\0\0",
        b"wvpk",
        b"FLV\x01\x05",
        b"\0\0\x01\xba\x44",
    ],
)
def test_hardly_more_than_the_mark_of_a_container(head: bytes) -> None:
    refused(head + bytes(3000), "no sound in the recording|damaged|long; at least")
    refused(id3(200) + head + bytes(3000), "no sound in the recording|damaged|long; at least")


@pytest.mark.parametrize(
    "head, name",
    [(b"#!SILK_V3", "SILK"), (b"\x03ds2", "DS2"), (b"ADIF", "ADIF"), (b"\0\0\x01\xb3", "without a sound track")],
)
def test_sound_that_nobody_here_can_read_is_named_and_how_to_convert_it(head: bytes, name: str) -> None:
    refused(head + bytes(3000), f"This is an? .*{name}.*, which cannot be read. Convert it first, .* INPUT output.wav")


def test_a_phone_recording_that_was_never_finished_is_told_why() -> None:
    # Without its table (moov), which is written last, nothing says where the frames of an MP4 file lie.
    whole = made(voice(2), "mp4", "aac")
    assert whole.index(b"mdat") < whole.index(b"moov")
    refused(whole[: whole.index(b"moov") - 4], "no sound in the recording: .*moov.*is missing")


def test_a_video_without_a_sound_track() -> None:
    target = io.BytesIO()
    with av.open(target, "w", format="mp4") as file:
        stream = file.add_stream("mpeg4", rate=25)
        stream.width = stream.height = 64
        stream.pix_fmt = "yuv420p"
        file.mux(stream.encode(av.VideoFrame.from_ndarray(np.zeros((64, 64, 3), np.uint8), format="rgb24")))
        file.mux(stream.encode())
    refused(target.getvalue(), "no sound in the recording: it is a video without a sound track")


@pytest.mark.parametrize(
    "head, name",
    [
        (b"MThd\0\0\0\6", "MIDI"),
        (b"PK\3\4", "ZIP"),
        (b"%PDF-1.7", "PDF"),
        (b"\x89PNG\r\n\x1a\n", "picture"),
        (b"\xff\xd8\xff\xe0", "picture"),
        (b"RIFF\0\0\1\0WEBPVP8 ", "picture"),
        (b"\0\0\0\x18ftypheic", "picture"),
    ],
)
def test_what_is_no_sound_but_known_is_named(head: bytes, name: str) -> None:
    refused(head + bytes(3000), f"{name}.*Choose a recording")


@pytest.mark.parametrize("kind", [b"\x80theora", b"\x80kate", b"whatever"])
def test_ogg_with_something_else_in_it(kind: bytes) -> None:
    head = b"OggS\0" + bytes([2]) + bytes(8) + struct.pack("<III", 5, 0, 0) + bytes([1, len(kind)])
    refused(with_checksum(head + kind), "an Ogg file with .* in it, which cannot be read")


@pytest.mark.parametrize(
    "tag, bits, name", [(0x89, 16, "G.721"), (0x181F, 16, "Voxware"), (0x9999, 16, "something unknown")]
)
def test_wav_in_a_coding_that_is_not_read(tag: int, bits: int, name: str) -> None:
    source = riff(fmt(tag, bits=bits, width=-(-bits // 8)), chunk(b"data", pcm(voice())))
    refused(source, f"a WAV file whose sound is coded as {name}.*, which cannot be read")


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("size", [4, 12, 20, 30, 40, 60, 100])
def test_hardly_more_than_a_header(name: str, size: int) -> None:
    refused(FILES[name][:size], "no sound in the recording|not a recording|damaged|long; at least")


def test_a_wav_file_without_its_parts() -> None:
    data = chunk(b"data", pcm(voice()))
    refused(riff(data, fmt()), "damaged: its sound comes before the description")
    refused(riff(chunk(b"fmt ", bytes(6)), data), "damaged: the description of its format is too short")
    refused(riff(fmt()), "no sound in the recording: it ends before its sound begins")


def quiet(kind: str, rng: np.random.Generator) -> Sound:
    duration = 2 * RATE_HZ
    return {
        "digital": np.zeros(duration),
        "constant": np.full(duration, 0.2),
        "dither": rng.integers(-1, 2, duration) / 32_768,
        "hiss": 10 ** (-72 / 20) * rng.standard_normal(duration),
    }[kind].astype(np.float32)


# A constant is not for lossy codecs: they make a click of its start.
@pytest.mark.parametrize(
    "kind, container, subtype",
    [
        *itertools.product(["digital", "constant", "dither", "hiss"], ["WAV", "FLAC"], ["PCM_24"]),
        *itertools.product(["digital", "dither", "hiss"], ["OGG"], ["VORBIS", "OPUS"]),
    ],
)
def test_silence(kind: str, container: str, subtype: str, rng: np.random.Generator) -> None:
    refused(encode(quiet(kind, rng), container, subtype), "silent: .*Check that the right microphone")


def test_silence_of_minutes_shows_after_the_last_block() -> None:
    blocks = read_blocks(encode(np.zeros(95 * RATE_HZ, np.float32)), block_s=30)
    assert [next(blocks).duration_s for _ in range(4)] == [30, 30, 30, 5]
    with pytest.raises(AudioError, match="silent"):
        next(blocks)


def test_a_quiet_voice_is_not_silence() -> None:
    # 0.4 is -14 dBFS in the loudest tenth of a second; 40 dB less is as quiet as the quietest of RAVDESS.
    assert read_clip(encode(voice() / 100, "WAV", "PCM_24")).duration_s == 2


def test_a_word_in_a_minute_of_silence_is_not_silence() -> None:
    samples = np.zeros(60 * RATE_HZ, np.float32)
    samples[30 * RATE_HZ : 31 * RATE_HZ] = voice(1) / 50
    assert read_clip(encode(samples)).duration_s == 60
    assert len(list(read_blocks(encode(samples)))) == 2


@pytest.mark.parametrize("rate_hz", [8000, 16_000, 44_100])
@pytest.mark.parametrize("container, subtype", [("WAV", "PCM_16"), ("FLAC", "PCM_16"), ("OGG", "VORBIS")])
def test_too_short(container: str, subtype: str, rate_hz: int) -> None:
    refused(encode(voice(0.49, rate_hz), container, subtype, rate_hz), r"0.49 s long; at least 0.5 s is needed")
    assert read_clip(encode(voice(0.5, rate_hz), container, subtype, rate_hz)).duration_s == pytest.approx(0.5)


def test_no_sound_at_all() -> None:
    refused(riff(fmt(), chunk(b"data", b"")), r"0.00 s long")


def test_too_long() -> None:
    source = encode(voice(5))
    refused(source, r"too long: at most 0:00:04 \(h:mm:ss\) is read, and it has 0:00:05", max_duration_s=4)
    assert read_clip(source, max_duration_s=5).duration_s == 5


@pytest.mark.parametrize("name", FILES)
def test_too_long_in_every_container(name: str) -> None:
    refused(FILES[name], "too long", max_duration_s=4)


def test_too_long_although_the_header_does_not_say() -> None:
    refused(flac_of_silence(10), "too long: at most 0:00:20 .* more than that", max_duration_s=20)


def test_too_long_in_parts() -> None:
    refused(FILES["vorbis"] + FILES["opus"], "too long", max_duration_s=8)


def test_the_limit_of_the_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SER_MAX_DURATION_S", "4")
    refused(FILES["wav"], "too long: at most 0:00:04")


@pytest.mark.parametrize("rate_hz", [4000, 7999, 192_001, 384_000])
def test_rates_that_are_not_read(rate_hz: int) -> None:
    refused(riff(fmt(rate_hz=rate_hz), chunk(b"data", pcm(voice()))), f"{rate_hz} samples a second; 8000 to 192000")


@pytest.mark.parametrize("channels", [33, 1000])
def test_channels_that_are_not_read(channels: int) -> None:
    data = bytes(RATE_HZ * 2 * channels)
    refused(riff(fmt(channels=channels), chunk(b"data", data)), f"{channels} channels; 1 to 32 are read")


def test_probe_refuses_what_shows_without_decoding() -> None:
    for source in [b"", b"text", FILES["wav"][:30], FILES["flac"][:30], made(voice(2), "mp4", "aac")[:3000]]:
        with pytest.raises(AudioError):
            probe(source)
    assert probe(encode(np.zeros(1600, np.float32))).duration_s == pytest.approx(0.1)


class TestPaths:
    def test_missing(self, tmp_path: Path) -> None:
        refused(tmp_path / "nowhere.wav", "There is no file .*nowhere.wav.*Check the name")

    def test_folder(self, tmp_path: Path) -> None:
        refused(tmp_path, "is a folder: name a recording in it")

    def test_a_file_as_a_folder(self, tmp_path: Path) -> None:
        (tmp_path / "take.wav").write_bytes(FILES["wav"])
        refused(tmp_path / "take.wav" / "other.wav", "cannot be opened: Not a directory")

    def test_a_pipe_does_not_hang(self, tmp_path: Path) -> None:
        os.mkfifo(tmp_path / "pipe.wav")
        refused(tmp_path / "pipe.wav", "not a regular file")

    def test_a_device(self) -> None:
        refused(Path("/dev/zero"), "not a regular file")

    @pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
    def test_no_permission(self, tmp_path: Path) -> None:
        path = tmp_path / "take.wav"
        path.write_bytes(FILES["wav"])
        path.chmod(0)
        refused(path, "cannot be opened: Permission denied")

    @pytest.mark.parametrize("name", ["a\0b.wav", "x" * 300])
    def test_names_that_cannot_be(self, tmp_path: Path, name: str) -> None:
        refused(tmp_path / name, "cannot be opened")

    def test_a_file_that_shrinks_while_it_is_read(self, tmp_path: Path) -> None:
        path = tmp_path / "take.wav"
        path.write_bytes(encode(voice(60)))
        blocks = read_blocks(path, block_s=5)
        next(blocks)
        os.truncate(path, 700_000)
        # 32,000 bytes a second: what was read ahead of the cut is there, and nothing after it.
        assert 15 <= sum(block.duration_s for block in blocks) <= 25
