"""What changed, as values: between two versions of an article, and between two answers to one question."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from qa.types import ArticleHead, Conflict, Modality, Statement, Value

EditKind = Literal["number", "date", "name", "modality", "attribution", "quote", "meaning", "wording"]
"""What differs: a number (with its unit, or "at least" before it), a date, a name, how firmly it is stated,
who says it, words inside quotation marks, other words that change what is said (a clause more or less, "rose"
for "fell"), or none of these: the wording alone."""

Because = Literal["revised", "removed", "displaced"]
"""Why a statement is gone: its article no longer says so, its article left the library, or it still stands
there and is no longer part of the answer."""


class Edit(Value):
    """Words that differ between two sentences, as written there: "" where there are none. `was` and `now` are
    the modalities of a `modality` edit, else None.
    """

    kind: EditKind
    old: str = ""
    new: str = ""
    was: Modality | None = None
    now: Modality | None = None


class Sentence(Value):
    """A sentence of one version of an article, `text` being `article.text[start:end]`, how firmly it states
    what it says, and who says it there ("" = the outlet itself).
    """

    text: str
    start: int = Field(ge=0)
    end: int = Field(ge=0)
    modality: Modality = "confirmed"
    attributed_to: str = ""


class SentenceChange(Value):
    """The same statement in two versions: `edits` in reading order, `kinds` each kind of them once, the
    gravest first.
    """

    old: Sentence
    new: Sentence
    kinds: tuple[EditKind, ...]
    edits: tuple[Edit, ...] = ()


class HeadChange(Value):
    """Something else than the text that changed; "" for what was or is not known. Dates are ISO 8601."""

    field: Literal["title", "outlet", "authors", "published", "updated"]
    old: str
    new: str


class ArticleDifference(Value):
    """What changed between two versions of an article, whose newer head is `article`.

    `facts` are sentences that say the same thing with another fact, `reworded` those with other words alone,
    both in the order of the new text, as are `added` and `moved` (unchanged, but elsewhere); `removed` is in
    the order of the old. `kept` counts the sentences that are in both, word for word. `changed` is False
    where only spacing or the time of the update differs.
    """

    article: ArticleHead
    old_version: int
    new_version: int
    versions: tuple[int, ...]
    changed: bool
    head: tuple[HeadChange, ...] = ()
    facts: tuple[SentenceChange, ...] = ()
    added: tuple[Sentence, ...] = ()
    removed: tuple[Sentence, ...] = ()
    moved: tuple[Sentence, ...] = ()
    reworded: tuple[SentenceChange, ...] = ()
    kept: int = 0


class StatementChange(Value):
    """One thing that changed in an answer: a statement that is new, gone, or says something else.

    `articles` are those that did it: cited by the new statement, or else by the one that is gone, as they are
    in the library now (as they were cited, where they have left it); `revised` are the ids of those that have
    a new version since the last answer. `because` is for a statement that is gone.
    """

    kind: Literal["added", "withdrawn", "changed"]
    old: Statement | None = None
    new: Statement | None = None
    kinds: tuple[EditKind, ...] = ()
    edits: tuple[Edit, ...] = ()
    articles: tuple[ArticleHead, ...] = ()
    revised: tuple[str, ...] = ()
    because: Because | None = None


class ConflictChange(Value):
    """A disagreement of sources that is new in an answer (`arisen`), or no longer there (`settled`)."""

    kind: Literal["arisen", "settled"]
    conflict: Conflict


class AnswerDifference(Value):
    """What changed between two answers to one question: changed and added statements in the order of the new
    answer, then those withdrawn. `conflicts` are the disagreements that arose, then those that are settled.
    `reworded` counts the statements with other words alone, `unchanged` the rest.
    """

    changes: tuple[StatementChange, ...] = ()
    conflicts: tuple[ConflictChange, ...] = ()
    reworded: int = 0
    unchanged: int = 0
