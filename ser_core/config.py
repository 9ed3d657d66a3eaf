"""Settings, all from SER_* environment variables, each with a default that works on a laptop."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ser_core.errors import ConfigError

PROJECT_DIR = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Settings:
    """What can be set from outside.

    Attributes:
        models_dir: folder with one sub-folder a model (SER_MODELS_DIR).
        model: name of the model that answers when none is named (SER_MODEL).
        max_upload_mb: largest file the pages take, in MB (SER_MAX_UPLOAD_MB).
        max_duration_s: longest recording that is read, in seconds (SER_MAX_DURATION_S).
        cache_dir: folder for what can be made again, such as training features (SER_CACHE_DIR).
        data_dir: folder of the saved takes when they are in SQLite (SER_DATA_DIR).
        database_url: PostgreSQL (or other SQLite) database of the saved takes; None keeps them in a SQLite
            file in `data_dir` (SER_DATABASE_URL). Not in the repr, since it may carry a password.
    """

    models_dir: Path = PROJECT_DIR / "models"
    model: str = "crnn"
    max_upload_mb: int = 200
    max_duration_s: float = 4 * 3600.0
    cache_dir: Path = Path.home() / ".cache" / "ser"
    data_dir: Path = Path.home() / ".local" / "share" / "ser"
    database_url: str | None = field(default=None, repr=False)


def load_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """Settings from `environ` (the process environment by default).

    Raises ConfigError when a value cannot be read or makes no sense.
    """
    environ = os.environ if environ is None else environ
    default = Settings()
    return Settings(
        models_dir=Path(environ.get("SER_MODELS_DIR") or default.models_dir),
        model=environ.get("SER_MODEL") or default.model,
        max_upload_mb=int(_positive(environ, "SER_MAX_UPLOAD_MB", default.max_upload_mb)),
        max_duration_s=_positive(environ, "SER_MAX_DURATION_S", default.max_duration_s),
        cache_dir=Path(environ.get("SER_CACHE_DIR") or default.cache_dir),
        data_dir=Path(environ.get("SER_DATA_DIR") or default.data_dir),
        database_url=environ.get("SER_DATABASE_URL") or default.database_url,
    )


def _positive(environ: Mapping[str, str], name: str, default: float) -> float:
    text = environ.get(name) or str(default)
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0 < value < float("inf"):
        raise ConfigError(f"{name} must be a number above 0; got {text!r}.")
    return value
