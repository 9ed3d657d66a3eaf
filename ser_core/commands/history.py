"""`ser history`: backups of the takes that people have saved."""

from pathlib import Path

import click

_FILE = click.Path(path_type=Path, dir_okay=False)


@click.group(epilog="Example:  ser history backup takes-monday.db")
def history() -> None:
    """Back up, restore and check the takes that people have saved.

    The server may be running meanwhile. Which database is meant follows from SER_DATA_DIR and SER_DATABASE_URL, as for
    the server.
    """


@history.command(epilog="Example:  ser history backup takes-monday.db")
@click.argument("file", type=_FILE)
def backup(file: Path) -> None:
    """Copy all saved takes into a new FILE, and read it again.

    It holds what people may delete later: keep it as safe as the database, and for no longer than you must.
    """
    from ser_core.atomic import check_writable
    from ser_core.config import load_settings
    from ser_core.history.backup import back_up

    check_writable(file.parent)
    held = back_up(load_settings(), file)
    click.echo(f"{file}: {held} ({file.stat().st_size / 1e6:.1f} MB). It was read again and is whole.")


@history.command(epilog="Example:  ser history restore takes-monday.db --replace")
@click.argument("file", type=_FILE)
@click.option("--replace", is_flag=True, help="Give up the takes that are there now.")
def restore(file: Path, replace: bool) -> None:
    """Put the takes of a backup FILE in the place of all that are there.

    A damaged SQLite file is kept under another name.
    """
    from ser_core.config import load_settings
    from ser_core.history.backup import restore

    click.echo(f"Restored: {restore(load_settings(), file, replace=replace)}.")


@history.command(epilog="Example:  ser history check takes-monday.db")
@click.argument("file", type=_FILE, required=False)
def check(file: Path | None) -> None:
    """Read everything that is saved, or all of a backup FILE, and say what is damaged."""
    from ser_core.config import load_settings
    from ser_core.errors import HistoryError
    from ser_core.history.backup import check, check_backup

    held = check(load_settings()) if file is None else check_backup(file)
    for problem in held.problems:
        click.echo(problem, err=True)
    if held.problems:
        what = "The history" if file is None else str(file)
        raise HistoryError(f"{what} is damaged. Bring back a backup: ser history restore FILE.")
    click.echo(f"Whole: {held}.")
