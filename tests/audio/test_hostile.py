"""Whatever a file is made of: a clip or an AudioError, soon, and in little memory."""

import resource
import signal
import subprocess
import sys
import time
from collections import deque
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ser_core.audio import probe, read_blocks, read_clip
from ser_core.audio.containers.plan import Part
from ser_core.audio.containers.view import Source, View
from ser_core.audio.decoding.by_ffmpeg import Reader
from ser_core.audio.sandbox.pool import Pool
from ser_core.errors import AudioError
from tests.audio.conftest import UsePool
from tests.audio.made import made
from tests.audio.signals import (
    FLAC_FRAME_SAMPLES,
    RATE_HZ,
    encode,
    flac_of_silence,
    libsndfile_trap,
    pcm,
    voice,
)

HEADS = [
    b"",
    b"\0\0\0\x18ftypisom",
    b"\x1a\x45\xdf\xa3",
    b"#!AMR\n",
    b"\xff\xf1\x50\x80",
    b"FORM\0\0\0\0AIFF",
    b"RIFF\0\0\0\0WAVEfmt ",
    b"fLaC\0\0\0\x22",
    b"OggS\0\2",
    b"\xff\xfb\x90\x64",
    b"ID3\4\0\0\0\0\0\7",
]
# Far over what any of these takes, far under what would keep a person waiting: the worst case is a decoder
# that hangs, which the kernel ends after five seconds of processor time.
SOON_S = 60


def check(source: bytes) -> None:
    start = time.monotonic()
    with suppress(AudioError):
        clip = read_clip(source)
        assert clip.rate_hz == RATE_HZ
        assert len(clip.samples) >= RATE_HZ // 2
        assert np.abs(clip.samples).max() <= 1
    assert time.monotonic() - start < SOON_S


@given(st.sampled_from(HEADS), st.binary(max_size=4096))
@settings(max_examples=300)
def test_random_bytes(head: bytes, rest: bytes) -> None:
    check(head + rest)


class TestEndlessLoop:
    """A known fault of libsndfile 1.2.2: opening a WAV file of 157 bytes never returns."""

    def test_libsndfile_itself_still_hangs(self, tmp_path: Path) -> None:
        # If this fails, libsndfile has been mended, and the tests below prove less than they did.
        trap = libsndfile_trap()
        assert len(trap) == 157
        (tmp_path / "trap.wav").write_bytes(trap)
        ended = subprocess.run(
            [sys.executable, "-c", "import soundfile; soundfile.SoundFile('trap.wav')"],
            cwd=tmp_path,
            check=False,
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CPU, (2, 2)),
        )
        assert ended.returncode in (-signal.SIGXCPU, -signal.SIGKILL)

    def test_it_is_refused_for_what_it_holds(self) -> None:
        with pytest.raises(AudioError, match="long; at least"):
            read_clip(libsndfile_trap())

    def test_the_same_around_real_sound_is_read(self) -> None:
        clip = read_clip(libsndfile_trap(pcm(voice())))
        np.testing.assert_allclose(clip.samples, voice(), rtol=0, atol=2**-14)

    def test_a_decoder_that_hangs_is_ended(self, use_pool: UsePool) -> None:
        use_pool(module="tests.audio.unguarded_worker")
        before_s = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
        with pytest.raises(AudioError, match="makes its decoder hang: it is damaged"):
            read_clip(libsndfile_trap())
        # Processor time, as on a busy machine any wall clock may run on.
        assert 0.5 < resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before_s < 4
        assert read_clip(encode(voice())).duration_s == 2

    def test_other_recordings_do_not_notice(self, use_pool: UsePool) -> None:
        pool = use_pool(module="tests.audio.unguarded_worker")
        source = encode(voice(60, 44_100), rate_hz=44_100)
        expected = read_clip(source).samples
        blocks = read_blocks(source, block_s=15)
        heard = [next(blocks).samples, next(blocks).samples]
        before = pool.slots[0].worker
        with pytest.raises(AudioError, match="makes its decoder hang: it is damaged"):
            read_clip(libsndfile_trap())
        assert pool.slots[0].worker is not before
        heard += [block.samples for block in blocks]
        np.testing.assert_array_equal(np.concatenate(heard), expected)


def test_a_fault_of_pyav_at_the_end_loses_nothing() -> None:
    # As on a Flash file, found by mutation, in which a stream begins after the others: the fault depends on what
    # happened to be in memory.
    source = made(voice(2, 44_100), "flv", "libmp3lame", 44_100, bit_rate=32_000)
    view = View(Source(len(source), lambda offset, count: source[offset : offset + count]), ((0, len(source)),))
    reader = Reader(Part(((0, len(source)),), demuxer="flv", soundfile=False), view)

    class Faulty:
        opened = reader._container

        def demux(self, stream: object) -> Iterator[object]:
            yield from self.opened.demux(stream)
            raise IndexError("list index out of range")

    expected = len(read_clip(source).samples)
    reader._container = Faulty()
    assert sum(len(samples) for _, samples in reader.blocks()) / 44_100 == pytest.approx(expected / RATE_HZ, abs=1e-3)


