"""What training clips go through between the pack and the encoder, all on the device."""

from typing import Any, NamedTuple

import numpy as np
from keras import ops

from ser_core.dsp.conditioning import CORNER_HZ
from ser_core.features.whisper_log_mel import FRAMES_PER_S, HOP_LENGTH, N_FFT, RATE_HZ
from ser_core.training.on_device import channel, clips, noise, room, spectrum
from ser_core.training.on_device.chance import Chance

_FASTEST = 1.25
_MARGIN_S = 0.25
_OPEN_LOW_HZ, _OPEN_HIGH_HZ = 1.0, 30_000.0
N_BUMPS = 2


class Draws(NamedTuple):
    """Parameters of every transform, a number a clip, shape (clips,), or (clips, bumps).

    Attributes:
        tempo, warp: pace, and frequencies, as factors.
        room, rt60_s, direct_db: whether there is a room; its decay; direct sound over reverberation.
        overdrive_db: how far too loud the recorder was set.
        coloured, babble, recorded: which noise, 1 or 0; all 0 is none.
        slope_db, snr_db: colour of the noise, and its ratio.
        high_pass_hz, low_hz, high_hz, tilt_db, peak_db, peak_hz, peak_octaves: the channel, see `channel.filtered`.
        companded: whether a telephone codes it, 1 or 0.
        margin_s: of what lies around the clip and counts as it.
        level: decades that it is louder than the level speech is brought to.
        band_mask, time_mask: largest stripes of SpecAugment, in bands and frames; single numbers.
    """

    tempo: Any
    warp: Any
    room: Any
    rt60_s: Any
    direct_db: Any
    overdrive_db: Any
    coloured: Any
    babble: Any
    recorded: Any
    slope_db: Any
    snr_db: Any
    high_pass_hz: Any
    low_hz: Any
    high_hz: Any
    tilt_db: Any
    peak_db: Any
    peak_hz: Any
    peak_octaves: Any
    companded: Any
    margin_s: Any
    level: Any
    band_mask: Any
    time_mask: Any


class Source(NamedTuple):
    """Where sound comes from: the packed samples, and where in them each clip lies, int32.

    Attributes:
        samples: int16, shape (all samples,).
        start, length: of the clips, (clips,).
        talker_start, talker_length: of recordings that babble is made of, (tracks, talkers).
        noise_start, noise_length: of a recorded noise for each clip, (clips,).
    """

    samples: Any
    start: Any
    length: Any
    talker_start: Any
    talker_length: Any
    noise_start: Any
    noise_length: Any


def untouched(n: int) -> Draws:
    """Parameters that change nothing, for `n` clips."""
    zero, one = np.zeros(n, np.float32), np.ones(n, np.float32)
    bumps = np.ones((n, N_BUMPS), np.float32)
    return Draws(
        tempo=one,
        warp=one,
        room=zero,
        rt60_s=one * 0.3,
        direct_db=zero,
        overdrive_db=zero,
        coloured=zero,
        babble=zero,
        recorded=zero,
        slope_db=zero,
        snr_db=one * 10,
        high_pass_hz=one * CORNER_HZ,
        low_hz=one * _OPEN_LOW_HZ,
        high_hz=one * _OPEN_HIGH_HZ,
        tilt_db=zero,
        peak_db=bumps * 0,
        peak_hz=bumps * 1000,
        peak_octaves=bumps,
        companded=zero,
        margin_s=zero,
        level=zero,
        band_mask=np.float32(0),
        time_mask=np.float32(0),
    )


def drawn(n: int, strength: Any, masks: Any, chance: Chance) -> Draws:
    """Parameters for `n` training clips. `strength` in [0, 1] scales how often and how far; `masks` SpecAugment."""

    def between(low: float, high: float) -> Any:
        return chance.uniform((n,), low, high)

    def happens(share: float) -> Any:
        return chance.happens((n,), share * strength)

    voice = ops.exp(between(-0.16, 0.16) * strength)
    pace = ops.exp(between(-0.12, 0.12) * strength)
    noisy, kind = happens(0.65), between(0, 1)
    telephone, band = happens(0.15), happens(0.25)
    narrow = ops.maximum(telephone, band)
    low = ops.where(telephone > 0, between(200, 400), between(50, 350))
    high = ops.where(telephone > 0, between(3000, 4000), between(3000, 7500))
    return Draws(
        tempo=ops.clip(voice * pace, 1 / _FASTEST, _FASTEST),
        warp=voice * ops.exp(between(-0.06, 0.06) * strength),
        room=happens(0.4),
        rt60_s=between(0.1, 0.7),
        direct_db=between(-3, 12),
        overdrive_db=happens(0.2) * between(0, 16),
        coloured=noisy * ops.cast(kind < 0.35, "float32"),
        babble=noisy * ops.cast((kind >= 0.35) & (kind < 0.85), "float32"),
        recorded=noisy * ops.cast(kind >= 0.85, "float32"),
        slope_db=between(0, 6),
        snr_db=between(3, 28),
        high_pass_hz=ops.exp(between(float(np.log(50)), float(np.log(130)))),
        low_hz=ops.where(narrow > 0, low, _OPEN_LOW_HZ),
        high_hz=ops.where(narrow > 0, high, _OPEN_HIGH_HZ),
        tilt_db=between(-3, 3) * happens(0.6),
        peak_db=chance.uniform((n, N_BUMPS), -8, 8) * happens(0.6)[:, None],
        peak_hz=ops.exp(chance.uniform((n, N_BUMPS), float(np.log(150)), float(np.log(6000)))),
        peak_octaves=chance.uniform((n, N_BUMPS), 0.3, 1.5),
        companded=telephone,
        margin_s=between(0, _MARGIN_S),
        level=between(-0.25, 0.25) * strength,
        band_mask=12.0 * masks,
        time_mask=35.0 * masks,
    )


