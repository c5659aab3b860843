"""Opening models: what the settings become, and what is said when they cannot be used. Nothing is called
here."""

from __future__ import annotations

from pathlib import Path

import pytest

from qa.config import Settings
from qa.errors import ModelAuthError, ModelConfigError, ModelError
from qa.models.chat import NO_KEY, open_chat_model, ways_to_ask
from qa.models.scripted import ScriptedChatModel

SCHEMA = {"title": "answer", "description": "d", "type": "object", "properties": {}, "required": []}


def test_settings_become_the_clients_options() -> None:
    settings = Settings(
        model="openai:gpt-4o-mini", api_key="k", model_timeout=7, model_retries=5, temperature=0.5
    )
    model = open_chat_model(settings)
    assert model.model_name == "gpt-4o-mini"
    assert (model.request_timeout, model.temperature) == (7, 0.5)
    assert model.max_retries == 0  # retries are ours


def test_temperature_is_left_to_the_model_unless_set() -> None:
    assert open_chat_model(Settings(model="openai:gpt-5-mini", api_key="k")).temperature is None


@pytest.mark.parametrize(
    ("name", "opened"),
    [
        ("gpt-5-mini", "gpt-5-mini"),
        ("llama3", "llama3"),
        ("qwen:7b", "qwen:7b"),
        ("mistral-small", "mistral-small"),
    ],
)
def test_at_an_address_of_ones_own_any_name_is_openai_compatible(name: str, opened: str) -> None:
    model = open_chat_model(Settings(model=name, base_url="http://127.0.0.1:1/v1"))
    assert (type(model).__name__, model.model_name) == ("ChatOpenAI", opened)


def test_the_environments_key_does_not_go_to_another_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-mine")
    model = open_chat_model(Settings(model="openai:m", base_url="http://127.0.0.1:1/v1"))
    assert model.openai_api_key.get_secret_value() == NO_KEY
    assert open_chat_model(Settings(model="openai:m")).openai_api_key.get_secret_value() == "sk-mine"


@pytest.mark.parametrize(
    ("fields", "kind", "words"),
    [
        ({"model": None}, ModelConfigError, ["QA_MODEL"]),
        ({"model": "openai:m"}, ModelAuthError, ["openai", "QA_API_KEY or OPENAI_API_KEY"]),
        ({"model": "anthropic:m"}, ModelConfigError, ["anthropic", "pip install langchain-anthropic"]),
        ({"model": "ollama:m"}, ModelConfigError, ["pip install langchain-ollama", "QA_BASE_URL"]),
        ({"model": "llama3"}, ModelConfigError, ["'llama3'", "provider:model"]),
        ({"model": "nobody:m"}, ModelConfigError, ["'nobody:m'", "provider:model"]),
        ({"model": "openai:m", "base_url": "localhost:80"}, ModelConfigError, ["base_url", "localhost:80"]),
        ({"model": "openai:m", "base_url": "file:///etc"}, ModelConfigError, ["base_url"]),
        ({"model": "scripted:/no/such.yaml"}, ModelConfigError, ["/no/such.yaml"]),
    ],
)
def test_what_cannot_be_opened_says_why(
    fields: dict[str, str | None], kind: type[ModelError], words: list[str]
) -> None:
    with pytest.raises(kind) as caught:
        open_chat_model(Settings(**fields))
    said = f"{caught.value.message} {caught.value.hint}"
    assert all(word in said for word in words), said
    assert "\n" not in said


def test_langsmiths_gateway_is_refused_unless_tracing_is_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANGSMITH_GATEWAY", "true")
    with pytest.raises(ModelConfigError, match="LANGSMITH_GATEWAY"):
        open_chat_model(Settings(model="openai:m", api_key="k"))
    assert open_chat_model(Settings(model="openai:m", api_key="k", tracing=True))


def test_a_script_is_opened_by_its_path(tmp_path: Path) -> None:
    (tmp_path / "s.yaml").write_text("- hello\n", "utf-8")
    model = open_chat_model(Settings(model=f"scripted:{tmp_path / 's.yaml'}"))
    assert model.invoke("x").text == "hello"


def test_ways_to_ask_end_with_the_bare_model() -> None:
    openai = open_chat_model(Settings(model="openai:gpt-5-mini", api_key="k"))
    best, plain, bare = ways_to_ask(openai, SCHEMA)
    assert best.kwargs["response_format"]["json_schema"]["strict"] is True  # type: ignore[attr-defined]
    assert best.kwargs["stream_usage"] is True  # type: ignore[attr-defined]
    assert plain.kwargs == {"stream_usage": True}  # type: ignore[attr-defined]
    assert bare is openai


def test_an_old_model_is_asked_by_function_call_without_a_warning() -> None:
    best = ways_to_ask(open_chat_model(Settings(model="openai:gpt-4", api_key="k")), SCHEMA)[0]
    assert best.kwargs["tools"][0]["function"]["name"] == "answer"  # type: ignore[attr-defined]


def test_a_model_without_structured_output_is_asked_plainly(monkeypatch: pytest.MonkeyPatch) -> None:
    def none(*_: object, **__: object) -> None:
        raise NotImplementedError

    monkeypatch.setattr(ScriptedChatModel, "with_structured_output", none)
    model = ScriptedChatModel(script=["x"])
    assert ways_to_ask(model, SCHEMA) == [model]
