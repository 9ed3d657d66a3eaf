"""What telephones, browsers and recorders make is read, by whatever name it comes."""

from pathlib import Path

import numpy as np
import pytest

from ser_core.audio import probe, read_blocks, read_clip, read_recording
from tests.audio.made import made
from tests.audio.signals import RATE_HZ, assert_sounds_like, correlation, voice

# FFmpeg's container and codec, rate, bits a second, what a person calls the container, the codec as it is told.
WIDE = [
    ("ipod", "aac", 44_100, 64_000, "MP4", "AAC"),  # iPhone's voice memos, M4A, M4B
    ("mp4", "aac", 48_000, 64_000, "MP4", "AAC"),
    ("mov", "pcm_s16le", 48_000, None, "MP4", "PCM_S16LE"),
    ("ipod", "alac", 44_100, None, "MP4", "ALAC"),
    ("3gp", "aac", 16_000, 32_000, "MP4", "AAC"),
    ("webm", "libopus", 48_000, 32_000, "WebM", "OPUS"),  # Chrome and Firefox
    ("matroska", "flac", 44_100, None, "WebM", "FLAC"),
    ("adts", "aac", 44_100, 64_000, "AAC", "AAC"),
    ("aiff", "pcm_s16be", 44_100, None, "AIFF", "PCM_S16BE"),
    ("caf", "pcm_s16le", 44_100, None, "Core Audio", "PCM_S16LE"),
    ("w64", "pcm_s24le", 48_000, None, "Wave64", "PCM_S24LE"),
    ("au", "pcm_s16be", 16_000, None, "AU", "PCM_S16BE"),
    ("avi", "libmp3lame", 44_100, 128_000, "AVI", "MP3"),
    ("flv", "aac", 44_100, 64_000, "Flash", "AAC"),
    ("mpegts", "aac", 44_100, 64_000, "MPEG transport stream", "AAC"),
    ("mpeg", "mp2", 44_100, 128_000, "MPEG video", "MP2"),
    ("ogg", "flac", 16_000, None, "OGG", "FLAC"),
    ("wv", "wavpack", 16_000, None, "WavPack", "WAVPACK"),
    ("tta", "tta", 16_000, None, "True Audio", "TTA"),
    ("ac3", "ac3", 48_000, 96_000, "AC-3", "AC3"),
    ("wav", "g722", 16_000, None, "WAV", "G722"),
    ("wav", "pcm_s64le", 16_000, None, "WAV", "PCM_S64LE"),
    ("mp2", "mp2", 44_100, 128_000, "MP3", "MPEG_LAYER_II"),
]
# Those of telephones, with the correlation that is reached: they model speech, and make what they like of two tones.
TELEPHONE = [
    ("amr", "libopencore_amrnb", 12_200, "AMR", "AMRNB", 0.95),
    ("3gp", "libopencore_amrnb", 12_200, "MP4", "AMRNB", 0.95),
    ("wav", "g726", 32_000, "WAV", "G726", 0.99),
    ("wav", "g723_1", 6_300, "WAV", "G723_1", 0.95),
    ("au", "pcm_mulaw", None, "AU", "PCM_MULAW", 0.99),
]


@pytest.mark.parametrize("container, codec, rate_hz, bit_rate, name, told_codec", WIDE)
def test_what_is_written_is_read(
    container: str, codec: str, rate_hz: int, bit_rate: int | None, name: str, told_codec: str
) -> None:
    source = made(voice(3, rate_hz), container, codec, rate_hz, bit_rate=bit_rate)
    take = read_recording(source)
    assert_sounds_like(take.clip, voice(3), coefficient=0.99)
    assert (take.info.container, take.info.codec, take.info.rate_hz) == (name, told_codec, rate_hz)
    assert take.notices == ()
    assert probe(source).duration_s == pytest.approx(3, abs=0.15)
    blocks = [block.samples for block in read_blocks(source, block_s=0.7)]
    np.testing.assert_array_equal(np.concatenate(blocks), take.clip.samples)


