from pathlib import Path

import pytest

from ser_core.config import Settings, default_max_upload_mb, load_settings
from ser_core.errors import ConfigError


def test_nothing_set_and_empty_values_give_the_defaults():
    assert load_settings({}) == load_settings({"SER_MODEL": "", "SER_MAX_UPLOAD_MB": ""})
    assert load_settings({}).model == Settings().model


def test_what_is_set_wins():
    settings = load_settings({"SER_MODELS_DIR": "elsewhere", "SER_MODEL": "mine", "SER_MAX_UPLOAD_MB": "50"})
    assert (settings.models_dir, settings.model, settings.max_upload_mb) == (Path("elsewhere"), "mine", 50)


@pytest.mark.parametrize("value", ["many", "-1", "0", "nan", "inf"])
def test_a_value_that_makes_no_sense_is_named(value):
    with pytest.raises(ConfigError, match=f"SER_MAX_UPLOAD_MB .* got '{value}'"):
        load_settings({"SER_MAX_UPLOAD_MB": value})


@pytest.mark.parametrize(
    "memory_mib, expected_mb",
    [(256, 25), (900, 125), (1024, 155), (1280, 200), (65_536, 200), (None, 200)],
)
def test_the_largest_upload_follows_the_memory(memory_mib, expected_mb):
    assert default_max_upload_mb(None if memory_mib is None else memory_mib << 20) == expected_mb


def test_half_a_sign_in_is_refused_with_what_is_missing():
    whole = {
        "SER_PUBLIC_URL": "https://voice.example.org",
        "SER_OIDC_METADATA_URL": "https://id.example.org/.well-known/openid-configuration",
        "SER_OIDC_CLIENT_ID": "ser",
        "SER_OIDC_CLIENT_SECRET": "hidden",
    }
    settings = load_settings(whole)
    assert settings.oidc_client_id == "ser"
    assert "hidden" not in repr(settings)
    for name in whole:
        with pytest.raises(ConfigError, match=f"needs {name} as well"):
            load_settings(whole | {name: ""})
    assert load_settings({"SER_PUBLIC_URL": "https://voice.example.org"}).oidc_client_id is None


def test_a_token_that_somebody_could_guess_is_refused():
    assert load_settings({}).api_token is None
    settings = load_settings({"SER_API_TOKEN": "0123456789abcdef0123"})
    assert settings.api_token == "0123456789abcdef0123"
    assert "abcdef" not in repr(settings)
    for token in ("secret", "two words that are long enough", "ä" * 30):
        with pytest.raises(ConfigError, match="SER_API_TOKEN must be at least 20 letters"):
            load_settings({"SER_API_TOKEN": token})


def test_a_log_format_that_does_not_exist_is_refused():
    assert load_settings({"SER_LOG_FORMAT": "text"}).log_format == "text"
    with pytest.raises(ConfigError, match="SER_LOG_FORMAT must be json or text; got 'xml'"):
        load_settings({"SER_LOG_FORMAT": "xml"})
