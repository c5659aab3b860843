"""One call to a model, apart from any provider's package: what is asked, and the pieces in which the reply
comes. This is where a call can be recorded and replayed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from qa.types import Value

if TYPE_CHECKING:
    from langchain_core.messages import BaseMessage

# Where providers say why a reply ended, and which model gave it.
_ENDINGS = ("finish_reason", "stop_reason", "done_reason", "status")
_MODELS = ("model_name", "model")
# What they call their length limit and a filter.
CUT = frozenset({"length", "max_tokens", "MAX_TOKENS", "incomplete"})
FILTERED = frozenset({"content_filter", "refusal", "SAFETY"})


class Request(Value):
    """All that shapes a model's reply. `address` is that of a server of the user's own, without credentials.
    No key is ever part of it."""

    model: str
    address: str = ""
    messages: tuple[tuple[str, str], ...]
    temperature: float | None = None
    output: dict[str, Any] | None = None


class Piece(Value):
    """A piece of a reply: its text, and with it or after it why the reply ended and what it cost."""

    text: str = ""
    ended: str = ""
    refused: bool = False
    input_tokens: int = 0
    output_tokens: int = 0
    model: str = ""


Live = Callable[[], Iterator[Piece]]
"""Makes the call."""
Through = Callable[[Request, Live], Iterator[Piece]]
"""What every call goes through: makes it, or replays an earlier one."""


def straight(request: Request, live: Live) -> Iterator[Piece]:
    """Makes the call and nothing else."""
    return live()


def piece_of(chunk: BaseMessage) -> Piece:
    """A message of LangChain's, in our terms. With some providers a reply is the arguments of a tool call."""
    metadata = chunk.response_metadata
    spent = getattr(chunk, "usage_metadata", None) or {}
    calls = getattr(chunk, "tool_call_chunks", None) or ()
    text = "".join([chunk.text, *(call["args"] or "" for call in calls)])
    return Piece(
        text=text.encode("utf-8", "replace").decode(),  # half a character could not be sent back for a repair
        ended=next((str(metadata[name]) for name in _ENDINGS if metadata.get(name)), ""),
        refused=_is_refusal(chunk),
        input_tokens=spent.get("input_tokens", 0),
        output_tokens=spent.get("output_tokens", 0),
        model=next((str(metadata[name]) for name in _MODELS if metadata.get(name)), ""),
    )


def _is_refusal(chunk: BaseMessage) -> bool:
    if chunk.additional_kwargs.get("refusal"):
        return True
    blocks = chunk.content if isinstance(chunk.content, list) else ()
    return any(isinstance(block, dict) and block.get("type") == "refusal" for block in blocks)
