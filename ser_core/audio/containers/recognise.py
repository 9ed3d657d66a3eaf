"""Recognises the container of a recording by its content, never by its name."""

from ser_core.audio.containers import flac, mpeg, ogg, riff
from ser_core.audio.containers.plan import Oddities, Part, Plan
from ser_core.audio.containers.refusals import no_sound, not_audio, not_read, not_sound
from ser_core.audio.containers.sizes import is_cut_off
from ser_core.audio.containers.tags import skip_leading
from ser_core.audio.containers.view import Source
from ser_core.errors import AudioError
from ser_core.language import N_, later

# (offset, mark, what a person calls it, FFmpeg's name), from the formats' own specifications. FFmpeg must never guess:
# some formats that it knows are lists of other files to open.
_BY_FFMPEG = (
    (4, b"ftyp", "MP4", "mov"),
    (4, b"moov", "MP4", "mov"),
    (4, b"mdat", "MP4", "mov"),
    (4, b"wide", "MP4", "mov"),
    (4, b"free", "MP4", "mov"),
    (4, b"styp", "MP4", "mov"),
    (0, b"\x1a\x45\xdf\xa3", "WebM", "matroska"),
    (0, b"#!AMR", "AMR", "amr"),
    (0, b"#!iLBC", "iLBC", "ilbc"),
    (0, b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", "Windows Media", "asf"),
    (8, b"AIFF", "AIFF", "aiff"),
    (8, b"AIFC", "AIFF", "aiff"),
    (0, b"caff", "Core Audio", "caf"),
    (0, b".snd", "AU", "au"),
    (0, b"riff\x2e\x91\xcf\x11", "Wave64", "w64"),
    (8, b"AVI ", "AVI", "avi"),
    (8, b"QLCM", "QCP", "qcp"),
    (0, b"wvpk", "WavPack", "wv"),
    (0, b"MAC ", "Monkey's Audio", "ape"),
    (0, b"MPCK", "Musepack", "mpc8"),
    (0, b"MP+", "Musepack", "mpc"),
    (0, b"TTA1", "True Audio", "tta"),
    (0, b"tBaK", "TAK", "tak"),
    (0, b"DSD ", "DSD", "dsf"),
    (0, b"\x02dss", "DSS", "dss"),
    (0, b"\x03dss", "DSS", "dss"),
    (0, b"FLV\x01", "Flash", "flv"),
    (0, b"\0\0\x01\xba", "MPEG video", "mpeg"),
    (0, b"NIST_1A", "NIST SPHERE", "nistsphere"),
    (0, b"Creative Voice File", "VOC", "voc"),
    (0, b"\x0b\x77", "AC-3", "ac3"),
)
_NOT_READ = (
    (0, b"\x03ds2", N_("a DS2 file, whose encoding belongs to the makers of dictation machines")),
    (0, b"#!SILK", N_("a SILK file")),
    (1, b"#!SILK", N_("a SILK file")),
    (0, b"ADIF", N_("an AAC file in the ADIF form")),
    (0, b"\0\0\x01\xb3", N_("an MPEG video without a sound track")),
)
_NO_SOUND = (
    (0, b"MThd", N_("a MIDI file, which contains notes but no sound")),
    (0, b"PK\x03\x04", N_("a ZIP archive or an office document")),
    (0, b"\x1f\x8b", N_("a gzip archive")),
    (0, b"%PDF", N_("a PDF document")),
    (0, b"\x89PNG", N_("a picture")),
    (0, b"\xff\xd8\xff", N_("a picture")),
    (0, b"GIF8", N_("a picture")),
    (8, b"WEBP", N_("a picture")),
)
# Pictures in an MP4 container.
_PICTURE_BRANDS = (b"heic", b"heix", b"mif1", b"msf1", b"avif", b"avis")
_TRANSPORT_PACKET = 188


def _name(head: bytes, marks: tuple[tuple[int, bytes, str], ...]) -> str | None:
    return next((name for offset, mark, name in marks if head[offset : offset + len(mark)] == mark), None)


def recognise(source: Source) -> Plan:
    """Plan for a recording. Raises AudioError when it is empty, has lost all of its sound, or cannot be read."""
    if not source.size:
        raise AudioError("The file is empty (0 bytes). Record or export it again, or choose another one.")
    start = skip_leading(source)
    plan = _by_its_mark(source, start) or mpeg.find(source, start)
    if plan is None:
        if start >= source.size:
            raise no_sound(later("it ends inside its ID3 tag"))
        raise not_audio()
    return plan


def _by_its_mark(source: Source, start: int) -> Plan | None:
    head = source.read(start, 32)
    if riff.is_wave(head):
        return riff.plan(source, start)
    if head[:4] == b"fLaC":
        return flac.plan(source, start)
    if head[:4] == b"OggS":
        return ogg.plan(source, start)
    if head[4:8] == b"ftyp" and head[8:12] in _PICTURE_BRANDS:
        raise not_sound(later("a picture"))
    for offset, mark, name, demuxer in _BY_FFMPEG:
        if head[offset : offset + len(mark)] == mark:
            return _by_ffmpeg(source, start, name, demuxer)
    if other := _name(head, _NOT_READ):
        raise not_read(later(other))
    if other := _name(head, _NO_SOUND):
        raise not_sound(later(other))
    # AAC's frames have MP3's sync word, but with the layer bits 0, which MPEG audio never has.
    if len(head) > 7 and head[0] == 0xFF and head[1] & 0xF6 == 0xF0:
        return _by_ffmpeg(source, start, "AAC", "aac")
    # Every packet of an MPEG transport stream starts with the letter G.
    if head[:1] == b"G" and all(source.read(start + n * _TRANSPORT_PACKET, 1) == b"G" for n in (1, 2, 3, 4)):
        return _by_ffmpeg(source, start, "MPEG transport stream", "mpegts")
    return None


def _by_ffmpeg(source: Source, start: int, container: str, demuxer: str) -> Plan:
    part = Part(((start, source.size),), demuxer=demuxer, soundfile=False)
    return Plan(container, (part,), Oddities(cut_off=is_cut_off(source, start, demuxer)))