@pytest.mark.parametrize("channels", [8, 16])
def test_a_fault_of_pyav_with_many_channels_is_not_met(use_pool: UsePool, channels: int) -> None:
    # Planar frames of eight channels and more made it read memory that is not theirs, and the process crash.
    pool = use_pool()
    source = made(np.tile(voice(1)[:, None], channels), "wv", "wavpack")
    samples = read_clip(source).samples
    np.testing.assert_allclose(samples[:RATE_HZ], voice(1), rtol=0, atol=2**-14)
    assert pool.slots[0].worker is not None
    if channels == 8:
        assert read_clip(made(np.tile(voice(1)[:, None], channels), "ipod", "aac")).duration_s == pytest.approx(
            1, abs=0.1
        )


def memory_bytes(pool: Pool) -> int:
    """The most that the pool's first worker ever held."""
    worker = pool.slots[0].worker
    assert worker is not None
    line = next(x for x in Path(f"/proc/{worker.process.pid}/status").read_text().splitlines() if "VmHWM" in x)
    return int(line.split()[1]) * 1024


class TestUnfolding:
    """Small files that hold a great deal of nothing."""

    def test_flac(self, use_pool: UsePool) -> None:
        # 5 kB that are 300 MB as float32 samples: 20 minutes of 8 channels.
        source = flac_of_silence(150)
        assert len(source) < 6000
        assert 150 * FLAC_FRAME_SAMPLES * 8 * 4 > 300e6
        pool = use_pool()
        start_bytes = self.start(pool)
        with pytest.raises(AudioError, match="silent"):
            deque(read_blocks(source), maxlen=0)
        assert memory_bytes(pool) < start_bytes + 15e6

    def test_ogg(self, use_pool: UsePool) -> None:
        # 10 minutes of stereo: 38 MB as float32 samples.
        source = encode(np.zeros((600 * 8000, 2), np.float32), "OGG", "VORBIS", 8000)
        assert len(source) < 50_000
        pool = use_pool()
        start_bytes = self.start(pool)
        with pytest.raises(AudioError, match="silent"):
            deque(read_blocks(source), maxlen=0)
        assert memory_bytes(pool) < start_bytes + 15e6

    def test_what_ffmpeg_reads(self, use_pool: UsePool) -> None:
        # Ten minutes of silence in 29 kB: 38 MB as float32 samples.
        source = made(np.zeros(600 * RATE_HZ, np.float32), "webm", "libopus", bit_rate=6_000)
        assert len(source) < 400_000
        pool = use_pool()
        with pytest.raises(AudioError, match="long; at least"):
            read_clip(made(voice(0.3), "ipod", "aac", bit_rate=32_000))
        start_bytes = memory_bytes(pool)
        with pytest.raises(AudioError, match="silent"):
            deque(read_blocks(source), maxlen=0)
        assert memory_bytes(pool) < start_bytes + 15e6

    def test_ffmpeg_starts_in_the_memory_that_a_worker_has(self, use_pool: UsePool) -> None:
        pool = use_pool()
        start_bytes = self.start(pool)
        wide = np.tile(voice(1, 192_000)[:, None], 6)
        assert read_clip(made(wide, "caf", "pcm_s16le", 192_000)).duration_s == pytest.approx(1, abs=0.01)
        # 16 MB are FFmpeg's own code; a handful of copies of half a second of six channels are 15 MB.
        assert memory_bytes(pool) < start_bytes + 60e6

    def test_more_than_the_limit_is_not_unfolded(self, use_pool: UsePool) -> None:
        pool = use_pool()
        start_bytes = self.start(pool)
        start = time.monotonic()
        # Eleven days by its header, and then some hours without any header.
        with pytest.raises(AudioError, match="too long"):
            read_clip(flac_of_silence(1, promised=8000 * 1_000_000))
        with pytest.raises(AudioError, match="too long"):
            read_clip(flac_of_silence(1000), max_duration_s=60)
        assert time.monotonic() - start < SOON_S
        assert memory_bytes(pool) < start_bytes + 15e6

    @pytest.mark.parametrize("rate_hz, channels", [(192_000, 32)])
    def test_the_widest_that_is_read(self, use_pool: UsePool, rate_hz: int, channels: int) -> None:
        pool = use_pool()
        start_bytes = self.start(pool)
        samples = np.tile(voice(1, rate_hz)[:, None], channels)
        assert read_clip(encode(samples, "WAV", "PCM_16", rate_hz)).duration_s == 1
        # Half a second is 12 MB, of which a handful of copies is needed to mix it.
        assert memory_bytes(pool) < start_bytes + 80e6

    def test_a_file_that_wants_more_memory_than_it_gets(self, use_pool: UsePool) -> None:
        pool = use_pool(module="tests.audio.poor_worker")
        samples = np.tile(voice(1, 192_000)[:, None], 16)
        source = encode(samples, "WAV", "PCM_16", 192_000)
        with pytest.raises(AudioError, match="memory"):
            read_clip(source)
        assert read_clip(encode(voice())).duration_s == 2
        assert pool.slots[0].worker is not None

    def start(self, pool: Pool) -> int:
        """What a worker holds that has read one short recording."""
        assert probe(encode(voice())).duration_s == 2
        read_clip(encode(voice()))
        return memory_bytes(pool)
