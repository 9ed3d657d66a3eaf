import pytest

from ser_core.augment import noise_files
from ser_core.errors import CorpusError


def touch(root, *names):
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).touch()


def test_ms_snsd_gives_its_training_noises_alone(tmp_path):
    touch(tmp_path, "noise_train/Babble_12.wav", "noise_train/AirConditioner_1.wav", "noise_test/Babble_1.wav")
    touch(tmp_path, "clean_train/p234_002.wav", "noise_train/README.md")
    assert [path.name for path in noise_files(tmp_path)] == ["AirConditioner_1.wav", "Babble_12.wav"]
    assert noise_files(tmp_path / "noise_train") == noise_files(tmp_path)


def test_a_wrong_folder_is_answered_with_the_layout_expected(tmp_path):
    with pytest.raises(CorpusError, match=r"noise_train/AirConditioner_1\.wav"):
        noise_files(tmp_path)
    with pytest.raises(CorpusError, match="not a folder"):
        noise_files(tmp_path / "absent")
