"""Turns what providers' packages raise into the errors of `qa`, and says whether trying again makes sense.

The packages differ and change (one of them moved from httpx to httpx2), so an exception is judged by what
they have in common: an HTTP status, a machine-readable code, and the names of its classes and of those that
caused it.
"""

from __future__ import annotations

import math
import re
import time
from collections.abc import Iterator
from contextlib import suppress
from email.utils import parsedate_to_datetime
from typing import NamedTuple
from urllib.parse import urlsplit

from qa.config import Settings
from qa.errors import (
    ModelAuthError,
    ModelConfigError,
    ModelError,
    ModelNotFoundError,
    ModelOutputError,
    ModelRefusedError,
    ModelServerError,
    ModelTimeoutError,
    ModelUnreachableError,
    QuotaExceededError,
    RateLimitedError,
)

_QUOTA = re.compile(r"insufficient_quota|exceeded your current quota|credit balance|billing", re.IGNORECASE)
_TOO_LONG = re.compile(
    r"context_length|context window|context length|maximum context|prompt is too long", re.IGNORECASE
)
_NO_STRUCTURE = re.compile(
    r"response_format|json_schema|json mode|structured output|stream_options|include_usage"
    r"|tool[ _](?:use|choice|calling)|tools? (?:is|are) not supported|function[ _]calling|grammar",
    re.IGNORECASE,
)
_SECRETS = re.compile(r"\b(?:sk|pk|key|gsk|xai|lsv2)[-_][\w*.-]{6,}|\bBearer\s+\S+", re.IGNORECASE)
_UNSAFE = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]+")
MOST_SAID = 200
_FEWER = "Use fewer passages (-k 4), for a summary a smaller QA_CONTEXT_TOKENS, or another model."


class StructureRefusedError(ModelError):
    """The server does not take our way of asking for structured output; asking in plain words may still
    work."""


class Fault(NamedTuple):
    """An exception, judged: the error to raise, whether another try may help, and the wait the server asked
    for."""

    error: ModelError
    retry: bool = False
    wait: float | None = None


def translate(exc: BaseException, settings: Settings) -> ModelError:
    """The error of `qa` for what a provider's package raised, with one clear line and a next step. Never
    shows a key."""
    return judge(exc, settings).error


def judge(exc: BaseException, settings: Settings, retried: int = 0) -> Fault:
    """What `exc` means, after so many retries. Raise the error `from exc`."""
    if isinstance(exc, ModelError):
        return Fault(exc)
    status = _status(exc)
    if status is not None:
        return _by_status(status, exc, settings, retried)
    return _by_name(exc, settings, retried)


# ---------------------------------------------------------------- HTTP statuses


def _by_status(status: int, exc: BaseException, settings: Settings, retried: int) -> Fault:
    who, said = provider(settings), _said(exc, settings)
    if status in (400, 404, 422, 501) and _NO_STRUCTURE.search(_evidence(exc)):
        message = f"{who} does not take this request for structured output{said}"
        return Fault(StructureRefusedError(message, "Try another model or server."))
    if status in (401, 403):
        return Fault(_refused_key(status, settings))
    if status == 404:
        return Fault(_not_found(settings))
    if status == 402 or (status == 429 and _QUOTA.search(_evidence(exc))):
        hint = "Check the account's plan and billing with the provider, or set another model."
        return Fault(QuotaExceededError(f"{who}: the account has no credit left", hint))
    if status == 429:
        return _rate_limited(exc, settings, retried)
    if status in (400, 413, 422) and _TOO_LONG.search(_evidence(exc)):
        return Fault(ModelError(f"the passages are too long for {settings.model}", _FEWER))
    if status == 408 or status >= 500:
        message = f"{who} failed with status {status}{_after(retried)}"
        hint = "The fault is on their side: try again in a while, or set another model."
        return Fault(ModelServerError(message, hint), retry=status != 501, wait=_retry_after(exc))
    hint = "Check the settings 'model' and 'base_url' (`qa settings`)."
    return Fault(ModelError(f"{who} did not take the request (status {status}){said}", hint))


def _refused_key(status: int, settings: Settings) -> ModelAuthError:
    who = provider(settings)
    if status == 403:
        hint = f"Check that the key is allowed to use {settings.model}, and from this place."
        return ModelAuthError(f"{who} does not allow this (status 403)", hint)
    if settings.api_key is None and settings.base_url:
        return ModelAuthError(f"{who} at {address(settings)} wants a key", "Set QA_API_KEY.")
    return ModelAuthError(f"{who} refused the key", f"Set {_key_variables(settings)} to a valid key.")


