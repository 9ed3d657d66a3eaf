"""The report on a conversation: one HTML file, JSON, CSV."""

from ser_core.conversations.report.as_csv import report_csv
from ser_core.conversations.report.as_html import report_html
from ser_core.conversations.report.as_json import no_speech_dict, report_dict

__all__ = ["no_speech_dict", "report_csv", "report_dict", "report_html"]
