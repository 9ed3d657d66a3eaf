"""Upgrades a database to the version of this code, on first use and by one process at a time."""

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, inspect, text

from ser_core.errors import HistoryError
from ser_core.history import migrations
from ser_core.history.database import locked

if TYPE_CHECKING:
    from alembic.config import Config

# Any number works for PostgreSQL's advisory lock, as long as every process uses the same one.
_LOCK = 0x5E12_1157


def upgrade(engine: Engine) -> None:
    """Run the missing migrations in one transaction. Processes that start at the same time wait for each other.

    Raises HistoryError when the database fails or was created by a newer version of the app.
    """
    with locked(engine) as connection:
        take_turn(connection)
        if version(connection) != migrations.HEAD:
            _run(connection)


def take_turn(connection: Connection) -> None:
    """Wait until no other process is upgrading, and keep others waiting until the transaction ends.

    On SQLite the transaction itself does that.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})


def version(connection: Connection) -> str | None:
    """The version of a database; None when it is new. Read without Alembic, which takes 12 MB to import."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return None if found is None else str(found)


def _run(connection: Connection) -> None:
    from alembic import command
    from alembic.util import CommandError

    config = alembic_config()
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, migrations.HEAD)
    except CommandError as error:
        raise HistoryError(
            "The history was made by a newer version of the app (it is at {connection}, this one "
            "knows up to {head}). Update the app, or point SER_DATA_DIR or SER_DATABASE_URL to "
            "another database.",
            connection=version(connection),
            head=migrations.HEAD,
        ) from error


def alembic_config() -> "Config":
    """Alembic's settings; the migrations are found next to the code, wherever the app was started."""
    from alembic.config import Config

    config = Config()
    folder = str(Path(migrations.__file__).parent)
    config.set_main_option("script_location", folder.replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config
