"""Every format that is read gives the clip that was written."""

import itertools
import struct
from pathlib import Path

import numpy as np
import pytest

from ser_core.audio import AudioInfo, NoticeCode, probe, read_between, read_blocks, read_clip, read_recording, to_wav
from ser_core.errors import AudioError
from ser_core.records import Clip
from tests.audio.signals import (
    RATE_HZ,
    assert_sounds_like,
    chunk,
    encode,
    fmt,
    id3,
    level_db,
    pages,
    pcm,
    riff,
    told,
    voice,
    with_checksum,
)

# Largest error of one sample, as a share of full scale: one step, since libsndfile rounds or cuts as it likes.
# The steps of A-law and mu-law are 2 ** -6 between 0.25 and 0.5, where the peaks are (G.711).
LOSSLESS = [
    ("WAV", "PCM_U8", 2**-7),
    ("WAV", "PCM_16", 2**-15),
    ("WAV", "PCM_24", 2**-23),
    ("WAV", "PCM_32", 2**-23),
    ("WAV", "FLOAT", 0),
    ("WAV", "DOUBLE", 0),
    ("WAV", "ALAW", 2**-6),
    ("WAV", "ULAW", 2**-6),
    ("WAVEX", "PCM_U8", 2**-7),
    ("WAVEX", "PCM_16", 2**-15),
    ("WAVEX", "PCM_24", 2**-23),
    ("WAVEX", "PCM_32", 2**-23),
    ("WAVEX", "FLOAT", 0),
    ("WAVEX", "ALAW", 2**-6),
    ("RF64", "PCM_16", 2**-15),
    ("RF64", "FLOAT", 0),
    ("FLAC", "PCM_S8", 2**-7),
    ("FLAC", "PCM_16", 2**-15),
    ("FLAC", "PCM_24", 2**-23),
]
LOSSY = [("MP3", "MPEG_LAYER_III"), ("OGG", "VORBIS"), ("OGG", "OPUS")]
NAMES = {"WAVEX": "WAV", "RF64": "WAV"}


@pytest.mark.parametrize("container, subtype, error", LOSSLESS)
def test_lossless_gives_the_samples_back(container: str, subtype: str, error: float) -> None:
    meant = voice()
    source = encode(meant, container, subtype)
    clip = read_clip(source)
    assert clip.rate_hz == RATE_HZ
    assert len(clip.samples) == len(meant)
    np.testing.assert_allclose(clip.samples, meant, rtol=0, atol=error)
    assert probe(source) == AudioInfo(NAMES.get(container, container), subtype, RATE_HZ, 1, 2.0)


@pytest.mark.parametrize("subtype", ["PCM_16", "PCM_24", "FLOAT", "ULAW"])
def test_big_endian_wav(subtype: str) -> None:
    source = encode(voice(), "WAV", subtype, endian="BIG")
    assert source[:4] == b"RIFX"
    np.testing.assert_allclose(read_clip(source).samples, voice(), rtol=0, atol=2**-6)


@pytest.mark.parametrize("subtype", ["IMA_ADPCM", "MS_ADPCM", "GSM610"])
def test_wav_of_telephone_systems(subtype: str) -> None:
    # 4-bit ADPCM has some 20 dB of signal to noise; GSM models speech and makes what it likes of two tones.
    coefficient = 0.8 if subtype == "GSM610" else 0.99
    source = encode(voice(rate_hz=8000), "WAV", subtype, 8000)
    clip = read_clip(source)
    # Whole blocks, the last of them padded: 505 samples of IMA at this rate.
    assert len(clip.samples) >= 2 * RATE_HZ
    assert np.corrcoef(clip.samples[: 2 * RATE_HZ], voice())[0, 1] > coefficient
    assert probe(source).codec == subtype


@pytest.mark.parametrize("container, subtype", LOSSY)
@pytest.mark.parametrize("channels", [1, 2])
def test_lossy_sounds_the_same(container: str, subtype: str, channels: int) -> None:
    samples = np.stack([voice(rate_hz=48_000)] * channels, axis=1)
    source = encode(samples, container, subtype, 48_000)
    assert_sounds_like(read_clip(source), voice())
    info = probe(source)
    assert (info.container, info.codec, info.rate_hz, info.channels) == (container, subtype, 48_000, channels)
    assert info.duration_s == pytest.approx(2.0, abs=0.15)


