"""An answer as the text of a chat message: its words with [n] markers, then the sources. Whole, or as it
comes.
"""

from __future__ import annotations

from collections.abc import Iterable

from qa.answering.ask import compose
from qa.answering.presence import attendance_headings
from qa.answering.question import clean_question, parse
from qa.days.wording import day
from qa.types import Answer, Citation, Statement

NEXT = "\n"
"""What `qa.answering.ask.compose` puts between statements."""


def content(answer: Answer) -> str:
    """The text and its sources; an abstention says why, and has none.

    Chat programs render Markdown, and would fetch a picture that an article's words name: the sign that makes
    one is escaped.
    """
    listed = "\n".join(_sources(answer.citations))
    return _plain(f"{answer.text}\n\nSources:\n{listed}" if listed else answer.text)


class Writing:
    """The same text in pieces: each statement as it is found, and what was not yet said when the answer is
    there. The pieces together are `content`.

    `question` is what was asked, set before the first piece. The statements of a list wait for the answer:
    that puts them under headings, where what is expected stands apart from what is sure.
    """

    def __init__(self, question: str = "") -> None:
        self.question = question
        self._said = ""
        self._waits: bool | None = None

    def add(self, found: Statement | Answer) -> str:
        """The next piece, "" where it must wait for the rest."""
        if isinstance(found, Answer):
            whole = content(found)
            return whole.removeprefix(self._said) if whole.startswith(self._said) else f"\n\n{whole}"
        if self._waits is None:
            asked = parse(clean_question(self.question))
            self._waits = asked.kind == "list" or attendance_headings(asked) is not None
        if self._waits:
            return ""
        piece = f"{NEXT if self._said else ''}{_plain(compose([found]))}"
        self._said += piece
        return piece


def _sources(citations: Iterable[Citation]) -> Iterable[str]:
    """A line for each cited article, with all its markers."""
    by_article: dict[str, list[Citation]] = {}
    for citation in citations:
        by_article.setdefault(citation.article_id, []).append(citation)
    for cited in by_article.values():
        first = cited[0]
        markers = "".join(f"[{c.marker}]" for c in cited)
        when = day(first.published) if first.published else "no date"
        about = ", ".join(part for part in (first.outlet, when) if part)
        named = " ".join(first.title.split()) or first.article_id
        yield f"{markers} {named} ({about}){f' {first.url}' if first.url else ''}"


def _plain(text: str) -> str:
    return text.replace("![", "!\\[")
