import pytest

from ser_core.atomic import replacing, write_text


def test_a_file_is_replaced_as_a_whole(tmp_path):
    path = tmp_path / "new" / "figures.json"
    write_text(path, "one")
    with replacing(path) as partial:
        assert partial.suffix == ".json"
        partial.write_text("two")
        assert path.read_text() == "one"
    assert path.read_text() == "two"
    assert list(path.parent.iterdir()) == [path]


def test_an_interruption_leaves_what_was_there_and_nothing_else(tmp_path):
    path = tmp_path / "figures.json"
    write_text(path, "one")

    def interrupted():
        with replacing(path) as partial:
            partial.write_text("tw")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert path.read_text() == "one"
    assert list(tmp_path.iterdir()) == [path]
