"""Files as telephones, browsers and recorders make them, written by FFmpeg."""

from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory

import av
import numpy as np

from tests.audio.signals import Sound

# Encoders that would take 8 bits when they are not told.
_SIXTEEN_BITS = {"wavpack": "s16p", "tta": "s16"}


def made(
    samples: Sound,
    container: str,
    codec: str,
    rate_hz: int = 16_000,
    *,
    bit_rate: int | None = None,
    picture: str | None = None,
    **options: str,
) -> bytes:
    """A file of this sound, shape (n,) or (n, channels).

    Args:
        container, codec: FFmpeg's names; options go to the container.
        bit_rate: bits a second, where the codec wants to be told.
        picture: codec of a second of grey video before the sound, where there is one.
    """
    with TemporaryDirectory() as folder:
        # A file, since some containers are read again while they are written.
        path = Path(folder) / "made"
        _write(path, samples, container, codec, rate_hz, bit_rate, picture, options)
        return path.read_bytes()


def _write(
    path: Path,
    samples: Sound,
    container: str,
    codec: str,
    rate_hz: int,
    bit_rate: int | None,
    picture: str | None,
    options: dict[str, str],
) -> None:
    with av.open(str(path), "w", format=container, options=options) as file:
        layout = (
            "mono"
            if samples.ndim == 1
            else {1: "mono", 2: "stereo", 6: "5.1", 8: "7.1", 16: "hexadecagonal"}[samples.shape[1]]
        )
        video = None
        if picture:
            video = file.add_stream(picture, rate=25)
            video.width = video.height = 64
            video.pix_fmt = "yuv420p"
        stream = file.add_stream(codec, rate=rate_hz, layout=layout)
        if codec in _SIXTEEN_BITS:
            stream.codec_context.format = _SIXTEEN_BITS[codec]
        if bit_rate:
            stream.bit_rate = bit_rate
        if video is not None:
            for number in range(25):
                frame = av.VideoFrame.from_ndarray(np.full((64, 64, 3), 128, np.uint8), format="rgb24")
                frame.pts, frame.time_base = number, Fraction(1, 25)
                file.mux(video.encode(frame))
            file.mux(video.encode())
        context = stream.codec_context
        resampler = av.AudioResampler(context.format, context.layout, rate_hz)
        planar = np.ascontiguousarray(np.atleast_2d(samples.T), dtype=np.float32)
        size = context.frame_size or 1024
        for start in range(0, planar.shape[1], size):
            piece = np.ascontiguousarray(planar[:, start : start + size])
            if piece.shape[1] < size and context.frame_size:
                piece = np.pad(piece, ((0, 0), (0, size - piece.shape[1])))
            # Not planar: PyAV takes no frame of eight planes.
            frame = av.AudioFrame.from_ndarray(piece.T.reshape(1, -1), format="flt", layout=layout)
            frame.sample_rate, frame.pts, frame.time_base = rate_hz, start, Fraction(1, rate_hz)
            for ready in resampler.resample(frame):
                file.mux(stream.encode(ready))
        file.mux(stream.encode())
