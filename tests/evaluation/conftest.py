"""The tones that trainings learn are what evaluations are tested on."""

from tests.training.conftest import _own_cache, tiny_corpus, tones  # noqa: F401
