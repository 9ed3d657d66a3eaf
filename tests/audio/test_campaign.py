"""A short campaign of hostile inputs, the same each time, and whether a campaign would see a failure."""

from pathlib import Path

import numpy as np
import pytest

from ser_core.audio import read_clip
from ser_core.records import Clip
from tests.audio.campaign import attempt, campaign, seeds
from tests.audio.conftest import UsePool
from tests.audio.signals import encode, libsndfile_trap, voice


def test_every_seed_is_read() -> None:
    for kind, source in seeds().items():
        outcome, what = attempt(source, read_clip)
        if kind.endswith("of silence"):
            assert "The recording is silent" in what
        else:
            assert outcome == "read", f"{kind}: {what}"


def test_nothing_fails(tmp_path: Path) -> None:
    figures = campaign(1500, keep=tmp_path, progress=lambda line: None)
    assert figures.inputs == 1500
    assert figures.failures == [], "\n".join(figures.lines())
    assert list(tmp_path.iterdir()) == []
    # Both decoders were reached, by files that could be read and by others.
    for decoder in ("libsndfile", "FFmpeg"):
        tried = sum(count for kind, count in figures.by_kind.items() if kind.startswith(decoder))
        read = sum(count for kind, count in figures.read_by_kind.items() if kind.startswith(decoder))
        assert 0.2 * tried < read < 0.9 * tried
        assert tried > 300


class TestAFailureIsSeen:
    source = encode(voice(0.6))

    def test_another_exception(self) -> None:
        assert attempt(self.source, lambda source: source.no_such_thing)[0] == "foreign"

    def test_a_child_that_dies(self, use_pool: UsePool) -> None:
        use_pool(module="tests.audio.doomed_worker")
        assert attempt(self.source, read_clip)[0] == "crash"
        use_pool(module="tests.audio.crashing_worker")
        assert attempt(self.source, read_clip)[0] == "crash"

    def test_a_child_that_has_to_be_ended(self, use_pool: UsePool) -> None:
        use_pool(module="tests.audio.unguarded_worker")
        assert attempt(libsndfile_trap(), read_clip)[0] == "hang"

    @pytest.mark.parametrize("wrong", [np.inf, 1.5])
    def test_samples_that_no_clip_may_have(self, wrong: float) -> None:
        assert attempt(self.source, lambda source: Clip(np.full(10, wrong, np.float32), 16_000))[0] == "broken"
