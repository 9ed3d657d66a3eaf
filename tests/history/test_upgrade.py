import json
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import event, inspect, text

from ser_core.adaptation.enrolment import Enrolment
from ser_core.claim import Claim, ClaimKind
from ser_core.config import PROJECT_DIR, Settings
from ser_core.errors import HistoryError
from ser_core.history import migrations, open_history, token_owner
from ser_core.history.database import connect, locked
from ser_core.history.tables import Base
from ser_core.history.upgrade import alembic_config, take_turn, upgrade, version
from ser_core.labels import Emotion
from ser_core.records import NeutralLogits


def test_the_head_that_the_code_names_is_the_last_migration() -> None:
    assert ScriptDirectory.from_config(alembic_config()).get_heads() == [migrations.HEAD]


def test_the_migrations_make_the_tables_of_the_code(settings: Settings) -> None:
    engine = connect(settings)
    upgrade(engine)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []
        constraints = {item["name"] for item in inspect(connection).get_check_constraints("takes")}
        assert "takes_kind" in constraints
        cascades = [
            key["options"].get("ondelete")
            for table in ("takes", "audio")
            for key in inspect(connection).get_foreign_keys(table)
        ]
        assert cascades == ["CASCADE", "CASCADE"]
    engine.dispose()


def test_there_is_a_way_back(settings: Settings) -> None:
    engine = connect(settings)
    upgrade(engine)
    with locked(engine) as connection:
        config = alembic_config()
        config.attributes["connection"] = connection
        command.downgrade(config, "base")
    with engine.connect() as connection:
        assert inspect(connection).get_table_names() == ["alembic_version"]
        assert version(connection) is None
    upgrade(engine)
    with engine.connect() as connection:
        assert version(connection) == migrations.HEAD
    engine.dispose()


def test_what_the_first_version_kept_is_kept(settings: Settings) -> None:
    engine = connect(settings)
    with locked(engine) as connection:
        config = alembic_config()
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        connection.execute(
            text(
                "INSERT INTO profiles (id, owner, anonymous, created_at, seen_at, baseline) "
                "VALUES (7, :owner, :anonymous, '2026-03-01', '2026-03-01', :voice)"
            ),
            {
                "owner": token_owner("E" * 22).digest,
                "anonymous": True,
                "voice": json.dumps(
                    {
                        "values": {"pitch_median_hz": 180.0},
                        "voiced_s": 8.0,
                        "own_voice": {"model": "crnn", "neutral_logits": {"sad": 1.5}},
                    }
                ),
            },
        )
        scores = {"sad": 0.1, "angry": 0.46, "fearful": 0.44}
        for unsure, pair in ((False, None), (True, None), (True, ["angry", "fearful"])):
            connection.execute(
                text(
                    "INSERT INTO takes (profile_id, saved_at, kind, emotion, confidence, unsure, model, file, "
                    "duration_s, has_audio, size_bytes, report) VALUES (7, '2026-03-01', 'analysis', 'angry', 0.46, "
                    ":unsure, 'crnn', 'a.wav', 1.0, :audio, 1, :report)"
                ),
                {
                    "unsure": unsure,
                    "audio": False,
                    "report": json.dumps({"unsure": unsure, "pair": pair, "scores": scores}),
                },
            )
    engine.dispose()
    history = open_history(settings)
    claims = [take.claim for take in history.takes(7)][::-1]
    enrolment = history.enrolment(7)
    history.close()
    likely = ((Emotion.ANGRY, 0.46), (Emotion.FEARFUL, 0.44))
    kinds = (ClaimKind.ONE_EMOTION, ClaimKind.UNSURE, ClaimKind.NEAR_TIE)
    assert claims == [Claim(kind, likely) for kind in kinds]
    neutral = NeutralLogits("crnn", {Emotion.SAD: 1.5})
    assert enrolment == Enrolment({"pitch_median_hz": 180.0}, 8.0, neutral)


def test_a_database_from_the_future_is_left_alone(settings: Settings) -> None:
    open_history(settings).close()
    engine = connect(settings)
    with locked(engine) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(HistoryError, match=r"newer version of the app \(it is at 9999"):
        open_history(settings)
    with engine.connect() as connection:
        assert version(connection) == "9999"
    engine.dispose()


def test_an_upgrade_that_fails_leaves_nothing_behind(settings: Settings) -> None:
    engine = connect(settings)

    def fail(*_: object) -> None:
        raise KeyboardInterrupt

    event.listen(engine, "commit", fail)  # all the tables are made by then
    with pytest.raises(KeyboardInterrupt):
        upgrade(engine)
    event.remove(engine, "commit", fail)
    with engine.connect() as connection:
        assert inspect(connection).get_table_names() == []
    engine.dispose()


def test_an_upgrade_waits_for_another(settings: Settings) -> None:
    engine = connect(settings)
    waiting = threading.Thread(target=lambda: open_history(settings).close())
    with locked(engine) as connection:
        take_turn(connection)
        waiting.start()
        waiting.join(timeout=0.5)
        assert waiting.is_alive()
        assert inspect(connection).get_table_names() == []
    waiting.join(timeout=30)
    with engine.connect() as connection:
        assert version(connection) == migrations.HEAD
    engine.dispose()


def test_processes_that_start_at_once_make_one_database(settings: Settings, tmp_path: Path) -> None:
    # From another working directory, as in a container: the migrations lie beside the code.
    code = (
        "from ser_core.history import open_history, new_token, token_owner; import sys\n"
        "sys.stdin.readline()\n"  # all of them wait for the start
        "print(open_history().open_profile(token_owner(new_token())))"
    )
    chosen = {"SER_DATA_DIR": str(settings.data_dir), "SER_DATABASE_URL": settings.database_url or ""}
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", code],
            cwd=tmp_path,
            env=os.environ | chosen | {"PYTHONPATH": str(PROJECT_DIR)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(3)
    ]
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()
    outputs = [process.communicate(timeout=60) for process in processes]
    assert [error for _, error in outputs if "Traceback" in error] == []
    assert sorted(int(out) for out, _ in outputs) == [1, 2, 3]
