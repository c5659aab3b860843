"""Reads a model's reply while it is still arriving: each statement as soon as its last brace is there.

Nothing in a reply is trusted: it is parsed, bounded and checked for its form here, against the sources
later.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any, get_args

from qa.answering.engine import Draft, Quote
from qa.errors import ModelOutputError
from qa.types import Modality, Value

MOST_CHARACTERS = 200_000
"""Replies longer than this are given up: far more than an answer needs, and little enough to hold."""

# Unescaped quotation marks cannot stand inside a JSON string, so these find the real keys.
_STATEMENTS = re.compile(r'(?<!\\)"statements"\s*:\s*\[')
_NO_ANSWER = re.compile(r'(?<!\\)"answerable"\s*:\s*false')
_BETWEEN = re.compile(r"[\s,]*")
_THOUGHT = re.compile(r"\s*<think>.*?</think>", re.DOTALL)
_MODALITIES = frozenset(get_args(Modality))
_DECODER = json.JSONDecoder()


class Problem(Value):
    """Why a reply cannot be read, in words a model can act on; `unfinished` if only its end is missing."""

    message: str
    unfinished: bool = False


class ReplyReader:
    """Takes the pieces of one reply and gives its statements, except those whose text is in `already`.

    A reply that begins with "answerable": false gives none, whatever it lists. `text` is all that has come.
    """

    def __init__(self, already: Iterable[str] = ()) -> None:
        self.text = ""
        self._at = -1  # where the next statement may begin; -1 before the list has begun
        self._given = {_key(text) for text in already}
        self.unanswerable = False

    def feed(self, piece: str) -> Iterator[Draft]:
        """The statements that `piece` completes. Raises ModelOutputError for a reply without end."""
        self.text += piece
        if len(self.text) > MOST_CHARACTERS:
            raise ModelOutputError(
                "the model's reply goes on and on", "Ask a narrower question, or set another model."
            )
        if "}" in piece and self._found_list():
            yield from self._completed()

    def end(self) -> Problem | None:
        """What is wrong with the whole reply, None if nothing is."""
        body = self._body()
        start = body.find("{")
        if start < 0:
            return Problem(message="there is no JSON object in it" if body.strip() else "it is empty")
        try:
            reply, _ = _DECODER.raw_decode(body, start)
        except json.JSONDecodeError as exc:
            return Problem(message=f"not valid JSON: {exc.msg}", unfinished=_is_unfinished(exc, body))
        except (ValueError, RecursionError):
            return Problem(message="not valid JSON")
        if not isinstance(reply.get("answerable"), bool):
            return Problem(message='"answerable" is missing, or neither true nor false')
        if not isinstance(reply.get("statements"), list):
            return Problem(message='"statements" is missing or no list')
        self.unanswerable = not reply["answerable"]
        malformed = (form for form in map(_draft, reply["statements"]) if isinstance(form, str))
        return next((Problem(message=message) for message in malformed), None)

    def _body(self) -> str:
        thought = _THOUGHT.match(self.text)
        return self.text[thought.end() :] if thought else self.text

    def _found_list(self) -> bool:
        if self._at < 0:
            thought = _THOUGHT.match(self.text)
            if thought is None and self.text.lstrip().startswith("<think>"):
                return False
            found = _STATEMENTS.search(self.text, thought.end() if thought else 0)
            if found is None:
                return False
            self._at = found.end()
            self.unanswerable = _NO_ANSWER.search(self.text, 0, self._at) is not None
        return True

    def _completed(self) -> Iterator[Draft]:
        while True:
            start = _skip(self.text, self._at)
            if self.text[start : start + 1] != "{":
                return
            try:
                item, self._at = _DECODER.raw_decode(self.text, start)
            except (ValueError, RecursionError):
                return  # its end has not arrived, or never will: `end` says which
            draft = _draft(item)
            if isinstance(draft, str) or self.unanswerable:
                continue  # `end` says what is wrong with it
            if _key(draft.text) not in self._given:
                self._given.add(_key(draft.text))
                yield draft


def is_readable(text: str) -> bool:
    """Whether a whole reply has the form that was asked for."""
    reader = ReplyReader()
    reader.text = text
    return reader.end() is None


def _skip(text: str, at: int) -> int:
    match = _BETWEEN.match(text, at)
    return match.end() if match else at


def _is_unfinished(exc: json.JSONDecodeError, body: str) -> bool:
    return exc.msg.startswith("Unterminated string") or exc.pos >= len(body.rstrip())


def _draft(item: Any) -> Draft | str:
    """The statement that `item` holds, or what is wrong with it. Types are forgiven if the sense is plain."""
    if not isinstance(item, dict) or not isinstance(item.get("text"), str):
        return 'a statement has no "text"'
    citations = item.get("citations")
    if not isinstance(citations, list):
        return 'a statement has no list of "citations"'
    quotes = []
    for citation in citations:
        if not isinstance(citation, dict) or not isinstance(citation.get("quote"), str):
            return 'a citation has no "quote"'
        number = _number(citation.get("passage"))
        if number is None:
            return 'the "passage" of a citation is no number'
        quotes.append(Quote(passage=number, text=_printable(citation["quote"])))
    modality, speaker = item.get("modality"), item.get("attributed_to")
    return Draft(
        text=_printable(item["text"]),
        quotes=tuple(quotes),
        modality=modality if modality in _MODALITIES else None,
        attributed_to=_printable(speaker) if isinstance(speaker, str) else "",
    )


def _number(value: Any) -> int | None:
    """The number of a passage, also where it comes as "1", "[1]" or "passage 1"."""
    if isinstance(value, str) and (found := re.fullmatch(r"\D*(\d{1,6})\D*", value)):
        return int(found[1])
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _printable(text: str) -> str:
    """`text` without half characters (lone surrogates), which JSON can hold and no output can."""
    return text.encode("utf-8", "replace").decode()


def _key(text: str) -> str:
    return " ".join(text.split()).casefold()
