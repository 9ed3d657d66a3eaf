"""What can be decoded is answered, and what is missing or strange is told beside it: one policy for every container."""

import os

import numpy as np
import pytest

from ser_core.audio import NoticeCode, read_blocks, read_clip, read_recording
from tests.audio.files import FILES, MP3
from tests.audio.made import made
from tests.audio.signals import (
    RATE_HZ,
    chunk,
    correlation,
    encode,
    fmt,
    id3,
    pages,
    pcm,
    riff,
    told,
    voice,
    with_checksum,
)

# How long the whole says that it is, where it says so. ADPCM comes in blocks; MP3's frames are padded.
PROMISED_S = {
    "vorbis": None,
    "opus": None,
    "wav adpcm": 5.02,
    "mp3 vbr": 5.08,
    **dict.fromkeys(("mp3", "mp3 with id3", "mp3 in wav"), 5.04),
}


def starts_like(heard: np.ndarray, meant: np.ndarray) -> bool:
    """Whether the sound is that of the beginning; the last 50 ms of a cut file may be half a frame."""
    return correlation(heard[:-800], meant[: len(heard) - 800])[0] > 0.98


@pytest.mark.parametrize("share", [0.5, 0.77, 0.95])
@pytest.mark.parametrize("name", FILES)
def test_a_recording_that_is_cut_off(name: str, share: float) -> None:
    whole = FILES[name]
    assert read_recording(whole).notices == ()
    take = read_recording(whole[: round(len(whole) * share)])
    assert starts_like(take.clip.samples, voice(5))
    # Headers, tags and a variable bit rate move where that share of the file is in the sound.
    assert 5 * share - 1.5 < take.clip.duration_s < 5 * share + 0.2
    facts = told(take)[NoticeCode.CUT_OFF]
    assert facts["duration_s"] == take.clip.duration_s
    promised_s = PROMISED_S.get(name, 5.0)
    assert facts["promised_s"] == (0 if promised_s is None else pytest.approx(promised_s, abs=0.05))


def test_a_cut_shows_after_the_last_block_of_a_long_recording() -> None:
    source = encode(voice(40))[: 30 * RATE_HZ * 2 + 44]
    assert sum(block.duration_s for block in read_blocks(source, block_s=7)) == pytest.approx(30)
    assert told(read_recording(source)) == {NoticeCode.CUT_OFF: {"duration_s": 30.0, "promised_s": 40.0}}


@pytest.mark.parametrize(
    "container, codec",
    [
        ("ipod", "aac"),
        ("mov", "pcm_s16le"),
        ("webm", "libopus"),
        ("aiff", "pcm_s16be"),
        ("caf", "pcm_s16le"),
        ("asf", "wmav2"),
    ],
)
def test_what_ffmpeg_reads_is_treated_alike(container: str, codec: str) -> None:
    rate_hz = 48_000 if codec == "libopus" else 44_100
    options = {"movflags": "faststart"} if container in ("ipod", "mov") else {}
    whole = made(voice(5, rate_hz), container, codec, rate_hz, bit_rate=64_000, **options)
    assert read_recording(whole).notices == ()
    take = read_recording(whole[: round(len(whole) * 0.6)])
    assert starts_like(take.clip.samples, voice(5))
    facts = told(take)[NoticeCode.CUT_OFF]
    assert 2 < facts["duration_s"] < 3.5
    # These two are reckoned by FFmpeg from what is there.
    assert facts["promised_s"] == (0 if container in ("caf", "asf") else pytest.approx(5, abs=0.1))