@pytest.mark.parametrize("rate_hz", [8000, 11_025, 12_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000])
def test_mp3_at_every_rate(rate_hz: int) -> None:
    assert_sounds_like(read_clip(encode(voice(rate_hz=rate_hz), "MP3", "MPEG_LAYER_III", rate_hz)), voice())


@pytest.mark.parametrize("rate_hz", [8000, 12_000, 16_000, 24_000, 48_000])
def test_opus_at_every_rate(rate_hz: int) -> None:
    assert_sounds_like(read_clip(encode(voice(rate_hz=rate_hz), "OGG", "OPUS", rate_hz)), voice())


@pytest.mark.parametrize("rate_hz", [8000, 11_025, 22_050, 24_414, 44_100, 48_000, 88_200, 96_000, 176_400, 192_000])
@pytest.mark.parametrize("container", ["WAV", "FLAC"])
def test_every_rate_gives_the_same_function_of_time(rate_hz: int, container: str) -> None:
    meant = voice()
    clip = read_clip(encode(voice(rate_hz=rate_hz), container, "PCM_24", rate_hz))
    # A rate that does not divide gives a sample more or less.
    assert abs(len(clip.samples) - len(meant)) <= 1
    # soxr's HQ has 20 bits; its filter rings where the sound begins and ends, as any must.
    inner = slice(400, len(meant) - 400)
    np.testing.assert_allclose(clip.samples[inner], meant[inner], rtol=0, atol=2e-5)


def test_what_16_khz_cannot_hold_is_not_folded_back() -> None:
    time_s = np.arange(96_000) / 48_000
    ultrasound = 0.5 * np.sin(2 * np.pi * 11_000 * time_s) + 0.01 * voice(rate_hz=48_000)
    clip = read_clip(encode(ultrasound, "WAV", "FLOAT", 48_000))
    # 11 kHz would come back as 5 kHz. soxr's HQ rejects by more than 100 dB.
    spectrum = np.abs(np.fft.rfft(clip.samples[4000:28_000] * np.hanning(24_000)))
    at_5_khz = spectrum[round(5000 * 24_000 / RATE_HZ)] / (24_000 / 4)
    assert at_5_khz < 0.5 * 10 ** (-90 / 20)


@pytest.mark.parametrize("channels", [2, 3, 4, 5, 6, 32])
def test_channels_are_averaged(channels: int) -> None:
    gains = np.linspace(1, 0.2, channels, dtype=np.float32)
    clip = read_clip(encode(np.outer(voice(), gains), "WAV", "FLOAT"))
    np.testing.assert_allclose(clip.samples, voice() * gains.mean(), rtol=0, atol=1e-6)


@pytest.mark.parametrize("channels, active", [(2, 0), (2, 1), (6, 2)])
def test_one_active_channel_is_averaged_like_any(channels: int, active: int) -> None:
    samples = np.zeros((2 * RATE_HZ, channels), np.float32)
    samples[:, active] = voice()
    np.testing.assert_allclose(read_clip(encode(samples, "WAV", "FLOAT")).samples, voice() / channels, atol=1e-6)


def test_channels_in_opposite_phase_do_not_cancel() -> None:
    samples = np.stack([voice(), -0.9 * voice()], axis=1)
    np.testing.assert_allclose(read_clip(encode(samples, "WAV", "FLOAT")).samples, voice(), rtol=0, atol=1e-6)


def test_a_turn_of_phase_on_the_way_is_faded() -> None:
    steady = (0.3 * np.sin(2 * np.pi * 200 * np.arange(4 * RATE_HZ) / RATE_HZ)).astype(np.float32)
    other = steady.copy()
    other[2 * RATE_HZ :] *= -1
    clip = read_clip(encode(np.stack([steady, other], axis=1), "WAV", "FLOAT"))
    # The sine itself moves by 0.3 * 2 * pi * 200 / 16000 = 0.024 from sample to sample: no click is added.
    assert np.abs(np.diff(clip.samples)).max() < 0.03
    assert level_db(clip.samples[2 * RATE_HZ + 400 :]) == pytest.approx(level_db(steady), abs=0.1)