@pytest.mark.parametrize("container, codec, bit_rate, name, told_codec, coefficient", TELEPHONE)
def test_what_telephones_write_is_read(
    container: str, codec: str, bit_rate: int | None, name: str, told_codec: str, coefficient: float
) -> None:
    take = read_recording(made(voice(3, 8000), container, codec, 8000, bit_rate=bit_rate))
    assert correlation(take.clip.samples, voice(3))[0] > coefficient
    assert (take.info.container, take.info.codec, take.info.rate_hz) == (name, told_codec, 8000)
    assert take.notices == ()


@pytest.mark.parametrize("codec, rate_hz", [("wmav1", 22_050), ("wmav2", 44_100)])
def test_windows_media_is_read_but_for_its_first_moments(codec: str, rate_hz: int) -> None:
    # FFmpeg leaves out the first block, 46 ms.
    take = read_recording(made(voice(3, rate_hz), "asf", codec, rate_hz, bit_rate=64_000))
    coefficient, delay = correlation(np.pad(take.clip.samples, (800, 0)), voice(3))
    assert coefficient > 0.99
    assert abs(delay) < 100
    assert take.info.container == "Windows Media"


@pytest.mark.parametrize(
    "container, codec, picture",
    [("mp4", "aac", "mpeg4"), ("mov", "aac", "mpeg4"), ("matroska", "aac", "mpeg4"), ("avi", "mp2", "mpeg4"),
     ("mpegts", "aac", "mpeg2video"), ("flv", "aac", "flv1")],
)  # fmt: skip
def test_the_sound_track_of_a_video(container: str, codec: str, picture: str) -> None:
    source = made(voice(3, 44_100), container, codec, 44_100, bit_rate=128_000, picture=picture)
    assert_sounds_like(read_clip(source), voice(3), coefficient=0.99)


def test_a_recording_that_never_says_how_long_it_is() -> None:
    """As browsers write WebM and MP4, a fragment a second."""
    webm = made(voice(20, 48_000), "webm", "libopus", 48_000, bit_rate=32_000, live="1")
    mp4 = made(voice(20), "mp4", "aac", bit_rate=32_000, movflags="empty_moov+frag_keyframe", frag_duration="1000000")
    for source in (webm, mp4):
        assert probe(source).duration_s == pytest.approx(20, abs=0.2)
        take = read_recording(source)
        assert take.clip.duration_s == pytest.approx(20, abs=0.2)
        assert take.notices == ()


@pytest.mark.parametrize(
    "name", ["a.mpga", "a.mpeg", "A.M4A", "a.opus", "a.oga", "a.m4b", "a.WAVE", "a.3gpp", "a.bin", "a", "täke"]
)
def test_no_name_keeps_a_recording_from_being_read(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(made(voice(2), "ipod", "aac", bit_rate=32_000))
    assert read_clip(path).duration_s == pytest.approx(2, abs=0.1)


def test_six_channels_of_a_video_are_mixed() -> None:
    samples = np.outer(voice(3, 48_000), np.array([1, 1, 0.5, 0, 0.2, 0.2], np.float32))
    take = read_recording(made(samples, "mp4", "aac", 48_000, bit_rate=256_000))
    assert take.info.channels == 6
    assert correlation(take.clip.samples, voice(3))[0] > 0.99


def test_lists_of_other_files_are_no_recordings(tmp_path: Path) -> None:
    """FFmpeg would open what an HLS or concat list names; it is never asked to guess."""
    secret = tmp_path / "secret.wav"
    secret.write_bytes(made(voice(2), "wav", "pcm_s16le"))
    for text in (
        f"#EXTM3U\n#EXT-X-TARGETDURATION:3\n#EXTINF:2,\n{secret}\n#EXT-X-ENDLIST\n",
        f"ffconcat version 1.0\nfile '{secret}'\n",
    ):
        with pytest.raises(Exception, match="This is not a recording"):
            read_clip(text.encode())
    assert len(read_clip(secret).samples) == 2 * RATE_HZ
