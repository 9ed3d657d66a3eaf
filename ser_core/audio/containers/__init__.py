"""What kind of file a recording is, where its sound is, and whether it is complete.

The policy is the same for every container:

- Whatever can be decoded is accepted. A recording cut off by a crash or a full disk may be the one that matters most.
- Whatever is missing or strange is reported beside the answer (`notices`): the file breaks off, a stretch cannot be
  decoded, it contains bytes that are not sound, it consists of several joined recordings.
- A file is rejected only if it contains no sound (another kind of file, an unknown codec, nothing but silence, less
  than half a second) or exceeds the limits on length, rate and channels.

libsndfile (through soundfile) is the first choice for WAV, MP3, Ogg and FLAC: it is faster, and the models were
measured with it. FFmpeg (through PyAV) reads everything else, and takes over where libsndfile gives up.

Four containers are parsed here before either decoder sees them, where that tells a person or a decoder more than FFmpeg
would:

- `riff`: wrong sizes (pipes, crashes), several `data` chunks, joined files. libsndfile 1.2.2 never returns from some
  `LIST` chunks, so it gets only the samples.
- `mpeg`: both decoders stop, or continue wrongly, where joined files change their rate or channels, and libsndfile
  stops after the number of frames in the first file's tag.
- `ogg`: libsndfile reads only the first of chained streams, and neither decoder says which pages are missing.
- `flac`: thirty lines that keep pictures and comments from the decoder.

`recognise` names the container for FFmpeg, which must never guess: some formats that it knows (HLS, DASH, concat) are
lists of other files and addresses to open.
"""
