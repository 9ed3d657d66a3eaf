"""The report as a table."""

import csv
import io

from ser_core.conversations.findings import Findings
from ser_core.labels import Emotion
from ser_core.recognition.affect import affect_of
from ser_core.text import answer
from ser_core.text.cells import as_text


def report_csv(found: Findings) -> str:
    """One row for each answer, by party and then by time."""
    answered = [(party, segment) for party in found.conversation.parties for segment in party.timeline]
    labels = [label for label in Emotion if answered and label in answered[0][1].prediction.scores]
    table = io.StringIO()
    rows = csv.writer(table)
    head = ("file", "party", "start_s", "end_s", "answer", "emotion", "confidence", "valence", "arousal")
    rows.writerow([*head, *(label.value for label in labels)])
    for party, segment in answered:
        heard = segment.prediction
        affect = affect_of(heard.scores)
        rows.writerow(
            [
                as_text(found.conversation.file),
                as_text(party.name),
                f"{segment.start_s:.3f}",
                f"{segment.end_s:.3f}",
                answer.name(heard.claim),
                heard.emotion.value,
                *(f"{number:.4f}" for number in (heard.confidence, affect.valence, affect.arousal)),
                *(f"{heard.scores[label]:.4f}" for label in labels),
            ]
        )
    return table.getvalue()
