"""The tones that trainings learn are what evaluations are tested on."""

from tests.training.conftest import _own_cache, small_net, tiny_corpus, tones  # noqa: F401
