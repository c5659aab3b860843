"""Opens the language model that the settings name, through LangChain. The only place that opens a provider.

Retries, time limits and tracing are decided in `qa.models.calling`, so that they are the same with every
provider.
"""

from __future__ import annotations

import warnings
from contextlib import suppress
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from qa.config import Settings
from qa.errors import ModelConfigError
from qa.models.faults import cannot_open, translate

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel, LanguageModelInput
    from langchain_core.messages import BaseMessage
    from langchain_core.runnables import Runnable

__all__ = ["open_chat_model", "translate", "ways_to_ask"]

SCRIPTED = "scripted:"
NO_KEY = "no-key"
"""Sent to a server of the user's own that has no key set: the clients insist on one, and the key that the
environment holds for the provider must not go to another address."""
_GATEWAY = "smith.langchain.com"


def open_chat_model(settings: Settings) -> BaseChatModel:
    """The chat model that `settings` name, opened but not called.

    "openai:gpt-5-mini", "ollama:llama3.2" and whatever else LangChain opens; a bare name where it shows its
    provider; any name with `base_url`, which is an OpenAI-compatible server; "scripted:PATH" for a script.
    Raises ModelConfigError (no such provider, missing package) and ModelAuthError (no key).
    """
    if not settings.model:
        raise ModelConfigError("no model is configured", 'Set QA_MODEL, for example to "openai:gpt-5-mini".')
    if settings.model.startswith(SCRIPTED):
        from qa.models.scripted import ScriptedChatModel

        return ScriptedChatModel.from_file(settings.model.removeprefix(SCRIPTED))
    _check_address(settings)
    from langchain.chat_models import init_chat_model

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # advice to programmers about guessed providers
            model: BaseChatModel = init_chat_model(
                settings.model, model_provider=_provider(settings), **_options(settings)
            )
    except Exception as exc:
        raise cannot_open(exc, settings) from exc
    _refuse_gateway(model, settings)
    return model


def ways_to_ask(
    model: BaseChatModel, schema: dict[str, Any]
) -> list[Runnable[LanguageModelInput, BaseMessage]]:
    """`model` bound in the ways that it may be asked for JSON of `schema`, best first; the last is the bare
    model.

    Each yields messages, not parsed values. The first is the structured output of the model's own package,
    without the parser that LangChain puts behind it: that one re-reads the whole reply with every piece,
    and hides the text that a repair needs, the refusal and the token counts. Compatible servers may know
    neither that nor the option for token counts, and refuse a request that has them.
    """
    from langchain_core.runnables import RunnableSequence

    openai_like = any(kind.__module__.startswith("langchain_openai") for kind in type(model).__mro__)
    ways: list[Runnable[LanguageModelInput, BaseMessage]] = [model]
    if openai_like:
        ways.insert(0, model.bind(stream_usage=True))
        # It warns, as for a programmer, of what the next way in the list sees to.
        warnings.filterwarnings("ignore", "This model does not support OpenAI's|Invalid schema for OpenAI")
    with warnings.catch_warnings(), suppress(NotImplementedError):
        warnings.simplefilter("ignore")  # "using method=function_calling instead": as good for us
        # Without `strict`, OpenAI only tries to follow the schema.
        bound = model.with_structured_output(schema, **({"strict": True} if openai_like else {}))
        if isinstance(bound, RunnableSequence):
            ways.insert(0, bound.first.bind(stream_usage=True) if openai_like else bound.first)
    return ways


def _options(settings: Settings) -> dict[str, Any]:
    options: dict[str, Any] = {"timeout": settings.model_timeout, "max_retries": 0}
    if settings.temperature is not None:
        options["temperature"] = settings.temperature
    if settings.base_url:
        options["base_url"] = settings.base_url
    if settings.api_key:
        options["api_key"] = settings.api_key.get_secret_value()
    elif settings.base_url:
        options["api_key"] = NO_KEY
    return options


def _provider(settings: Settings) -> str | None:
    """At an address of the user's own, a name without a provider ("llama3", "qwen:7b") means OpenAI's
    protocol."""
    from langchain.chat_models import base

    prefix = (settings.model or "").partition(":")[0]
    known = getattr(base, "_BUILTIN_PROVIDERS", {"openai": (), "ollama": (), "anthropic": ()})
    return "openai" if settings.base_url and prefix not in known else None


def _check_address(settings: Settings) -> None:
    if settings.base_url is None:
        return
    parts = urlsplit(settings.base_url)
    if parts.scheme not in ("http", "https") or not parts.netloc:
        hint = "Give the whole address, such as http://127.0.0.1:8080/v1."
        raise ModelConfigError(f"the setting 'base_url' is no web address: {settings.base_url!r}", hint)


def _refuse_gateway(model: BaseChatModel, settings: Settings) -> None:
    if settings.tracing or settings.base_url:
        return
    for name in ("openai_api_base", "anthropic_api_url", "base_url"):
        host = urlsplit(str(getattr(model, name, None) or "")).hostname or ""
        if host.endswith(_GATEWAY):
            raise ModelConfigError(
                "LANGSMITH_GATEWAY in the environment would send questions and articles through LangSmith",
                "Unset it, or allow it with QA_TRACING=true.",
            )
