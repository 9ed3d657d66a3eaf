import subprocess
import sys

import numpy as np
import pytest
from scipy import fft

from ser_core.dsp.transforms import cosine_matrix, fast_length


@pytest.mark.parametrize("n", [1, 2, 7, 13, 400, 401, 1601, 16_384, 56_123])
def test_the_fast_length_is_scipys(n):
    assert fast_length(n) == fft.next_fast_len(n, real=True)


def test_the_matrix_is_scipys_cosine_transform(rng):
    values = rng.normal(size=(5, 26)).astype(np.float32)
    # float32 holds seven digits, and each coefficient adds up 26 numbers.
    np.testing.assert_allclose(values @ cosine_matrix(26, 17), fft.dct(values, norm="ortho")[:, :17], atol=1e-5)


def test_what_answers_does_without_scipy():
    program = "import sys, ser_core.recognition.analyse, ser_core.practice.take; print('scipy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
