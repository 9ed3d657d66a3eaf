"""Charts on pages: what is in them in a sentence, and a title on the picture that somebody saves."""

import plotly.graph_objects as go
import streamlit as st

from ser_core.figures import describe, picture_config, with_title


def chart(figure: go.Figure, picture: str, stem: str = "", *, title: str, key: str, alt: str | None = None) -> None:
    """Draw a figure of `ser_core.figures`.

    A picture saved from its tool bar is called `STEM-PICTURE.png`, and has the title, which on the page stands around
    the figure already. `alt` is what is in it, in a sentence, where that is more than the figure itself says.
    """
    st.plotly_chart(
        with_title(figure, title), config=picture_config(picture, stem), alt=alt or describe(figure), key=key
    )
