"""What a file is, where its sound lies, and whether it is whole.

The policy, for every container alike:

- What can be decoded is answered. A recording that a crash or a full disk cut off is worth most to its owner.
- What is missing or strange is told beside the answer (`notices`): the file breaks off, a stretch cannot be decoded,
  it holds bytes that are no sound, it is put together from several recordings.
- Refused is only what holds no sound: another kind of file, a coding that nobody here can read, nothing but silence,
  less than half a second; and what is beyond the limits on length, rate and channels.

libsndfile (through soundfile) is the first choice for WAV, MP3, Ogg and FLAC: it is quicker, and its figures are those
that the models were measured with. FFmpeg (through PyAV) reads everything else, and goes on where libsndfile gives up.

Four containers are looked at by hand before either decoder sees them. Kept is what tells a person or a decoder more
than FFmpeg would:

- `riff`: sizes that do not fit (pipes, crashes), several `data` chunks, joined files; libsndfile 1.2.2 never returns
  from some `LIST` chunks, so it gets the samples alone.
- `mpeg`: both decoders stop, or go on wrongly, where joined files change their rate or channels, and libsndfile stops
  after as many frames as the tag of the first file counts.
- `ogg`: libsndfile reads the first of chained streams only, and neither decoder says which pages are missing.
- `flac`: thirty lines that keep pictures and comments from the decoder.

Marks in `recognise` name the container for FFmpeg, which is never left to guess: some formats that it knows (HLS,
DASH, concat) are lists of other files and addresses to open.
"""
