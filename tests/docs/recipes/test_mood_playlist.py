"""Music with a known tempo, key and level goes to the mood that these make."""

from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
import soundfile

from docs.recipes import mood_playlist
from docs.recipes.mood_playlist import MOODS, Piece, measure, mode_of, mood_at, pick, places
from ser_core.recognition.affect import POSITIONS

RATE_HZ = 16_000
# Semitones above the keynote: the chords I, IV, V, I of each mode.
CHORDS = {
    "major": ((0, 4, 7), (5, 9, 12), (7, 11, 14), (0, 4, 7)),
    "minor": ((0, 3, 7), (5, 8, 12), (7, 10, 14), (0, 3, 7)),
}
MUSIC = {
    "happy": ("major", 132, 0.5),
    "calm": ("major", 75, 0.03),
    "sad": ("minor", 75, 0.03),
    "tense": ("minor", 132, 0.5),
}


def music(mode: str, tempo_bpm: float, level: float, duration_s: float = 16.0) -> np.ndarray:
    """A chord on each beat, dying away."""
    beat_s = 60 / tempo_bpm
    time_s = np.arange(round(beat_s * RATE_HZ)) / RATE_HZ
    beats = []
    for beat in range(round(duration_s / beat_s)):
        chord = CHORDS[mode][beat // 4 % 4]
        notes = [np.sin(2 * np.pi * 220 * 2 ** (note / 12) * time_s) for note in chord]
        beats.append(level * np.exp(-6 * time_s) * np.sum(notes, axis=0) / 3)
    return np.concatenate(beats).astype(np.float32)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("music")
    for mood, how in MUSIC.items():
        (made / mood).mkdir()
        soundfile.write(made / mood / f"{mood}.flac", music(*how), RATE_HZ)
    (made / "cover.jpg").write_bytes(b"x")
    (made / "broken.mp3").write_bytes(b"no sound at all")
    return made


@pytest.fixture(scope="module")
def pieces(folder: Path, librosa: ModuleType) -> list[Piece]:
    return [measure(folder / mood / f"{mood}.flac") for mood in MUSIC]


def test_tempo_level_and_mode_are_those_of_the_music(pieces: list[Piece]) -> None:
    for piece, (mode, tempo_bpm, level) in zip(pieces, MUSIC.values(), strict=True):
        # Between half and twice the tempo of most music, where the estimate is told apart from its double; it moves in
        # steps of some 3%.
        assert piece.tempo_bpm == pytest.approx(tempo_bpm, rel=0.05)
        assert (piece.mode > 0) == (mode == "major")
        expected_db = 10 * np.log10(np.mean(music(mode, tempo_bpm, level).astype(float) ** 2))
        assert piece.energy_db == pytest.approx(expected_db, abs=0.1)


def test_each_mood_begins_with_its_piece(pieces: list[Piece]) -> None:
    for mood in MOODS:
        assert pick(pieces, mood, 1)[0].path.stem == mood


def test_a_key_is_found_from_every_keynote_and_none_in_noise() -> None:
    for key in range(12):
        assert mode_of(np.roll(mood_playlist._MAJOR, key)) > 0.1
        assert mode_of(np.roll(mood_playlist._MINOR, key)) < -0.1
    assert mode_of(np.ones(12)) == 0.0


def test_equal_pieces_share_a_place_and_one_alone_has_one() -> None:
    piece = Piece(Path("a.mp3"), 60, 120, -20, 0.1)
    assert np.allclose(places([piece] * 3), 0.5)
    assert places([piece]).shape == (1, 2)


def test_every_emotion_of_a_voice_has_a_mood() -> None:
    assert {emotion.value: mood_at(position) for emotion, position in POSITIONS.items()} == {
        "happy": "happy", "surprised": "happy", "neutral": "calm", "calm": "calm",
        "sad": "sad", "angry": "tense", "fearful": "tense", "disgust": "tense",
    }  # fmt: skip


def test_the_list_is_what_players_read(
    folder: Path, tmp_path: Path, pieces: list[Piece], samples_dir: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "for-me.m3u8"
    voice = samples_dir / "synthetic-even.flac"
    mood_playlist.main([str(folder), "--voice", str(voice), "--tracks", "2", "--out", str(out)])
    mood = mood_playlist.mood_of_voice(voice)
    head, info, first, *_ = out.read_text("utf-8").splitlines()
    assert (head, info, first) == ("#EXTM3U", f"#EXTINF:16,{mood}", str(folder / mood / f"{mood}.flac"))
    told = capsys.readouterr().err
    assert "broken.mp3: This is not a recording" in told
    assert f"2 of 4 pieces for {mood}" in told
