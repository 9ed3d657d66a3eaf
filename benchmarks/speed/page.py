"""The page that people would write for the product's purpose, on TensorFlow, librosa and matplotlib.

`streamlit run benchmarks/speed/page.py`, in the peers' environment. As its libraries' guides advise: the model is
loaded once and kept by `st.cache_resource`, called as a compiled graph, and figures are closed. Results are not
kept between two runs of the script. It shows the emotion, the scores, the waveform, the spectrogram, and a player.
"""

import librosa
import librosa.display
import matplotlib.pyplot as plt
import streamlit as st

from benchmarks.speed.peers import RATE_HZ, Small


@st.cache_resource
def model() -> Small:
    return Small(function=True)


st.title("Which emotion does this voice sound like?")
file = st.file_uploader("A recording", type=["wav", "mp3", "ogg", "m4a"])
if file:
    samples, _ = librosa.load(file, sr=RATE_HZ)
    peer = model()
    frames = peer.frames(samples)
    scores = peer.scores(frames)
    st.subheader(f"Emotion detected: {max(scores, key=scores.__getitem__)}, in {file.name}")
    st.bar_chart(scores)
    st.audio(file)
    figure, axes = plt.subplots(2, 1, figsize=(10, 6))
    librosa.display.waveshow(samples, sr=RATE_HZ, ax=axes[0])
    picture = librosa.power_to_db(librosa.feature.melspectrogram(y=samples, sr=RATE_HZ))
    librosa.display.specshow(picture, sr=RATE_HZ, x_axis="time", y_axis="mel", ax=axes[1])
    st.pyplot(figure)
    plt.close(figure)
