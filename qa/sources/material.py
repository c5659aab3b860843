"""What is offered for ingest, what flags say about it, what a format's reader finds in it, and why
something was left out.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol

from pydantic import AwareDatetime

from qa.types import Value

SourceKind = Literal["file", "url", "stdin"]


class Source(Value):
    """One thing to read: a file's path, an http(s) address, or standard input (whose name is "stdin")."""

    kind: SourceKind
    name: str


class Skipped(Value):
    """Something that did not become an article: where it is, why, and what to do next ("" where there is
    nothing to do).

    `source` is a path, a URL or "stdin", followed by ":line" or "#entry" (both from 1) where one source
    holds many articles.
    """

    source: str
    reason: str
    hint: str = ""


class Stripped(Value):
    """What was taken off an article because its readers do not see it: the words that its page hides, and
    the control, zero-width, bidi and tag characters in its text.
    """

    hidden_words: int = 0
    characters: int = 0


class Given(Value):
    """What the user says about the articles; it takes precedence over what is found in them.

    None means: not said.
    """

    title: str | None = None
    outlet: str | None = None
    authors: tuple[str, ...] | None = None
    url: str | None = None
    published: AwareDatetime | None = None
    updated: AwareDatetime | None = None
    language: str | None = None


class Fetched(Value):
    """What an address answered: the last address after redirects, the media type without parameters, the
    decoded body.
    """

    url: str
    content_type: str
    body: bytes
    charset: str = ""


class Fetch(Protocol):
    """Anything that fetches one address. Raises FetchError."""

    def __call__(self, url: str) -> Fetched: ...


@dataclass(slots=True)
class Found:
    """What a reader of one format finds: raw strings, not yet cleaned; "" and None where there is nothing.

    `where` tells articles of one source apart (":12", "#3", or ""); `hidden_words` counts the words that a
    page hides from its readers, `characters` what can hide or reorder words; neither is part of `text`.
    """

    text: str
    title: str = ""
    outlet: str = ""
    authors: list[str] = field(default_factory=list)
    url: str = ""
    published: datetime | None = None
    updated: datetime | None = None
    language: str = ""
    where: str = ""
    hidden_words: int = 0
    characters: int = 0
