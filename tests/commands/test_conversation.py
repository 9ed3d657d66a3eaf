"""`ser conversation` as a person runs it."""

import csv
import json

import numpy as np
import pytest
from click.testing import CliRunner

from ser_core.cli import main
from tests.conversations.voices import a_call, wav


@pytest.fixture
def call(tmp_path):
    path = tmp_path / "call.wav"
    path.write_bytes(wav(*a_call()))
    return path


def run(*arguments: object):
    return CliRunner().invoke(main, ["conversation", *map(str, arguments), "--model", "crnn"])


def test_it_says_how_each_party_sounds_and_writes_every_kind_of_report(call, tmp_path):
    outs = [tmp_path / "made" / f"report.{ending}" for ending in ("html", "json", "csv")]
    done = run(call, "--parties", "Customer,Agent", *(part for out in outs for part in ("--out", out)))
    assert done.exit_code == 0, done.output
    lines = done.stdout.splitlines()
    assert lines[0].startswith("Customer sounds ")
    assert lines[1].startswith("Agent sounds ")
    assert "Both at once: none" in lines
    assert "<h3>Customer</h3>" in outs[0].read_text("utf-8")
    assert [party["name"] for party in json.loads(outs[1].read_text("utf-8"))["parties"]] == ["Customer", "Agent"]
    with outs[2].open(encoding="utf-8") as table:
        assert {row["party"] for row in csv.DictReader(table)} == {"Customer", "Agent"}


def test_json_is_one_object_and_the_channels_can_be_heard_together(call):
    done = run(call, "--json", "--channels", "together")
    assert done.exit_code == 0, done.output
    (party,) = json.loads(done.stdout)["parties"]
    assert (party["name"], party["channel"]) == ("Everybody", None)


def test_what_cannot_be_done_is_refused_in_a_line_before_any_work(call, tmp_path):
    wrong = run(call, "--out", tmp_path / "report.pdf")
    assert wrong.exit_code == 1
    assert "written as .html, .json or .csv" in wrong.stderr
    mono = tmp_path / "mono.wav"
    mono.write_bytes(wav(a_call()[0]))
    apart = run(mono, "--channels", "apart")
    assert apart.exit_code == 1
    assert "two are needed" in apart.stderr


def test_without_speech_it_says_so(tmp_path, rng):
    rain = tmp_path / "rain.wav"
    rain.write_bytes(wav((0.1 * rng.standard_normal(48_000)).astype(np.float32)))
    done = run(rain)
    assert done.exit_code == 0
    assert "no speech, so no emotion is named" in done.stdout
    told = json.loads(run(rain, "--json").stdout)
    assert told["parties"] == []
    assert told["silence_s"] == told["duration_s"] == 3.0
    out = tmp_path / "report.json"
    refused = run(rain, "--out", out)
    assert refused.exit_code == 1
    assert "No report was written" in refused.stderr
    assert not out.exists()
