"""Log-mel spectrogram for the networks, computed by numpy: no librosa at serving time."""

from dataclasses import dataclass

from ser_core.arrays import FloatArray
from ser_core.dsp.mel import mel_filterbank
from ser_core.dsp.stft import power_to_db, stft_power
from ser_core.errors import AudioError
from ser_core.records import Clip


@dataclass(frozen=True)
class LogMelConfig:
    """Parameters of a model's log-mel spectrogram, stored in the model's card.

    Attributes:
        rate_hz: sampling rate the clip must have.
        n_fft: length of the Fourier transform in samples.
        win_length: length of the Hann window in samples, centred in `n_fft`.
        hop_length: samples from one frame to the next.
        n_mels: mel bands.
        fmin_hz, fmax_hz: edges of the lowest and the highest band.
        top_db: levels further than this below the clip's loudest cell are raised to that floor.
    """

    rate_hz: int = 16_000
    n_fft: int = 1024
    win_length: int = 800
    hop_length: int = 200
    n_mels: int = 64
    fmin_hz: float = 50.0
    fmax_hz: float = 8000.0
    top_db: float = 80.0

    @property
    def frames_per_s(self) -> float:
        """Frames a second."""
        return self.rate_hz / self.hop_length


def log_mel(clip: Clip, config: LogMelConfig) -> FloatArray:
    """Log-mel spectrogram in dB relative to a power of 1, float32, shape (frames, n_mels).

    There are `1 + n // hop_length` frames, frame t centred on sample `t * hop_length` of the zero-padded clip:
    `librosa.power_to_db(librosa.feature.melspectrogram(..., center=True, pad_mode="constant"), top_db=top_db).T`
    within 1e-3 dB. Raises AudioError when the clip is empty or has another sampling rate.
    """
    return to_log_mel(power_spectrum(clip, config), config)


def power_spectrum(clip: Clip, config: LogMelConfig) -> FloatArray:
    """Power of each frame and bin, float32, shape (1 + n // hop_length, n_fft // 2 + 1).

    Raises AudioError as `log_mel` does.
    """
    if clip.rate_hz != config.rate_hz:
        raise AudioError(
            "The model needs a clip at {rate_hz} Hz; got one at {rate_hz2} Hz.",
            rate_hz=config.rate_hz,
            rate_hz2=clip.rate_hz,
        )
    if not len(clip.samples):
        raise AudioError("The clip is empty; there is nothing to analyse.")
    return stft_power(clip.samples, n_fft=config.n_fft, hop_length=config.hop_length, win_length=config.win_length)


def part_of_spectrum(power: FloatArray, part: Clip, first: int, config: LogMelConfig) -> FloatArray:
    """`power_spectrum` of a part of a clip that begins at frame `first` of the clip, whose spectrum is `power`.

    Only the frames at the edges of the part are made anew, which do not hear what lies beyond them.
    """
    hop, reach = config.hop_length, -(-config.win_length // (2 * config.hop_length))
    n_frames = 1 + len(part.samples) // hop
    behind = n_frames - reach - 1  # the first frame that may reach over the end
    if behind < 2 * reach:
        return power_spectrum(part, config)
    spectrum = power[first : first + n_frames].copy()
    edges = (
        Clip(part.samples[: 2 * reach * hop], part.rate_hz),
        Clip(part.samples[(behind - reach) * hop :], part.rate_hz),
    )
    before, after = (power_spectrum(edge, config) for edge in edges)
    spectrum[:reach], spectrum[behind:] = before[:reach], after[reach:]
    return spectrum


def to_log_mel(power: FloatArray, config: LogMelConfig) -> FloatArray:
    """Log-mel spectrogram in dB of a power spectrum, shape (frames, bins) -> (frames, n_mels)."""
    bank = mel_filterbank(config.rate_hz, config.n_fft, config.n_mels, config.fmin_hz, config.fmax_hz)
    return power_to_db(power @ bank.T, top_db=config.top_db)
