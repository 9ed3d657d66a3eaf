"""What the metrics and the log say of a database that fails."""

import json

import pytest
from prometheus_client import REGISTRY
from sqlalchemy.exc import OperationalError

from ser_core.history import failures
from ui.server import metrics
from ui.server.logs import JsonLine

LABELS = {"operation": "written", "reason": "the disk is full"}


def test_failures_of_the_history_are_counted_by_what_and_why() -> None:
    assert metrics.Machine
    before = REGISTRY.get_sample_value("ser_history_failures_total", LABELS) or 0
    for _ in range(2):
        failures.count("written", "the disk is full", None)
    assert REGISTRY.get_sample_value("ser_history_failures_total", LABELS) == before + 2


def test_the_log_names_the_event_and_the_cause_on_one_line(caplog: pytest.LogCaptureFixture) -> None:
    error = OperationalError("INSERT", {}, Exception("no space\nleft on db-host"), hide_parameters=True)
    with caplog.at_level("WARNING"):
        failures.count("written", "the disk is full", error)
    (record,) = caplog.records
    line = json.loads(JsonLine().format(record))
    assert (line["event"], line["level"]) == ("history_failed", "warning")
    assert line["operation"] == "written"
    assert "no space left on db-host" in line["cause"]