def heard(source: Source, draws: Draws, n_frames: int, chance: Chance) -> tuple[Any, Any]:
    """The encoder's input (clips, frames, 80), and which of its frames are the clip's, (clips, frames).

    A clip that is longer than that many frames is heard from a place by chance.
    """
    n_clips = draws.tempo.shape[0]
    n = round(n_frames * HOP_LENGTH * _FASTEST) + N_FFT
    fft_length = _fast_length(n + RATE_HZ)
    told_length = ops.cast(n_frames * HOP_LENGTH * draws.tempo, "int32")
    margin = ops.cast(draws.margin_s * RATE_HZ, "int32")
    left_out = ops.maximum(source.length + 2 * margin - told_length, 0)
    lead = margin - ops.cast(chance.uniform((n_clips,)) * ops.cast(left_out, "float32"), "int32")
    samples = clips.cut(source.samples, source.start, source.length, lead, n)
    place = ops.arange(n, dtype="int32")[None]
    spoken = ops.cast((place >= lead[:, None]) & (place < (lead + source.length)[:, None]), "float32")
    samples = room.in_rooms(samples, draws.rt60_s, draws.direct_db, draws.room, RATE_HZ, fft_length, chance)
    samples = channel.saturated(samples, draws.overdrive_db)
    samples = noise.mixed(
        samples,
        spoken,
        _noise(source, draws, n, fft_length, chance),
        draws.snr_db,
        draws.coloured + draws.babble + draws.recorded,
    )
    samples = channel.filtered(
        samples,
        draws.high_pass_hz,
        draws.low_hz,
        draws.high_hz,
        draws.tilt_db,
        draws.peak_db,
        draws.peak_hz,
        draws.peak_octaves,
        RATE_HZ,
        fft_length,
    )
    samples = channel.companded(samples, draws.companded)
    centres = spectrum.frame_centres(draws.tempo, n_frames)
    end = (lead + source.length + margin)[:, None]
    present = ops.cast((centres >= (lead - margin)[:, None]) & (centres < end), "float32")
    power = spectrum.warped_mel_power(samples, centres, draws.warp)
    mel = spectrum.leveled(power, present, draws.level)
    return spectrum.masked(mel, draws.band_mask, draws.time_mask, chance), present


def _noise(source: Source, draws: Draws, n: int, fft_length: int, chance: Chance) -> Any:
    n_clips = draws.tempo.shape[0]
    n_tracks, n_talkers = source.talker_start.shape
    hiss = noise.coloured(n_clips, draws.slope_db, n, fft_length, chance)
    shift = ops.cast(chance.uniform((n_tracks * n_talkers,)) * 1e5, "int32")
    talk = clips.repeated(
        source.samples, ops.reshape(source.talker_start, (-1,)), ops.reshape(source.talker_length, (-1,)), shift, n
    )
    # Fewer and nearer talkers in some tracks: the softest are hardly heard.
    loudness = 10.0 ** (-chance.uniform((n_tracks, n_talkers, 1), 0.0, 12.0) / 20.0)
    tracks = ops.sum(ops.reshape(talk, (n_tracks, n_talkers, n)) * loudness, axis=1)
    which = ops.cast(chance.uniform((n_clips,), 0.0, float(n_tracks) - 1e-3), "int32")
    murmur = noise.rolled(tracks, which, ops.cast(chance.uniform((n_clips,)) * n, "int32"))
    place = ops.cast(chance.uniform((n_clips,)) * 1e5, "int32")
    recorded = clips.repeated(source.samples, source.noise_start, source.noise_length, place, n)

    def share(kind: Any) -> Any:
        return kind[:, None]

    return share(draws.coloured) * hiss + share(draws.babble) * murmur + share(draws.recorded) * recorded


def _fast_length(n: int) -> int:
    """The smallest 2 ** k or 3 * 2 ** k that is no less than `n`."""
    return min(size for k in range(24) for size in (2**k, 3 * 2**k) if size >= n)


def frames_of(seconds: float) -> int:
    """Log-mel frames of so many seconds, an even number."""
    return 2 * round(seconds * FRAMES_PER_S / 2)
