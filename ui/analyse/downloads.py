"""Downloading the report."""

import json

import streamlit as st

from ser_core.language import _
from ser_core.recognition.analyse import report_csv, report_dict
from ser_core.records import Report
from ui.shared.text import download_name


def show(report: Report) -> None:
    """Draw the buttons that download the report."""
    st.subheader(_("Keep the result"), anchor=False)
    with st.container(horizontal=True):
        st.download_button(
            _("Report as JSON"),
            # Created on request, because the report on a recording of hours takes megabytes.
            lambda: json.dumps(report_dict(report), indent=2, ensure_ascii=False),
            file_name=download_name(report.file, "emotion.json"),
            mime="application/json",
            on_click="ignore",
            icon=":material/download:",
            key="download_json",
        )
        st.download_button(
            _("Report as CSV"),
            lambda: report_csv(report),
            file_name=download_name(report.file, "emotion.csv"),
            mime="text/csv",
            on_click="ignore",
            icon=":material/download:",
            key="download_csv",
        )
