"""Settings from SER_* environment variables, each with a default that works on a laptop."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from ser_core.errors import ConfigError
from ser_core.machine import memory_limit_bytes

PROJECT_DIR = Path(__file__).resolve().parent.parent

# Memory of the app with twenty visitors, after recordings of a minute, and some to spare (docs/scale.md).
_APP_MB = 400
# While a file arrives, memory holds two copies of it, and the file that it replaces; a fourth is for another visitor's.
_FILES_HELD = 4
_LEAST_TOKEN = 20
_LEAST_UPLOAD_MB, _MOST_UPLOAD_MB = 25, 200


def default_max_upload_mb(memory_bytes: int | None) -> int:
    """Largest file that a machine with this much memory can safely accept, in MB.

    >>> default_max_upload_mb(1 << 30), default_max_upload_mb(512 << 20), default_max_upload_mb(8 << 30)
    (155, 25, 200)
    """
    if memory_bytes is None:
        return _MOST_UPLOAD_MB
    share_mb = ((memory_bytes >> 20) - _APP_MB) // _FILES_HELD
    return max(_LEAST_UPLOAD_MB, min(_MOST_UPLOAD_MB, share_mb - share_mb % 5))


@cache
def _max_upload_mb_here() -> int:
    return default_max_upload_mb(memory_limit_bytes())


@dataclass(frozen=True)
class Settings:
    """All settings.

    Attributes:
        models_dir: folder with one subfolder for each model (SER_MODELS_DIR).
        model: name of the default model (SER_MODEL).
        max_upload_mb: largest file the pages accept, in MB (SER_MAX_UPLOAD_MB); by default what the memory allows.
        max_duration_s: longest recording accepted, in seconds (SER_MAX_DURATION_S).
        encoder: weights of Whisper tiny.en (safetensors) from which `ser train whisper` starts; None for those of the
            committed model (SER_ENCODER).
        cache_dir: cache, such as for training features; safe to delete (SER_CACHE_DIR).
        data_dir: folder of the saved takes when they are in SQLite (SER_DATA_DIR).
        database_url: PostgreSQL (or other SQLite) database of the saved takes; None keeps them in a SQLite
            file in `data_dir` (SER_DATABASE_URL). Not in the repr, since it may carry a password.
        log_format: "json" or "text"; None means text in a terminal, otherwise JSON (SER_LOG_FORMAT).
        public_url: the address at which people reach the app, such as https://voice.example.org (SER_PUBLIC_URL).
            Needed for signing in.
        oidc_metadata_url: metadata address of the OpenID Connect provider, ending in
            /.well-known/openid-configuration (SER_OIDC_METADATA_URL); None means that nobody can sign in.
        oidc_client_id: the app's client ID at that provider (SER_OIDC_CLIENT_ID).
        oidc_client_secret: the app's client secret at that provider (SER_OIDC_CLIENT_SECRET). Not in the repr.
        api_token: what programs show to use the HTTP interface (SER_API_TOKEN); None turns it off. Not in the repr.
    """

    models_dir: Path = PROJECT_DIR / "models"
    model: str = "whisper"
    max_upload_mb: int = field(default_factory=_max_upload_mb_here)
    max_duration_s: float = 4 * 3600.0
    encoder: Path | None = None
    cache_dir: Path = Path.home() / ".cache" / "ser"
    data_dir: Path = Path.home() / ".local" / "share" / "ser"
    database_url: str | None = field(default=None, repr=False)
    log_format: str | None = None
    public_url: str | None = None
    oidc_metadata_url: str | None = None
    oidc_client_id: str | None = None
    oidc_client_secret: str | None = field(default=None, repr=False)
    api_token: str | None = field(default=None, repr=False)


def load_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """Settings from `environ` (the process environment by default).

    Raises ConfigError when a value cannot be read or makes no sense.
    """
    environ = os.environ if environ is None else environ
    default = Settings()
    settings = Settings(
        models_dir=Path(environ.get("SER_MODELS_DIR") or default.models_dir),
        model=environ.get("SER_MODEL") or default.model,
        max_upload_mb=int(_positive(environ, "SER_MAX_UPLOAD_MB", default.max_upload_mb)),
        max_duration_s=_positive(environ, "SER_MAX_DURATION_S", default.max_duration_s),
        encoder=Path(environ["SER_ENCODER"]) if environ.get("SER_ENCODER") else default.encoder,
        cache_dir=Path(environ.get("SER_CACHE_DIR") or default.cache_dir),
        data_dir=Path(environ.get("SER_DATA_DIR") or default.data_dir),
        database_url=environ.get("SER_DATABASE_URL") or default.database_url,
        log_format=environ.get("SER_LOG_FORMAT") or default.log_format,
        public_url=environ.get("SER_PUBLIC_URL") or default.public_url,
        oidc_metadata_url=environ.get("SER_OIDC_METADATA_URL") or default.oidc_metadata_url,
        oidc_client_id=environ.get("SER_OIDC_CLIENT_ID") or default.oidc_client_id,
        oidc_client_secret=environ.get("SER_OIDC_CLIENT_SECRET") or default.oidc_client_secret,
        api_token=environ.get("SER_API_TOKEN") or default.api_token,
    )
    if settings.log_format not in (None, "json", "text"):
        raise ConfigError(
            "SER_LOG_FORMAT must be json or text; got {log_format}.", log_format=repr(settings.log_format)
        )
    _check_token(settings.api_token)
    _check_sign_in(settings)
    return settings


def _check_token(token: str | None) -> None:
    if token is None:
        return
    # What an Authorization header can carry (RFC 6750, section 2.1).
    if len(token) < _LEAST_TOKEN or not token.isascii() or not token.isprintable() or " " in token:
        raise ConfigError(
            "SER_API_TOKEN must be at least {least_token} letters, digits or signs without spaces, "
            "so that nobody guesses it. `openssl rand -hex 32` makes one.",
            least_token=_LEAST_TOKEN,
        )


def _check_sign_in(settings: Settings) -> None:
    needed = ("oidc_metadata_url", "oidc_client_id", "oidc_client_secret", "public_url")
    missing = [f"SER_{name.upper()}" for name in needed if not getattr(settings, name)]
    # The address alone is fine: it may be set for other reasons.
    if missing and any(getattr(settings, name) for name in needed[:3]):
        raise ConfigError("Signing in needs {missing} as well. Set all four, or none.", missing=" and ".join(missing))


def _positive(environ: Mapping[str, str], name: str, default: float) -> float:
    text = environ.get(name) or str(default)
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0 < value < float("inf"):
        raise ConfigError("{name} must be a number above 0; got {text}.", name=name, text=repr(text))
    return value
