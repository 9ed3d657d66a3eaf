from pathlib import Path

import pytest

from ser_core.config import Settings, load_settings
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
