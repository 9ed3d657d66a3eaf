"""Which container a recording is in, told by its content and never by its name."""

from ser_core.audio import flac, mpeg, ogg, riff
from ser_core.audio.plan import Plan
from ser_core.audio.refusals import not_audio, not_read
from ser_core.audio.tags import skip_leading
from ser_core.audio.view import Source
from ser_core.errors import AudioError

# (offset, mark, what it is). From the formats' own specifications.
_OTHER_SOUND = (
    (4, b"ftyp", "an MP4 file (M4A, AAC or video)"),
    (0, b"\x1a\x45\xdf\xa3", "a WebM or Matroska file"),
    (0, b"ADIF", "an AAC file"),
    (0, b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", "a Windows Media file (WMA or WMV)"),
    (8, b"AIFF", "an AIFF file"),
    (8, b"AIFC", "an AIFF file"),
    (8, b"AVI ", "an AVI video"),
    (0, b".snd", "an AU file"),
    (0, b"caff", "a Core Audio file"),
    (0, b"riff\x2e\x91\xcf\x11", "a Wave64 file"),
    (0, b"#!AMR", "an AMR file"),
    (0, b"wvpk", "a WavPack file"),
    (0, b"MAC ", "a Monkey's Audio file"),
    (0, b"MPCK", "a Musepack file"),
    (0, b"MP+", "a Musepack file"),
    (0, b"DSD ", "a DSD file"),
    (0, b"FLV\x01", "a Flash video"),
    (0, b"\0\0\x01\xba", "an MPEG video"),
    (0, b"\0\0\x01\xb3", "an MPEG video"),
)
_NO_SOUND = (
    (0, b"MThd", "a MIDI file, which holds notes but no sound"),
    (0, b"PK\x03\x04", "a ZIP archive or an office document"),
    (0, b"\x1f\x8b", "a gzip archive"),
    (0, b"%PDF", "a PDF document"),
    (0, b"\x89PNG", "a picture"),
    (0, b"\xff\xd8\xff", "a picture"),
    (0, b"GIF8", "a picture"),
    (8, b"WEBP", "a picture"),
)


def _name(head: bytes, marks: tuple[tuple[int, bytes, str], ...]) -> str | None:
    return next((name for offset, mark, name in marks if head[offset : offset + len(mark)] == mark), None)


def recognise(source: Source) -> Plan:
    """Plan for a recording. Raises AudioError for what is empty, cut off, damaged, or not read."""
    if not source.size:
        raise AudioError("The file is empty (0 bytes). Record or export it again, or choose another one.")
    start = skip_leading(source)
    head = source.read(start, 16)
    if riff.is_wave(head):
        return riff.plan(source, start)
    if head[:4] == b"fLaC":
        return flac.plan(source, start)
    if head[:4] == b"OggS":
        return ogg.plan(source, start)
    if other := _name(head, _OTHER_SOUND):
        raise not_read(other)
    if other := _name(head, _NO_SOUND):
        raise AudioError(f"This is {other}. Choose a recording: WAV, MP3, OGG (Vorbis or Opus) or FLAC.")
    # AAC's frames have MP3's sync word, but with the layer bits 0, which MPEG audio never has.
    if len(head) > 1 and head[0] == 0xFF and head[1] & 0xF6 == 0xF0:
        raise not_read("an AAC file")
    found = mpeg.find(source, start)
    if found is None:
        raise not_audio()
    return found
