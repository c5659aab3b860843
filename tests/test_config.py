"""Settings: where they come from, which wins, and what a wrong one says."""

from __future__ import annotations

from pathlib import Path

import pytest

from qa.config import Settings, config_path
from qa.errors import ConfigError


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_defaults_need_nothing():
    settings = Settings.load()
    assert (settings.model, settings.passages, settings.tracing) == (None, 8, False)
    assert settings.library.is_absolute()


def test_flags_win_over_the_environment_and_that_over_the_file(own_folder, monkeypatch):
    (own_folder / "qa.toml").write_text('passages = 3\nprompt = "answer@v1"\nmodel_retries = 1\n')
    monkeypatch.setenv("QA_PASSAGES", "4")
    monkeypatch.setenv("QA_MODEL_RETRIES", "5")
    settings = Settings.load(passages=6)
    assert (settings.passages, settings.model_retries, settings.prompt) == (6, 5, "answer@v1")


def test_none_is_no_flag(monkeypatch):
    monkeypatch.setenv("QA_PASSAGES", "4")
    assert Settings.load(passages=None).passages == 4


def test_an_empty_variable_is_not_set(monkeypatch):
    monkeypatch.setenv("QA_MODEL", "")
    assert Settings.load().model is None


@pytest.mark.parametrize("name", sorted(Settings.model_fields))
def test_every_setting_has_a_variable_and_a_meaning(name, monkeypatch):
    values = {
        "library": "/tmp/elsewhere", "passages": "9", "dense_weight": "0.5", "lock_timeout": "7",
        "model_timeout": "7", "model_retries": "7", "temperature": "0.7", "tracing": "true",
        "context_tokens": "9000", "calls_at_once": "2",
    }  # fmt: skip
    value = values.get(name, "something")
    before = getattr(Settings.load(), name)
    monkeypatch.setenv(f"QA_{name.upper()}", value)
    assert getattr(Settings.load(), name) != before
    assert Settings.model_fields[name].description


def test_qa_config_points_at_another_file(own_folder, monkeypatch):
    (own_folder / "newsroom.toml").write_text("passages = 5\n")
    monkeypatch.setenv("QA_CONFIG", str(own_folder / "newsroom.toml"))
    assert config_path() == own_folder / "newsroom.toml"
    assert Settings.load().passages == 5


def test_home_is_expanded():
    assert Settings.load(library="~/news").library == Path.home() / "news"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("passages = 0\n", "passages"),
        ("passages = [1]\n", "passages"),
        ("pasages = 3\n", "pasages"),
        ("passages = \n", "TOML"),
        ("dense_weight = 2\n", "dense_weight"),
    ],
)
def test_a_bad_file_is_said_to_be_bad(own_folder, text, told):
    (own_folder / "qa.toml").write_text(text)
    with pytest.raises(ConfigError, match=told) as caught:
        Settings.load()
    assert caught.value.hint


@pytest.mark.parametrize(
    ("name", "value"), [("QA_PASSAGES", "many"), ("QA_TEMPERATURE", "9"), ("QA_TRACING", "perhaps")]
)
def test_a_bad_variable_is_named_with_its_value(monkeypatch, name, value):
    monkeypatch.setenv(name, value)
    with pytest.raises(ConfigError) as caught:
        Settings.load()
    assert name.removeprefix("QA_").lower() in caught.value.message
    assert value in caught.value.message
    assert "QA_" in caught.value.hint


def test_a_named_file_that_is_not_there(own_folder, monkeypatch):
    monkeypatch.setenv("QA_CONFIG", str(own_folder / "gone.toml"))
    with pytest.raises(ConfigError, match=r"gone\.toml"):
        Settings.load()


def test_a_file_that_is_no_text(own_folder):
    (own_folder / "qa.toml").write_bytes(b"passages = \xff\xfe\n")
    with pytest.raises(ConfigError, match="UTF-8"):
        Settings.load()


def test_a_key_is_never_shown(monkeypatch):
    monkeypatch.setenv("QA_API_KEY", "sk-very-secret")
    settings = Settings.load()
    assert settings.api_key
    assert settings.api_key.get_secret_value() == "sk-very-secret"
    assert "sk-very-secret" not in repr(settings) + str(settings) + settings.model_dump_json()


def test_a_bad_setting_beside_a_key_does_not_show_the_key(monkeypatch):
    monkeypatch.setenv("QA_API_KEY", "sk-very-secret")
    monkeypatch.setenv("QA_PASSAGES", "many")
    with pytest.raises(ConfigError) as caught:
        Settings.load()
    assert "sk-very-secret" not in caught.value.message
