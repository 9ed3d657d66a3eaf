"""Downloading the report."""

import json
from collections.abc import Mapping

import streamlit as st

from ser_core.language import _, bound
from ser_core.recognition.analyse import report_csv, report_dict
from ser_core.records import Report
from ser_core.reports.answer import answer_html
from ui.shared.loaders import chosen_recogniser
from ui.shared.text import download_name


def show(report: Report, pictures: Mapping[str, bytes]) -> None:
    """Draw the buttons that download the report. `pictures` is what those of its page are drawn from
    (`ser_core.figures.sound_layers`).
    """
    card = chosen_recogniser().card
    st.subheader(_("Keep the result"), anchor=False)
    with st.container(horizontal=True):
        st.download_button(
            _("Report to print"),
            bound(lambda: answer_html(report, pictures, card)),
            file_name=download_name(report.file, "emotion.html"),
            mime="text/html",
            on_click="ignore",
            icon=":material/print:",
            help=_(
                "One page with the answer, the pictures, the model and its limits, in a file that needs nothing else."
            ),
            key="download_page",
        )
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
