"""Lengths and matrices of transforms, so that what serves needs only numpy.

`scipy.fft` computes the same in a little less time, but takes 0.25 s of processor time and 28 MB to import, which is
more than half of what `ser predict` takes for a short clip.
"""

from functools import lru_cache

import numpy as np

from ser_core.arrays import FloatArray


def fast_length(n: int) -> int:
    """The least length from `n` on that has no prime factor over 5: Fourier transforms of such lengths are fast."""
    length = max(1, n)
    while not _is_fast(length):
        length += 1
    return length


def _is_fast(n: int) -> bool:
    for factor in (2, 3, 5):
        while n % factor == 0:
            n //= factor
    return n == 1


@lru_cache(maxsize=8)
def cosine_matrix(n: int, count: int) -> FloatArray:
    """The first `count` coefficients of the orthonormal cosine transform of type 2, read-only float32, (n, count).

    `values @ cosine_matrix(n, count)` equals `scipy.fft.dct(values, norm="ortho")[:, :count]`.
    """
    matrix = np.cos(np.pi / n * np.outer(np.arange(n) + 0.5, np.arange(count))) * np.sqrt(2 / n)
    matrix[:, 0] /= np.sqrt(2)
    matrix = matrix.astype(np.float32)
    matrix.flags.writeable = False
    return matrix
