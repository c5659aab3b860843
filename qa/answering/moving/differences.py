"""What changed between two versions of an article, or two answers to one question; facts apart from words."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence

from qa.answering.modality import modality
from qa.answering.moving.aligning import align
from qa.answering.moving.changes import (
    AnswerDifference,
    ArticleDifference,
    ConflictChange,
    Edit,
    HeadChange,
    Sentence,
    SentenceChange,
    StatementChange,
)
from qa.answering.moving.edits import edits, kinds
from qa.answering.moving.units import Read, known_names, name_words, quoted_spans
from qa.answering.speakers import attribution
from qa.sentences import sentence_spans
from qa.types import Answer, Article, ArticleHead, Conflict, EventDate, Statement

_BRACKETS = re.compile(r"\s*\[[^\]]*\]")


def article_difference(old: Article, new: Article, versions: Sequence[int] = ()) -> ArticleDifference:
    """What changed from `old` to `new`, two versions of one article; `versions` are all there are of it."""
    ours, theirs = sentence_spans(old.text), sentence_spans(new.text)
    known = known_names([old.text, new.text])
    before, after = _sentences(old, ours, known), _sentences(new, theirs, known)
    found = align(before, after)
    pairs = [
        SentenceChange(
            old=_sentence(old, ours[first[0]][0], ours[first[-1]][1]),
            new=_sentence(new, theirs[last[0]][0], theirs[last[-1]][1]),
            kinds=kinds(changed),
            edits=changed,
        )
        for first, last in found.alike
        for changed in (edits(_one(before, first), _one(after, last)),)
    ]
    head = tuple(_head_changes(old, new))
    told = [change for change in head if change.field != "updated"]
    return ArticleDifference(
        article=new.head,
        old_version=old.version,
        new_version=new.version,
        versions=tuple(versions) or tuple(sorted({old.version, new.version})),
        changed=bool(told or pairs or found.added or found.removed or found.moved),
        head=head,
        facts=tuple(pair for pair in pairs if pair.kinds != ("wording",)),
        added=tuple(_sentence(new, *theirs[n]) for n in found.added),
        removed=tuple(_sentence(old, *ours[n]) for n in found.removed),
        moved=tuple(_sentence(new, *theirs[n]) for _, n in found.moved),
        reworded=tuple(pair for pair in pairs if pair.kinds == ("wording",)),
        kept=len(found.same),
    )


def _sentences(article: Article, spans: Sequence[tuple[int, int]], known: frozenset[str]) -> list[Read]:
    named = name_words(article.text)
    day = _day(article)
    quotes = quoted_spans(article.text)
    found = []
    for start, end in spans:
        inside = tuple(
            (max(a, start) - start, min(b, end) - start) for a, b in quotes if a < end and b > start
        )
        found.append(Read(article.text[start:end], known, named, day, inside))
    return found


def _one(sentences: Sequence[Read], numbers: Sequence[int]) -> Read:
    """These sentences, which follow each other, as one."""
    first = sentences[numbers[0]]
    if len(numbers) == 1:
        return first
    return first.with_text(" ".join(sentences[n].text for n in numbers))


def _sentence(article: Article, start: int, end: int) -> Sentence:
    text = article.text[start:end]
    return Sentence(text=text, start=start, end=end, modality=modality(text), attributed_to=attribution(text))


def _day(head: ArticleHead) -> dt.date | None:
    when = head.published or head.updated
    return when.date() if when else None


def _head_changes(old: ArticleHead, new: ArticleHead) -> Iterator[HeadChange]:
    for field in ("title", "outlet", "authors", "published", "updated"):
        was, now = getattr(old, field), getattr(new, field)
        if was != now:
            yield HeadChange(field=field, old=_written(was), new=_written(now))


def _written(value: object) -> str:
    if isinstance(value, dt.datetime):
        return value.isoformat()
    if isinstance(value, tuple):
        return ", ".join(value)
    return str(value or "")


# ---------------------------------------------------------------- answers


def answer_difference(old: Answer, new: Answer) -> AnswerDifference:
    """What changed from one answer to the next, statement by statement; not which article did it."""
    was, now = old.statements, new.statements
    before, after = _statements(was, now), _statements(now, was)
    found = align(before, after, in_order=False)
    changed: dict[int, StatementChange] = {}
    pairs = [*found.same, *((a, b) for (a,), (b,) in found.alike)]
    for one, other in pairs:
        told = tuple(_told(was[one], now[other], edits(before[one], after[other])))
        if kinds(told) != ("wording",):
            changed[other] = StatementChange(
                kind="changed", old=was[one], new=now[other], kinds=kinds(told), edits=told
            )
    unchanged = sum(other not in changed for _, other in found.same)
    reworded = len(pairs) - unchanged - len(changed)
    for number in found.added:
        changed[number] = StatementChange(kind="added", new=now[number])
    gone = tuple(StatementChange(kind="withdrawn", old=was[number]) for number in found.removed)
    return AnswerDifference(
        changes=(*(changed[number] for number in sorted(changed)), *gone),
        conflicts=tuple(_conflict_changes(old, new)),
        reworded=reworded,
        unchanged=unchanged,
    )


def _conflict_changes(old: Answer, new: Answer) -> Iterator[ConflictChange]:
    """Disagreements are the same where the same values stand against each other."""
    before = {_opposed(conflict) for conflict in old.conflicts}
    after = {_opposed(conflict) for conflict in new.conflicts}
    for conflict in new.conflicts:
        if _opposed(conflict) not in before:
            yield ConflictChange(kind="arisen", conflict=conflict)
    for conflict in old.conflicts:
        if _opposed(conflict) not in after:
            yield ConflictChange(kind="settled", conflict=conflict)


def _opposed(conflict: Conflict) -> tuple[str, str, frozenset[str]]:
    return conflict.kind, conflict.about.lower(), frozenset(side.value.lower() for side in conflict.sides)


def _statements(own: Sequence[Statement], others: Sequence[Statement]) -> list[Read]:
    known = known_names([_bare(statement) for statement in (*own, *others)])
    named = name_words("\n".join(_bare(statement) for statement in own))
    found = []
    for statement in own:
        when = statement.citations[0].published
        text = _bare(statement)
        found.append(Read(text, known, named, when.date() if when else None, tuple(quoted_spans(text))))
    return found


def _bare(statement: Statement) -> str:
    """The statement without what was put in brackets to make it stand alone."""
    return _BRACKETS.sub("", statement.text)


def _told(old: Statement, new: Statement, found: Sequence[Edit]) -> Iterator[Edit]:
    """The edits of the words, and what the statements know beside them: how firmly, and on which days."""
    held = {edit.kind for edit in found}
    if old.modality != new.modality and "modality" not in held:
        yield Edit(kind="modality", was=old.modality, now=new.modality)
    days = {date.words.casefold(): date for date in old.dates}
    for date in new.dates:
        before = days.get(date.words.casefold())
        if before and (before.first, before.last) != (date.first, date.last):  # "Tuesday", a week later
            yield Edit(kind="date", old=_days(before), new=_days(date))
    yield from found


def _days(date: EventDate) -> str:
    span = f"{date.first}" if date.first == date.last else f"{date.first} to {date.last}"
    return f"{date.words} ({span})"