def test_aac_without_a_container_that_ends_inside_a_frame() -> None:
    whole = made(voice(3), "adts", "aac", bit_rate=32_000)
    assert told(read_recording(whole)) == {}
    assert told(read_recording(whole[: len(whole) // 2]))[NoticeCode.CUT_OFF]["promised_s"] == 0


@pytest.mark.parametrize("missing", [1, 20, 400, 1600])
def test_a_few_milliseconds_missing_are_not_worth_telling(missing: int) -> None:
    # 400 samples at 16 kHz are 25 ms: past what nobody hears, and 20 are not.
    take = read_recording(FILES["wav"][: -2 * missing])
    assert take.clip.duration_s == pytest.approx(5 - missing / RATE_HZ)
    assert bool(take.notices) == (missing > 20)


def test_an_mp3_that_lost_a_frame_or_two_is_whole() -> None:
    frame = MP3.rindex(MP3[:2])
    for source in (MP3[:frame], MP3[: frame - 3]):
        assert read_recording(source).notices == ()


@pytest.mark.parametrize("share, is_told", [(0.25, True), (0.9, False)])
def test_an_mp3_without_a_count_that_ends_inside_a_frame(share: float, is_told: bool) -> None:
    tagless = MP3[MP3.index(MP3[:2], 60) :]
    middle = tagless.index(tagless[:2], len(tagless) // 2)
    frame_bytes = tagless.index(tagless[:2], middle + 4) - middle
    take = read_recording(tagless[: middle + round(share * frame_bytes)])
    assert take.clip.duration_s == pytest.approx(2.5, abs=0.1)
    assert (NoticeCode.CUT_OFF in told(take)) == is_told


def test_an_ogg_that_lost_its_last_page_in_the_middle_of_a_packet() -> None:
    before = pages(FILES["vorbis"])[-2]
    # A full last segment says that the packet goes on in the next page, which is gone.
    body_start = 27 + before[26]
    longer = before[: body_start - 1] + b"\xff" + before[body_start:] + bytes(255 - before[body_start - 1])
    take = read_recording(FILES["vorbis"][: FILES["vorbis"].index(before)] + with_checksum(longer))
    assert NoticeCode.CUT_OFF in told(take)
    assert starts_like(take.clip.samples, voice(5))


@pytest.mark.parametrize("name", ["flac", "vorbis", "opus"])
def test_a_place_that_is_damaged(name: str) -> None:
    changed = bytearray(FILES[name])
    changed[len(changed) // 2] ^= 0x55
    take = read_recording(bytes(changed))
    assert told(take) == {NoticeCode.DAMAGED: {"places": 1}}
    assert take.clip.duration_s > 4.5
    assert starts_like(take.clip.samples[: 2 * RATE_HZ], voice(2))


@pytest.mark.parametrize("name", ["vorbis", "opus"])
def test_a_page_that_is_gone(name: str) -> None:
    found = pages(encode(voice(20), "OGG", name.upper()))
    assert len(found) > 6
    found[-3] = found[-3][:4] + found[-3][40:]
    take = read_recording(b"".join(found))
    assert 10 < take.clip.duration_s < 20
    assert told(take) == {NoticeCode.DAMAGED: {"places": 1}}


@pytest.mark.parametrize("name", ["vorbis", "opus"])
def test_padding_between_pages(name: str) -> None:
    take = read_recording((bytes(966)).join(pages(FILES[name])))
    np.testing.assert_array_equal(take.clip.samples, read_clip(FILES[name]).samples)
    assert told(take) == {NoticeCode.STRANGE_BYTES: {"bytes": 966 * (len(pages(FILES[name])) - 1)}}


@pytest.mark.parametrize("name", ["flac", "wav", "mp3", "vorbis"])
def test_zeros_behind_are_nothing(name: str) -> None:
    take = read_recording(FILES[name] + bytes(5000))
    np.testing.assert_array_equal(take.clip.samples, read_clip(FILES[name]).samples)
    assert take.notices == ()


class TestJoined:
    """Several recordings in one file, as players hear them."""

    def test_mp3_whose_channels_change(self) -> None:
        stereo = encode(np.stack([voice(3, 44_100)] * 2, axis=1), "MP3", "MPEG_LAYER_III", 44_100)
        take = read_recording(stereo + MP3)
        assert take.clip.duration_s == pytest.approx(8, abs=0.1)
        assert correlation(take.clip.samples[-5 * RATE_HZ :], voice(5))[0] > 0.99
        assert told(take) == {NoticeCode.JOINED: {"parts": 2}}

    def test_mp3_whose_rate_changes_and_changes_back(self) -> None:
        slow = encode(voice(2, 22_050), "MP3", "MPEG_LAYER_III", 22_050)
        take = read_recording(slow + id3(3000) + MP3 + slow)
        assert take.clip.duration_s == pytest.approx(9, abs=0.15)
        assert told(take) == {NoticeCode.JOINED: {"parts": 3}}

    def test_two_chunks_of_sound_in_a_wav(self) -> None:
        first, second = pcm(voice(2)), pcm(voice(3))
        take = read_recording(riff(fmt(), chunk(b"data", first), chunk(b"LIST", bytes(40)), chunk(b"data", second)))
        assert take.clip.duration_s == 5
        np.testing.assert_allclose(take.clip.samples[2 * RATE_HZ :], voice(3), atol=2**-14)
        assert take.notices == ()

    def test_one_wav_behind_the_other(self) -> None:
        take = read_recording(FILES["wav"] + encode(voice(2, 44_100), rate_hz=44_100))
        assert take.clip.duration_s == pytest.approx(7)
        assert told(take) == {NoticeCode.JOINED: {"parts": 2}}

    def test_a_part_that_holds_nothing_keeps_nobody_from_the_others(self) -> None:
        # What looks like an Opus stream and ends after its first page.
        broken = pages(FILES["opus"])[0]
        take = read_recording(FILES["vorbis"] + broken)
        assert take.clip.duration_s == pytest.approx(5, abs=0.05)
        assert NoticeCode.DAMAGED in told(take)


class TestTagsThatLie:
    def test_more_than_64_kib_between_the_tag_and_the_sound(self) -> None:
        take = read_recording(id3(2000) + bytes(200_000) + MP3)
        np.testing.assert_array_equal(take.clip.samples, read_clip(MP3).samples)

    @pytest.mark.parametrize("claimed_bytes", [12_000, 10_000_000])
    def test_an_id3_tag_that_claims_too_much(self, claimed_bytes: int) -> None:
        tag = bytearray(id3(2000))
        tag[6:10] = bytes(claimed_bytes >> shift & 0x7F for shift in (21, 14, 7, 0))
        assert len(MP3) > 20_000
        np.testing.assert_array_equal(read_clip(bytes(tag) + MP3).samples, read_clip(MP3).samples)


def test_a_recorder_that_died_is_read_from_a_file_as_well(tmp_path: os.PathLike[str]) -> None:
    path = tmp_path / "take.wav"
    path.write_bytes(riff(fmt(), chunk(b"data", pcm(voice(3)), size=0), size=0))
    assert read_recording(path).clip.duration_s == 3
