"""Five seconds of known sound in every container that is looked into by hand."""

from tests.audio.signals import chunk, encode, fmt, id3, riff, voice

MP3 = encode(voice(5, 44_100), "MP3", "MPEG_LAYER_III", 44_100)
FILES = {
    "wav": encode(voice(5)),
    "wav float": encode(voice(5), "WAVEX", "FLOAT"),
    "wav adpcm": encode(voice(5), "WAV", "IMA_ADPCM"),
    "rf64": encode(voice(5), "RF64"),
    "flac": encode(voice(5), "FLAC"),
    "vorbis": encode(voice(5), "OGG", "VORBIS"),
    "opus": encode(voice(5), "OGG", "OPUS"),
    "mp3": MP3,
    "mp3 vbr": encode(voice(5), "MP3", "MPEG_LAYER_III", bitrate_mode="VARIABLE"),
    "mp3 with id3": id3(2000) + MP3,
    "mp3 in wav": riff(fmt(0x55, rate_hz=44_100, bits=0, width=1), chunk(b"data", MP3)),
}
