"""What was claimed of a take, near ties included, beside the emotion in front; a neutral voice is an enrolment."""

import json

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.add_column("takes", sa.Column("claim", sa.Text(), nullable=False, server_default="one emotion"))
    op.add_column("takes", sa.Column("second", sa.Text()))
    op.add_column("takes", sa.Column("second_confidence", sa.Double()))
    connection = op.get_bind()
    for (number,) in connection.execute(sa.text("SELECT id FROM takes ORDER BY id")).all():
        report = connection.scalar(sa.text("SELECT report FROM takes WHERE id = :id"), {"id": number})
        report = json.loads(report) if isinstance(report, str) else report
        claim = "one of two" if report.get("pair") else "unsure" if report["unsure"] else "one emotion"
        connection.execute(
            sa.text("UPDATE takes SET claim = :claim, second = :label, second_confidence = :score WHERE id = :id"),
            {"claim": claim, "id": number, **_second(report["scores"])},
        )
    op.drop_column("takes", "unsure")
    op.alter_column("profiles", "baseline", new_column_name="enrolment")
    for number, kept in connection.execute(sa.text("SELECT id, enrolment FROM profiles")).all():
        enrolment = json.loads(kept) if isinstance(kept, str) else kept
        if enrolment:
            heard = enrolment.pop("own_voice", None)
            enrolment["neutral"] = heard and {"model": heard["model"], "logits": heard["neutral_logits"]}
            connection.execute(
                sa.text("UPDATE profiles SET enrolment = :kept WHERE id = :id"),
                {"kept": json.dumps(enrolment), "id": number},
            )


def downgrade() -> None:
    op.alter_column("profiles", "enrolment", new_column_name="baseline")
    op.add_column("takes", sa.Column("unsure", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.execute("UPDATE takes SET unsure = (claim = 'unsure')")
    for name in ("claim", "second", "second_confidence"):
        op.drop_column("takes", name)


def _second(scores: dict[str, float]) -> dict[str, object]:
    ranked = sorted(scores, key=lambda label: -scores[label])
    return {"label": ranked[1], "score": scores[ranked[1]]} if len(ranked) > 1 else {"label": None, "score": None}
