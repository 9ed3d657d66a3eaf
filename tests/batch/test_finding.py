import os
from pathlib import Path

import pytest

from ser_core.audio import probe
from ser_core.batch.finding import Found, find, source_of
from ser_core.errors import AudioError, SerError


def names(folder: Path) -> list[str]:
    return [found.name for found in find(str(folder))[0]]


def test_what_may_be_sound_is_found_by_name_in_one_order_and_the_rest_is_counted(tmp_path: Path) -> None:
    kept = ("a/z.AMR", "a/b/1.m4a", "b.mp4", "call.recording", "no suffix", "x.opus", "z.wav")
    others = ("cover.jpg", "list.csv", "notes.txt", "old.zip", "results.parquet", "results.csv.journal", "take.wav.gz")
    for name in (*kept, *others, ".hidden.wav", ".cache/a.wav"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(b"x")
    found, left_out = find(str(tmp_path))
    assert [each.name for each in found] == sorted(kept)
    assert left_out == len(others)
    assert {each.size_bytes for each in found} == {1}


def test_a_change_of_a_file_is_seen(tmp_path: Path) -> None:
    (tmp_path / "a.wav").write_bytes(b"x")
    before = find(str(tmp_path))
    assert find(str(tmp_path)) == before
    os.utime(tmp_path / "a.wav", ns=(1, 1))
    assert find(str(tmp_path)) != before


def test_what_cannot_be_opened_is_found_with_the_reason(tmp_path: Path) -> None:
    (tmp_path / "gone.wav").symlink_to(tmp_path / "nowhere")
    (found,) = find(str(tmp_path))[0]
    assert found.problem == "The file cannot be opened: No such file or directory."


def test_a_circle_of_links_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "a.wav").write_bytes(b"x")
    (tmp_path / "again").symlink_to(tmp_path)
    assert names(tmp_path) == ["a.wav"]


def test_a_name_that_is_no_text_can_be_opened_and_written(tmp_path: Path) -> None:
    raw = os.fsencode(tmp_path) + b"/caf\xe9.wav"
    Path(os.fsdecode(raw)).write_bytes(b"x")
    (found,) = find(str(tmp_path))[0]
    assert found.shown == "caf\\xe9.wav"
    source = source_of(str(tmp_path), found.name)
    assert isinstance(source, Path)
    assert source.read_bytes() == b"x"


def test_a_folder_that_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SerError, match="is not a folder"):
        find(str(tmp_path / "absent"))


def test_an_address_that_nobody_reads_is_refused() -> None:
    with pytest.raises(SerError, match="nothing://calls cannot be opened: "):
        find("nothing://calls")


def test_a_file_system_of_somebody_elses_is_read_without_a_copy(samples_dir: Path) -> None:
    import fsspec

    sample = samples_dir / "synthetic-even.flac"
    memory = fsspec.filesystem("memory")
    memory.pipe({"/calls/a/even.flac": sample.read_bytes(), "/calls/list.csv": b"x"})
    try:
        found, left_out = find("memory://calls")
        assert [(each.name, each.size_bytes) for each in found] == [("a/even.flac", sample.stat().st_size)]
        assert left_out == 1
        assert probe(source_of("memory://calls", "a/even.flac")) == probe(sample)
        with pytest.raises(AudioError, match=r"'gone\.flac' cannot be read"):
            source_of("memory://calls", "gone.flac")
    finally:
        memory.rm("/calls", recursive=True)


def test_a_name_is_shown_as_it_is() -> None:
    assert Found("é\u200b.wav", 1, "").shown == "é\u200b.wav"