@pytest.mark.parametrize("name", ["take.wav", "take.mp3", "take.txt", "take", "täke *?.ogg"])
def test_the_name_does_not_matter(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(encode(voice(rate_hz=44_100), "MP3", "MPEG_LAYER_III", 44_100))
    assert_sounds_like(read_clip(path), voice())
    assert probe(path).container == "MP3"


def test_a_path_and_its_bytes_give_the_same(tmp_path: Path) -> None:
    source = encode(voice(30), "OGG", "VORBIS")
    path = tmp_path / "take.ogg"
    path.write_bytes(source)
    np.testing.assert_array_equal(read_clip(path).samples, read_clip(source).samples)


class TestWav:
    """The ways in which WAV files of the world differ from the book."""

    data = pcm(voice())

    def check(self, source: bytes, *, tail_samples: int = 0) -> None:
        samples = read_clip(source).samples
        assert len(samples) - 2 * RATE_HZ == tail_samples
        np.testing.assert_allclose(samples[: 2 * RATE_HZ], voice(), rtol=0, atol=2**-14)

    @pytest.mark.parametrize("size", [0, 0xFFFFFFFF, 0xFFFFFFFF - 36, 0x7FFFFFFF, 0x7FFFF000, 0x80000000])
    def test_streamed_sizes(self, size: int) -> None:
        self.check(riff(fmt(), chunk(b"data", self.data, size=size), size=size))

    def test_rf64_of_a_stream(self) -> None:
        sizes = chunk(b"ds64", struct.pack("<QQQI", 0, 0, 0, 0))
        self.check(riff(sizes, fmt(), chunk(b"data", self.data, size=0xFFFFFFFF), mark=b"RF64", size=0xFFFFFFFF))

    def test_rf64_with_chunks_behind(self) -> None:
        sizes = chunk(b"ds64", struct.pack("<QQQI", 0, len(self.data), 0, 0))
        data = chunk(b"data", self.data, size=0xFFFFFFFF)
        self.check(riff(sizes, fmt(), data, chunk(b"LIST", bytes(400)), mark=b"RF64", size=0xFFFFFFFF))

    def test_other_chunks_before_and_behind(self) -> None:
        before = chunk(b"JUNK", bytes(28)), chunk(b"bext", bytes(602)), chunk(b"LIST", b"INFOISFT\5\0\0\0odd!\0")
        self.check(riff(*before, fmt(), chunk(b"fact", bytes(4)), chunk(b"data", self.data), chunk(b"id3 ", bytes(99))))

    def test_an_odd_chunk_without_its_padding_byte(self) -> None:
        self.check(riff(chunk(b"LIST", b"x" * 31, pad=False), fmt(), chunk(b"data", self.data)))

    def test_more_behind_the_end(self) -> None:
        self.check(riff(fmt(), chunk(b"data", self.data)) + b"TAG" + bytes(125))

    def test_a_header_that_counts_itself(self) -> None:
        self.check(riff(fmt(), chunk(b"data", self.data, size=len(self.data) + 44)))

    def test_an_id3_tag_in_front(self) -> None:
        self.check(id3(5000) + riff(fmt(), chunk(b"data", self.data)))

    def test_20_bits_in_3_bytes(self) -> None:
        numbers = (np.round(voice() * 2**19).astype(np.int32) << 4).astype("<i4")
        data = numbers.view(np.uint8).reshape(-1, 4)[:, :3].tobytes()
        self.check(riff(fmt(bits=20, width=3), chunk(b"data", data)))

    def test_24_bits_in_4_bytes(self) -> None:
        numbers = (np.round(voice() * 2**23).astype(np.int64) << 8).astype("<i4")
        self.check(riff(fmt(bits=24, width=4), chunk(b"data", numbers.tobytes())))

    def test_half_a_sample_at_the_end(self) -> None:
        self.check(riff(fmt(), chunk(b"data", self.data + b"\1")))

    def test_mp3_inside(self) -> None:
        mp3 = encode(voice(rate_hz=44_100), "MP3", "MPEG_LAYER_III", 44_100)
        source = riff(fmt(0x55, rate_hz=44_100, bits=0, width=1), chunk(b"data", mp3), chunk(b"LIST", bytes(40)))
        assert_sounds_like(read_clip(source), voice())
        assert probe(source).container == "WAV"
        assert probe(source).codec == "MPEG_LAYER_III"


class TestMp3:
    mp3 = encode(voice(rate_hz=44_100), "MP3", "MPEG_LAYER_III", 44_100)
    vbr = encode(
        np.concatenate([np.zeros(88_200, np.float32), voice(rate_hz=44_100)]),
        "MP3",
        "MPEG_LAYER_III",
        44_100,
        bitrate_mode="VARIABLE",
        compression_level=0.2,
    )

    def without_tag(self, mp3: bytes) -> bytes:
        """The frames without the one in front that counts them."""
        assert b"Xing" in mp3[:60] or b"Info" in mp3[:60]
        return mp3[mp3.index(mp3[:2], 60) :]

    @pytest.mark.parametrize("tag_bytes", [100, 5000, 1_500_000])
    def test_a_picture_in_front(self, tag_bytes: int) -> None:
        np.testing.assert_array_equal(read_clip(id3(tag_bytes) + self.mp3).samples, read_clip(self.mp3).samples)

    @pytest.mark.parametrize(
        "tail",
        [
            b"TAG" + b"x" * 125,
            bytes(3000),
            b"APETAGEX"
            + struct.pack("<IIII8x", 2000, 132, 1, 0xA0000000)
            + b"\xff\xfb" * 50
            + b"APETAGEX"
            + struct.pack("<IIII8x", 2000, 132, 1, 0x80000000),
            b"LYRICSBEGIN" + b"la " * 50 + b"000161LYRICS200" + b"TAG" + bytes(125),
            b"\xff\xfb",
        ],
        ids=["ID3v1", "zeros", "APEv2", "lyrics", "half a header"],
    )
    def test_tags_and_junk_behind(self, tail: bytes) -> None:
        expected = read_clip(self.mp3).samples
        np.testing.assert_array_equal(read_clip(self.mp3 + tail).samples, expected)
        tagless = self.without_tag(self.mp3)
        np.testing.assert_array_equal(read_clip(tagless + tail).samples, read_clip(tagless).samples)

    def test_junk_in_front(self) -> None:
        np.testing.assert_array_equal(read_clip(bytes(1000) + self.mp3).samples, read_clip(self.mp3).samples)

    def test_junk_in_the_middle(self) -> None:
        middle = self.mp3.index(self.mp3[:2], len(self.mp3) // 2)
        source = self.mp3[:middle] + id3(30_000) + self.mp3[middle:]
        assert len(read_clip(source).samples) == len(read_clip(self.mp3).samples)

    def test_variable_bit_rate_with_no_count_is_read_to_its_end(self) -> None:
        # libsndfile alone reckons the length by the first frame's bit rate, and here reads too little.
        clip = read_clip(self.without_tag(self.vbr))
        assert clip.duration_s == pytest.approx(4.0, abs=0.15)
        assert_sounds_like(Clip(clip.samples[2 * RATE_HZ :], RATE_HZ), voice())

    def test_two_in_one(self) -> None:
        # libsndfile alone stops after as many frames as the first one's tag counts.
        clip = read_clip(self.mp3 + self.mp3)
        assert clip.duration_s == pytest.approx(4.0, abs=0.2)
        assert_sounds_like(Clip(clip.samples[-2 * RATE_HZ - 800 :], RATE_HZ), voice())

    def test_a_tag_with_no_count(self) -> None:
        at = self.mp3.index(b"Xing") if b"Xing" in self.mp3[:60] else self.mp3.index(b"Info")
        source = self.mp3[: at + 7] + bytes([self.mp3[at + 7] & ~1]) + self.mp3[at + 8 :]
        assert_sounds_like(read_clip(source), voice())


class TestOgg:
    vorbis = encode(voice(5), "OGG", "VORBIS")
    opus = encode(voice(5), "OGG", "OPUS")

    @pytest.mark.parametrize("ogg", [vorbis, opus], ids=["vorbis", "opus"])
    def test_no_end_of_stream_mark(self, ogg: bytes) -> None:
        # Android's own writer never sets it.
        *others, last = pages(ogg)
        assert last[5] & 4
        unmarked = b"".join(others) + with_checksum(last[:5] + bytes([last[5] & ~4]) + last[6:])
        samples = read_clip(unmarked).samples
        # Without the mark the decoder cannot know that the last packet is to be heard in part only.
        np.testing.assert_array_equal(samples[: 5 * RATE_HZ - 2000], read_clip(ogg).samples[:-2000])

    @pytest.mark.parametrize("ogg", [vorbis, opus], ids=["vorbis", "opus"])
    def test_junk_behind(self, ogg: bytes) -> None:
        np.testing.assert_array_equal(read_clip(ogg + bytes(5000)).samples, read_clip(ogg).samples)

    @pytest.mark.parametrize("first, second", list(itertools.product([vorbis, opus], repeat=2)))
    def test_two_in_one(self, first: bytes, second: bytes) -> None:
        # libsndfile alone reads the first one and says nothing of the second.
        expected = [read_clip(source).samples for source in (first, second)]
        np.testing.assert_array_equal(read_clip(first + second).samples, np.concatenate(expected))
        assert probe(first + second).duration_s == pytest.approx(10, abs=0.05)

    def test_sound_among_other_streams(self) -> None:
        # A Skeleton stream, which tells players about the others; its first page comes before theirs.
        head = b"OggS\0" + bytes([2]) + bytes(8) + struct.pack("<III", 77, 0, 0) + bytes([1, 64])
        skeleton = with_checksum(head + b"fishead\0" + bytes(56))
        first, *rest = pages(self.vorbis)
        end = with_checksum(head[:5] + bytes([4]) + head[6:18] + struct.pack("<II", 1, 0) + b"\1\0")
        source = skeleton + first + end + b"".join(rest)
        np.testing.assert_array_equal(read_clip(source).samples, read_clip(self.vorbis).samples)


class TestFlac:
    flac = encode(voice(5), "FLAC", "PCM_16")

    def test_a_stream_that_does_not_know_its_length(self) -> None:
        # The low 36 bits of bytes 18 to 25 are the number of samples; 0 is "not known".
        word = int.from_bytes(self.flac[18:26]) >> 36 << 36
        source = self.flac[:18] + word.to_bytes(8) + self.flac[26:]
        np.testing.assert_array_equal(read_clip(source).samples, read_clip(self.flac).samples)
        assert probe(source).duration_s == pytest.approx(5)

    def test_a_picture_and_tags(self) -> None:
        blocks, position = [], 4
        while True:
            size = int.from_bytes(self.flac[position + 1 : position + 4])
            blocks.append(self.flac[position : position + 4 + size])
            position += 4 + size
            if blocks[-1][0] & 0x80:
                break
        picture = bytes([6]) + (1_000_000).to_bytes(3) + bytes(1_000_000)
        source = id3(3000) + b"fLaC" + blocks[0] + picture + b"".join(blocks[1:]) + self.flac[position:]
        expected = read_clip(self.flac).samples
        np.testing.assert_array_equal(read_clip(source).samples, expected)
        np.testing.assert_array_equal(read_clip(source + b"TAG" + bytes(125)).samples, expected)


class TestFloat:
    """Floating-point files can hold what is no sound."""

    def test_a_few_undefined_samples_are_silence(self) -> None:
        samples = voice()
        samples[[100, 5000, 5001]] = np.nan, np.inf, -np.inf
        clip = read_clip(encode(samples, "WAV", "FLOAT"))
        assert np.isfinite(clip.samples).all()
        np.testing.assert_array_equal(clip.samples[[100, 5000, 5001]], 0)
        np.testing.assert_array_equal(clip.samples[200:4000], voice()[200:4000])

    @pytest.mark.parametrize("value", [np.nan, np.inf, 1e300])
    def test_many_undefined_samples_are_told(self, value: float) -> None:
        samples = voice().astype(np.float64)
        samples[::50] = value
        take = read_recording(encode(samples, "WAV", "DOUBLE"))
        np.testing.assert_array_equal(take.clip.samples[::50], 0)
        assert told(take) == {NoticeCode.UNDEFINED: {"share": 0.02}}

    def test_mostly_undefined_samples_are_no_sound(self) -> None:
        samples = np.where(np.arange(2 * RATE_HZ) % 5 < 3, np.float32(np.nan), voice())
        with pytest.raises(AudioError, match="damaged: most of its samples are not numbers"):
            read_clip(encode(samples, "WAV", "FLOAT"))

    def test_peaks_beyond_full_scale_are_clipped(self) -> None:
        samples = voice(level=1.2)
        assert np.abs(samples).max() > 1.1
        clip = read_clip(encode(samples, "WAV", "FLOAT"))
        np.testing.assert_array_equal(clip.samples, samples.clip(-1, 1))
        (notice,) = read_recording(encode(samples, "WAV", "FLOAT")).notices
        assert notice.code is NoticeCode.CLIPPED
        # At 16 kHz a top is two to five samples wide; all but the last of each have a neighbour behind them.
        assert 0.5 < notice.facts["share"] / (np.abs(samples) > 1).mean() < 0.9

    def test_clips_stay_in_range_when_resampled(self) -> None:
        square = np.sign(voice(rate_hz=48_000))
        assert np.abs(read_clip(encode(square, "WAV", "FLOAT", 48_000)).samples).max() <= 1

    def test_integers_written_as_floats_are_refused(self) -> None:
        with pytest.raises(AudioError, match="beyond full scale"):
            read_clip(encode(voice() * 32_768, "WAV", "FLOAT"))

    def test_a_constant_offset_is_left_in(self) -> None:
        samples = voice() + np.float32(0.25)
        np.testing.assert_array_equal(read_clip(encode(samples, "WAV", "FLOAT")).samples, samples)


class TestBlocks:
    @pytest.mark.parametrize("block_s", [0.1, 0.7, 5.0, 10.0, 12.34, 30.0, 1000.0])
    @pytest.mark.parametrize(
        "container, subtype, rate_hz", [("WAV", "PCM_16", 44_100), ("MP3", "MPEG_LAYER_III", 24_000)]
    )
    def test_the_same_samples_as_in_one(self, block_s: float, container: str, subtype: str, rate_hz: int) -> None:
        source = encode(voice(35, rate_hz), container, subtype, rate_hz)
        whole = read_clip(source).samples
        blocks = list(read_blocks(source, block_s=block_s))
        assert all(len(block.samples) == round(block_s * RATE_HZ) for block in blocks[:-1])
        assert 0 < len(blocks[-1].samples) <= round(block_s * RATE_HZ)
        np.testing.assert_array_equal(np.concatenate([block.samples for block in blocks]), whole)

    @pytest.mark.parametrize("container, subtype", [*LOSSY, ("FLAC", "PCM_16")])
    def test_every_container(self, container: str, subtype: str) -> None:
        source = encode(voice(25, 48_000), container, subtype, 48_000)
        blocks = [block.samples for block in read_blocks(source, block_s=3)]
        np.testing.assert_array_equal(np.concatenate(blocks), read_clip(source).samples)

    @pytest.mark.parametrize("block_s", [0, -1, 1e-6])
    def test_a_block_holds_something(self, block_s: float) -> None:
        with pytest.raises(ValueError, match="block_s"):
            read_blocks(b"", block_s=block_s)


def test_to_wav_and_back() -> None:
    clip = Clip(voice(), RATE_HZ)
    again = read_clip(to_wav(clip))
    np.testing.assert_allclose(again.samples, clip.samples, rtol=0, atol=2**-16)
    assert probe(to_wav(clip)) == AudioInfo("WAV", "PCM_16", RATE_HZ, 1, 2.0)


def test_to_wav_holds_full_scale_at_another_rate() -> None:
    clip = Clip(np.tile(np.array([1, -1, 0], np.float32), 8000), 48_000)
    assert probe(to_wav(clip)).rate_hz == 48_000
    assert np.frombuffer(to_wav(clip)[44:50], "<i2").tolist() == [32767, -32768, 0]


@pytest.mark.corpus
def test_real_recordings(corpora_dir: Path) -> None:
    for pattern, container, codec in [("ravdess/**/*.flac", "FLAC", "PCM_16"), ("tess/**/*.ogg", "OGG", "OPUS")]:
        paths = sorted(corpora_dir.glob(pattern))[::100]
        assert paths
        for path in paths:
            info, clip = probe(path), read_clip(path)
            assert (info.container, info.codec, info.channels) == (container, codec, 1)
            assert clip.duration_s == pytest.approx(info.duration_s, abs=1e-3)
            assert 1 < clip.duration_s < 10
            # Speech, some of it recorded very quietly.
            assert -70 < level_db(clip.samples) < -10
            blocks = [block.samples for block in read_blocks(path, block_s=1)]
            np.testing.assert_array_equal(np.concatenate(blocks), clip.samples)


def test_a_part_is_what_lies_between_two_moments():
    source = to_wav(Clip(voice(35.0).astype(np.float32), RATE_HZ))
    whole = read_clip(source)
    for start_s, end_s in ((0.0, 2.0), (29.5, 31.25), (34.0, 90.0)):
        assert np.array_equal(read_between(source, start_s, end_s).samples, whole.between(start_s, end_s).samples)
    assert not len(read_between(source, 40.0, 50.0).samples)
