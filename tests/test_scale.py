"""docs/scale.md says what its arithmetic gives for what was measured."""

import json
import math
import re

import pytest

from benchmarks.load import capacity
from ser_core.config import PROJECT_DIR

PAGE = (PROJECT_DIR / "docs/scale.md").read_text("utf-8")
MEASURED = json.loads(capacity.MEASURED.read_text("utf-8"))


def test_the_table_is_what_the_measurement_gives():
    assert capacity.table(MEASURED) in PAGE


@pytest.mark.parametrize(
    "step, what",
    [
        ("open_page", "open the page"),
        ("clip_5_s", "a clip of 5 s, with all its pictures"),
        ("clip_60_s", "a recording of 60 s, with all its pictures"),
        ("clip_1_h", "a recording of an hour, with all its pictures"),
    ],
)
def test_what_a_visitor_costs_is_what_was_measured(step, what):
    cost = MEASURED[step]
    assert f"| {what} | {cost['cpu_s']:.2f} | {cost['sent_kb']:.0f} |" in PAGE


def test_the_sums_of_a_month_are_those_of_the_page_about_aws():
    page = (PROJECT_DIR / "docs/aws.md").read_text("utf-8")
    sums = re.findall(r"\| \*\*total\*\* \| \| \| \*\*([\d.]+)\*\* \|", page)
    assert sums == [f"{capacity.ONE_MACHINE:.2f}", f"{capacity.SEVERAL_MACHINES:.2f}"]
    assert f"adds {capacity.FURTHER_MACHINE:.2f}" in page


def test_a_machine_serves_what_the_page_says():
    (said,) = re.findall(r"^\| about ([\d,]+) a machine", PAGE, re.MULTILINE)
    each = capacity.BUSY / capacity.step(1_000_000, MEASURED).processors * 1_000_000
    assert math.isclose(each, int(said.replace(",", "")), rel_tol=0.1)


def test_an_hour_of_sound_costs_as_many_visits_as_the_page_says():
    (seconds, visits) = re.findall(r"takes about (\d+) s of processor time, as much as\s(\d+) visits", PAGE)[0]
    hour_s = MEASURED["clip_1_h"]["cpu_s"]
    visit_s = MEASURED["open_page"]["cpu_s"] + capacity.CLIPS_A_VISIT * MEASURED["clip_5_s"]["cpu_s"]
    assert (int(seconds), int(visits)) == (round(hour_s), round(hour_s / visit_s))


def test_the_switch_from_one_machine_is_where_the_page_says():
    one = [visits for visits in range(1_000, 200_000, 500) if capacity.step(visits, MEASURED).machines == 1]
    (said,) = re.findall(r"^\| about ([\d,]+) \| the processor: a `t2.micro`", PAGE, re.MULTILINE)
    assert math.isclose(one[-1], int(said.replace(",", "")), rel_tol=0.15)


def test_sending_costs_more_than_the_machines_where_the_page_says():
    (said,) = re.findall(r"^\| about ([\d,]+) \| money", PAGE, re.MULTILINE)
    visits = int(said.replace(",", ""))
    less, more = (capacity.step(round(visits * factor), MEASURED) for factor in (0.85, 1.15))
    assert less.dollars_network < less.dollars_machines
    assert more.dollars_network > more.dollars_machines


def test_money_grows_by_the_tiers_of_what_is_sent():
    assert capacity.out_of_aws(100) == 0
    assert capacity.out_of_aws(10_000) == pytest.approx(9_900 * 0.09)
    assert capacity.out_of_aws(60_000) == pytest.approx(9_900 * 0.09 + 40_000 * 0.085 + 10_000 * 0.07)