def _not_found(settings: Settings) -> ModelNotFoundError:
    who = provider(settings)
    if settings.base_url:
        hint = "Check QA_MODEL, and that QA_BASE_URL is the whole address (it often ends in /v1)."
        return ModelNotFoundError(f"{who} at {address(settings)} knows no model {_bare(settings)!r}", hint)
    return ModelNotFoundError(f"{who} knows no model {_bare(settings)!r}", "Check QA_MODEL or --model.")


def _rate_limited(exc: BaseException, settings: Settings, retried: int) -> Fault:
    wait = _retry_after(exc)
    asked = f" and asks to wait {math.ceil(wait)} s" if wait else ""
    message = f"{provider(settings)} says: too many requests{asked}{_after(retried)}"
    return Fault(RateLimitedError(message, "Wait a moment and ask again."), retry=True, wait=wait)


def _status(exc: BaseException) -> int | None:
    for holder in (exc, getattr(exc, "response", None)):
        for name in ("status_code", "http_status", "code"):
            value = getattr(holder, name, None)
            if isinstance(value, int) and 400 <= value < 600:
                return value
    return None


def _retry_after(exc: BaseException) -> float | None:
    """The seconds that `Retry-After` (or its variant in milliseconds) asks for: a number or a date; None
    without one."""
    headers = getattr(getattr(exc, "response", None), "headers", None) or {}
    for name, unit in (("retry-after-ms", 1000), ("retry-after", 1)):
        value = headers.get(name, "")
        with suppress(ValueError):
            seconds = float(value) / unit
            return max(seconds, 0.0) if math.isfinite(seconds) else None
        with suppress(ValueError, TypeError):
            return max(parsedate_to_datetime(value).timestamp() - time.time(), 0.0)
    return None


# ---------------------------------------------------------------- exceptions without a status


def _by_name(exc: BaseException, settings: Settings, retried: int) -> Fault:
    names, who = set(_class_names(exc)), provider(settings)
    evidence = _evidence(exc)
    if "LangChainTracerV1" in evidence:
        message = "LANGCHAIN_TRACING is set in the environment, and LangChain does not run with it any more"
        return Fault(ModelConfigError(message, "Unset it. Tracing is allowed with QA_TRACING=true."))
    if _any(names, "Refusal", "ContentFilter"):
        return Fault(refused(settings))
    if _any(names, "LengthFinish"):
        return Fault(cut_at_limit(settings))
    if _any(names, "Timeout"):
        return Fault(timed_out(settings))
    if _any(names, "ConnectError", "ConnectionRefused", "gaierror", "UnsupportedProtocol"):
        return Fault(_no_connection(settings))
    if _any(names, "ContextOverflow") or _TOO_LONG.search(evidence):
        return Fault(ModelError(f"the passages are too long for {settings.model}", _FEWER))
    if _any(names, "ReadError", "RemoteProtocol", "WriteError", "Connection", "IncompleteRead", "BrokenPipe"):
        return Fault(lost_connection(settings, retried), retry=True)
    # openai asserts that a stream held at least one event; langchain calls the same "no generation chunks".
    if _any(names, "JSONDecode", "ResponseValidation", "Assertion") or "No generation chunks" in evidence:
        return Fault(not_a_model_server(settings))
    if "api_key" in evidence or "API key" in evidence:
        return Fault(ModelAuthError(f"there is no key for {who}", f"Set {_key_variables(settings)}."))
    if "APIError" in names:  # an error that the provider sends inside a stream that began well
        return _in_stream(exc, evidence, settings, retried)
    said = f"{type(exc).__name__}{_said(exc, settings)}"
    return Fault(ModelError(f"{who} failed: {said}", "`qa --debug ...` shows where."))


def _in_stream(exc: BaseException, evidence: str, settings: Settings, retried: int) -> Fault:
    if _QUOTA.search(evidence):
        return _by_status(429, exc, settings, retried)
    if "rate_limit" in evidence:
        return _rate_limited(exc, settings, retried)
    message = f"{provider(settings)} broke off with an error{_said(exc, settings)}"
    return Fault(ModelServerError(message, "Ask again, or set another model."), retry=True)


def _no_connection(settings: Settings) -> ModelUnreachableError:
    where = address(settings) or provider(settings)
    hint = (
        "Check that the server runs and QA_BASE_URL is right." if settings.base_url else "Check the network."
    )
    return ModelUnreachableError(f"no connection to {where}", hint)


def lost_connection(settings: Settings, retried: int = 0) -> ModelServerError:
    """The error for a connection that broke before the reply was complete."""
    message = f"{provider(settings)} broke off before the reply was complete{_after(retried)}"
    return ModelServerError(message, "Ask again; if it stays so, try another model or server.")


def timed_out(settings: Settings) -> ModelTimeoutError:
    """The error for a model that says nothing for longer than the settings allow."""
    message = f"{provider(settings)} sent nothing for {settings.model_timeout:g} s"
    return ModelTimeoutError(message, "Ask again, or allow more time with QA_MODEL_TIMEOUT.")


