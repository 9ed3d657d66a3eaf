"""docs/scale.md says what its arithmetic gives for what was measured."""

import re

import pytest

from benchmarks.load import capacity, scale
from benchmarks.load.capacity import Measured
from benchmarks.speed.results import Results
from ser_core.config import PROJECT_DIR

PAGE = scale.PAGE.read_text("utf-8")
RESULTS = Results.load().plain
MEASURED = Measured.of(RESULTS)


def test_the_page_holds_what_was_measured():
    assert scale.page(PAGE, RESULTS) == PAGE, "run `python -m benchmarks.load.scale`"


def test_a_page_that_lacks_a_part_is_refused():
    with pytest.raises(ValueError, match="'costs'"):
        scale.page(PAGE.replace("<!-- costs -->", ""), RESULTS)


def test_the_sums_of_a_month_are_those_of_the_page_about_aws():
    page = (PROJECT_DIR / "docs/aws.md").read_text("utf-8")
    sums = re.findall(r"\| \*\*total\*\* \| \| \| \*\*([\d.]+)\*\* \|", page)
    assert sums == [f"{capacity.ONE_MACHINE:.2f}", f"{capacity.SEVERAL_MACHINES:.2f}"]
    assert f"adds {capacity.FURTHER_MACHINE:.2f}" in page


def test_one_machine_becomes_two_where_it_is_said_to():
    limit = int(capacity.visits_of_one(MEASURED))
    assert capacity.step(limit - 1, MEASURED).machines == 1
    assert capacity.step(limit + 2, MEASURED).machines == 2


def test_machines_are_added_where_it_is_said_to():
    of_each = int(capacity.visits_a_machine(MEASURED))
    assert capacity.step(3 * of_each - 3, MEASURED).machines == 3
    assert capacity.step(3 * of_each + 3, MEASURED).machines == 4


def test_sending_costs_more_than_the_machines_from_where_it_is_said_to():
    visits = capacity.dearer_to_send_from(MEASURED)
    less, more = capacity.step(visits - 1, MEASURED), capacity.step(visits, MEASURED)
    assert less.dollars_network <= less.dollars_machines
    assert more.dollars_network > more.dollars_machines


def test_money_grows_by_the_tiers_of_what_is_sent():
    assert capacity.out_of_aws(100) == 0
    assert capacity.out_of_aws(10_000) == pytest.approx(9_900 * 0.09)
    assert capacity.out_of_aws(60_000) == pytest.approx(9_900 * 0.09 + 40_000 * 0.085 + 10_000 * 0.07)
