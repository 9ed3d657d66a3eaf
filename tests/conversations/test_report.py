"""The report: HTML that needs nothing else, JSON, CSV."""

import csv
import io
import json
import re
from html.parser import HTMLParser

import pytest

from ser_core.conversations import words
from ser_core.conversations.findings import Findings, findings
from ser_core.conversations.records import Conversation, Party
from ser_core.conversations.report import report_csv, report_dict, report_html
from ser_core.labels import Emotion
from ser_core.notices import Notice, NoticeCode
from ser_core.speech import Stretch
from tests.conversations.voices import answers

NEUTRAL, ANGRY = Emotion.NEUTRAL, Emotion.ANGRY


@pytest.fixture
def found() -> Findings:
    changes = answers((NEUTRAL, 0.8, 60), (ANGRY, 0.8, 60))
    stays = answers((NEUTRAL, 0.8, 30))
    parties = (
        Party("<Anna> & Co", 0, (Stretch(0, 60), Stretch(60, 120)), changes),
        Party("=Agent", 1, (Stretch(110, 140),), tuple(stays)),
        Party("Nobody", 2, (), ()),
    )
    notices = (Notice(NoticeCode.BACKGROUND),)
    return findings(Conversation("<script>alert(1)</script>.wav", 150.0, "m", parties, notices))


def test_what_is_found(found):
    anna, agent, nobody = found.parties
    assert [point.at_s for point in anna.turning_points] == [60]
    assert {moment.emotion for moment in anna.moments} == {ANGRY}
    assert dict(anna.shares) == {NEUTRAL: 0.5, ANGRY: 0.5}
    assert agent.moments == ()
    assert (nobody.shares, nobody.valence, nobody.satisfaction) == ((), None, None)


def test_the_words(found):
    anna, agent, nobody = (words.summary(each, each.party.name) for each in found.parties)
    assert anna.startswith("<Anna> & Co sounds dissatisfied: ")
    assert "neutral 50% of the time" in anna
    assert anna.endswith("The voice changes and stays changed once.")
    assert agent == "=Agent sounds neither satisfied nor dissatisfied: neutral over 99% of the time."
    assert nobody == "Nobody says nothing."
    assert words.turning_point(found.parties[0].turning_points[0]) == "at 1:00 from neutral to angry"
    assert ("Both at once", "10.0 s (7%)") in words.talk_lines(found)
    assert ("Longest silence", "10.0 s, at 2:20") in words.talk_lines(found)


class _Reader(HTMLParser):
    """Collects tags, addresses and texts."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.addresses: list[str] = []
        self.text = ""

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        self.addresses += [value for name, value in attributes if name in {"src", "href", "xlink:href", "action"}]

    def handle_data(self, data):
        self.text += data


def test_the_html_needs_nothing_else_and_runs_nothing(found):
    page = report_html(found)
    reader = _Reader()
    reader.feed(page)
    assert reader.addresses == []
    assert not {"script", "link", "img", "iframe", "object"} & set(reader.tags)
    assert not re.search(r"@import|url\(", page)
    assert "<script>alert(1)</script>.wav" in reader.text
    assert "Monitoring staff by emotion is prohibited" in reader.text
    assert "Article 5(1)(f)" in reader.text
    assert "at 1:00 from neutral to angry" in reader.text
    assert "sounds dissatisfied" in reader.text
    assert reader.tags.count("polyline") == 3


def test_a_long_ribbon_stays_small():
    changing = answers(*[(emotion, 0.8, 3) for _ in range(1200) for emotion in (NEUTRAL, ANGRY)])
    heard = Conversation("a.wav", 7200.0, "m", (Party("A", None, (Stretch(0, 7200),), changing),))
    assert len(report_html(findings(heard))) < 1_000_000


def test_the_json_is_plain_and_complete(found):
    plain = json.loads(json.dumps(report_dict(found)))
    anna, _, nobody = plain["parties"]
    assert (plain["duration_s"], plain["overlap_s"], plain["silence_s"]) == (150, 10, 10)
    assert anna["summary"] == "dissatisfied"
    assert anna["shares"] == {"neutral": 0.5, "angry": 0.5}
    assert anna["turning_points"] == [{"at_s": 60.0, "before": "neutral", "after": "angry"}]
    assert len(anna["timeline"]) == 40
    assert anna["timeline"][0]["emotion"] == "neutral"
    assert -1 <= anna["timeline"][-1]["valence"] < -0.3
    assert (nobody["summary"], nobody["valence"], nobody["timeline"]) == (None, None, [])
    assert [warning["code"] for warning in plain["warnings"]] == ["noise behind the voice"]


def test_the_csv_has_a_row_an_answer_and_no_formula(found):
    rows = list(csv.DictReader(io.StringIO(report_csv(found))))
    assert len(rows) == 40 + 10
    assert rows[0]["party"] == "<Anna> & Co"
    assert rows[-1]["party"] == "'=Agent"
    assert sum(float(rows[0][emotion.value]) for emotion in Emotion) == pytest.approx(1, abs=0.001)