def refused(settings: Settings) -> ModelRefusedError:
    """The error for a model that declines. What it said is left out: it is no part of any answer."""
    return ModelRefusedError(
        f"{settings.model or 'the model'} declined to answer",
        "Word the question differently, or set another model.",
    )


def cut_at_limit(settings: Settings, reply: str = "") -> ModelOutputError:
    """The error for a reply that was cut because it got too long for the model."""
    message = f"{settings.model or 'the model'} reached its length limit before the answer was complete"
    return ModelOutputError(
        message,
        "Ask a narrower question, use fewer passages (-k 4) or words, or set another model.",
        reply=reply,
    )


def not_a_model_server(settings: Settings) -> ModelOutputError:
    """The error for a reply that is not of the protocol at all, such as a web page."""
    where = address(settings) or provider(settings)
    hint = (
        "Check QA_BASE_URL: it must be the address of an OpenAI-compatible server and often ends in /v1."
        if settings.base_url
        else "Something between here and the provider may have answered instead: check proxies."
    )
    return ModelOutputError(f"{where} did not reply as a model server does", hint)


def cannot_open(exc: BaseException, settings: Settings) -> ModelError:
    """The error for a model that could not even be opened: a missing package, an unknown provider, no key."""
    if isinstance(exc, ImportError):
        named = re.search(r"pip install (?:-U )?[`'\"]?([\w-]+)", str(exc))
        package = named[1] if named else f"langchain-{provider(settings)}"
        message = f"the package for {provider(settings)} models is not installed"
        hint = f"Install it with: pip install {package}"
        if provider(settings) == "ollama":
            hint += ", or set QA_BASE_URL=http://127.0.0.1:11434/v1 and QA_MODEL to the bare name"
        return ModelConfigError(message, hint)
    evidence = _evidence(exc)
    if "api_key" in evidence or "API key" in evidence or "credentials" in evidence:
        message = f"there is no key for {provider(settings)}"
        return ModelAuthError(message, f"Set {_key_variables(settings)}.")
    return ModelConfigError(
        f"the model {settings.model!r} cannot be opened{_said(exc, settings).partition('. ')[0]}",
        'Name it as "provider:model", such as "openai:gpt-5-mini" or "ollama:llama3.2"; check QA_MODEL.',
    )


# ---------------------------------------------------------------- wording


def provider(settings: Settings) -> str:
    """Who is asked, for a message: the provider's name, or "the model server" at an address of the user's
    own."""
    name, colon, _ = (settings.model or "").partition(":")
    if colon and name.replace("_", "").replace("-", "").isalpha():
        return name
    return "the model server" if settings.base_url else "the provider"


def address(settings: Settings) -> str:
    """The server's address without user name, password or query; "" if none is set."""
    if not settings.base_url:
        return ""
    parts = urlsplit(settings.base_url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"


def _bare(settings: Settings) -> str:
    return (settings.model or "").partition(":")[2] or settings.model or ""


def _key_variables(settings: Settings) -> str:
    name = provider(settings)
    own = f"{name.upper()}_API_KEY" if " " not in name else "OPENAI_API_KEY"
    return "QA_API_KEY" if settings.base_url else f"QA_API_KEY or {own}"


def _after(retried: int) -> str:
    return f", also after {retried} {'retry' if retried == 1 else 'retries'}" if retried else ""


def _evidence(exc: BaseException) -> str:
    return f"{exc} {getattr(exc, 'code', '')} {getattr(exc, 'body', '')}"


def _said(exc: BaseException, settings: Settings) -> str:
    """What the provider said, as ": ..." on one line, short, and without anything that looks like a key."""
    body = getattr(exc, "body", None)
    said = body.get("message") if isinstance(body, dict) else None
    text = _UNSAFE.sub(" ", str(said or exc).strip())
    if settings.api_key and (key := settings.api_key.get_secret_value()):
        text = text.replace(key, "[key]")
    text = _SECRETS.sub("[key]", " ".join(text.split()))
    if not text or text.startswith("<"):
        return ""
    return f": {text[:MOST_SAID]}{'…' if len(text) > MOST_SAID else ''}"


def _any(names: set[str], *parts: str) -> bool:
    return any(part in name for name in names for part in parts)


def _class_names(exc: BaseException) -> Iterator[str]:
    """Names of the classes of `exc` and of what caused it, as far as they say something."""
    cause: BaseException | None = exc
    for _ in range(8):  # chains of causes can be circular
        if cause is None:
            return
        for kind in type(cause).__mro__:
            if kind not in (Exception, BaseException, object, OSError, ValueError):
                yield kind.__name__
        cause = cause.__cause__ or cause.__context__
