"""The Streamlit code that the pages share. Imports `ser_core`, never the other way round."""
