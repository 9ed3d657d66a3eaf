"""Whatever can be refused is refused before the first second of work, in every command."""

import pytest
from click.testing import CliRunner

from ser_core import audio
from ser_core.cli import main
from ser_core.evaluation import cross_validation
from ser_core.models import export
from ser_core.training.data import cache

TRAIN = "train svm --corpus folder=CORPUS --out NEW"
PROTOCOL = "evaluate --protocol tones --corpus folder=CORPUS --work NEW"
COMPARE = "compare --protocol tones --corpus folder=CORPUS --work NEW"
REFUSED = [
    ("train svm --corpus folder=ABSENT --out NEW", "is not a folder"),
    ("train svm --corpus folder=THESIS --out NEW", "No recording"),
    ("train svm --corpus nobody=CORPUS --out NEW", "no corpus 'nobody'"),
    ("train nothing --corpus folder=CORPUS --out NEW", "no recipe 'nothing'"),
    ("train crnn --corpus folder=CORPUS --out NEW --pca 5", "--pca means nothing to the recipe crnn"),
    ("train crnn --corpus folder=CORPUS --out NEW --noise CORPUS", "--noise means nothing to the recipe crnn"),
    (f"{TRAIN} --epochs 5", "--epochs means nothing to the recipe svm"),
    (f"{TRAIN} --test nobody", "no speaker 'nobody'"),
    (f"{TRAIN} --test ann --validation ann", "cannot validate and test at once"),
    (f"{TRAIN} --test ann,bob --validation ''", "No speaker is left"),
    (f"{TRAIN} --random-test --test ann", "random test"),
    (f"{TRAIN} --everyone --test ann", "none can be put aside"),
    (f"{TRAIN} --everyone", "has not been measured under ravdess-actors"),
    (f"{TRAIN} --augment echo", "no augmentation 'echo'"),
    (f"{TRAIN} --augment noise --noise ABSENT", "is not a folder. Noises are expected"),
    (f"{TRAIN} --select 1000", "1000 of 181 values"),
    (f"{TRAIN} --pca 1000", "1000 components"),
    ("train hmm --corpus folder=CORPUS --out NEW --select 5", "sequence or an image"),
    ("train svm --corpus folder=CORPUS --out THESIS", "other things than a model"),
    ("train svm --corpus folder=CORPUS --out FILE", "is a file"),
    ("train svm --corpus folder=CORPUS --out FILE/new", "is a file"),
    (f"{PROTOCOL} --fold first --save", "figures of one fold alone are not saved"),
    (f"{PROTOCOL} --fold third", "no fold 'third'"),
    (f"{PROTOCOL} --model crnn", "leave out --model"),
    (f"{PROTOCOL} --speakers ann", "leave out --model, --speakers"),
    (f"{PROTOCOL} --recipe nothing", "no recipe 'nothing'"),
    (f"{PROTOCOL} --recipe svm --epochs 3", "--epochs means nothing to the recipe svm"),
    ("evaluate --protocol nothing --corpus folder=CORPUS --work NEW", "no protocol 'nothing'"),
    ("evaluate --protocol ravdess-actors --corpus folder=CORPUS --work NEW", "needs the corpus ravdess"),
    ("evaluate --protocol tones --corpus folder=CORPUS --work FILE", "is a file"),
    ("evaluate --corpus folder=CORPUS --corpus folder=CORPUS", "one corpus at a time"),
    ("evaluate --corpus folder=CORPUS --model nothing", "no model 'nothing'"),
    ("evaluate --corpus folder=CORPUS --speakers nobody", "no speaker 'nobody'"),
    ("evaluate --corpus folder=CORPUS --save", "--save goes with --protocol"),
    ("evaluate --corpus folder=CORPUS --fold first", "--fold goes with --protocol"),
    (f"{COMPARE} --recipes svm,nothing", "no recipe 'nothing'"),
    (f"{COMPARE} --recipes svm --results FILE", "not a results file"),
    (f"{COMPARE} --recipes svm --results FILE/results.json", "is a file"),
    ("compare --protocol nothing --corpus folder=CORPUS --work NEW", "no protocol 'nothing'"),
    ("export nothing --out NEW", "no model 'nothing'"),
    ("export crnn --out FILE", "is a file"),
    ("delivery FILE --target angry --model nothing", "no model 'nothing'"),
    ("predict FILE --model nothing", "no model 'nothing'"),
    ("batch CORPUS --out NEW.csv --model nothing", "no model 'nothing'"),
    ("batch CORPUS --out NEW.xls", "is written as .parquet, .csv, .jsonl"),
    ("batch CORPUS --out FILE/new.csv", "is a file"),
    ("batch ABSENT --out NEW.csv", "is not a folder"),
    ("batch THESIS --out NEW.csv", "no recording in"),
]


@pytest.fixture
def places(tmp_path, samples_dir, monkeypatch):
    """The words of a command that stand for places, and a fuse where work begins."""
    for place in ("angry/ann", "angry/bob", "sad/ann", "sad/bob"):
        (tmp_path / "CORPUS" / place).mkdir(parents=True)
        (tmp_path / "CORPUS" / place / "1.flac").write_bytes(min(samples_dir.glob("*.flac")).read_bytes())
    (tmp_path / "THESIS").mkdir()
    (tmp_path / "THESIS" / "thesis.txt").write_text("years of work")
    (tmp_path / "FILE").write_text("no results, and no sound")
    monkeypatch.setenv("SER_CACHE_DIR", str(tmp_path / "cache"))

    def work(*_, **__):
        pytest.fail("Work has begun.")

    for module, name in ((cache, "make"), (cross_validation, "make"), (audio, "read_clip"), (export, "exportable")):
        monkeypatch.setattr(module, name, work)
    return {name: str(tmp_path / name) for name in ("CORPUS", "ABSENT", "THESIS", "FILE", "NEW")}


@pytest.mark.parametrize("command, said", REFUSED, ids=[command for command, _ in REFUSED])
def test_is_refused_first(command, said, places, tones_protocol):
    words = ["" if word == "''" else word for word in command.split()]
    for name, place in places.items():
        words = [word.replace(name, place) for word in words]
    done = CliRunner().invoke(main, words, catch_exceptions=False)
    assert done.exit_code == 1
    assert done.stderr.startswith("ser: ")
    assert done.stderr.count("\n") == 1
    assert said in done.stderr


def test_a_folder_in_which_nothing_can_be_written_is_refused_first(places, tones_protocol, monkeypatch):
    monkeypatch.setattr("ser_core.atomic.os.access", lambda path, mode: False)
    for command in (TRAIN, PROTOCOL, COMPARE, "export crnn --out NEW"):
        words = [places.get(word, word.replace("CORPUS", places["CORPUS"])) for word in command.split()]
        done = CliRunner().invoke(main, words, catch_exceptions=False)
        assert done.exit_code == 1
        assert "Nothing can be written in" in done.stderr
