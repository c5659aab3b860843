"""Measures follow-up questions: are they made to stand alone, and are they then answered from the right
article?

    python eval/benchmarks/followups.py [--show] [--split tune] [--no-record]

The conversations in eval/labels/followups.yaml, over the articles of eval/articles and eval/samples, were
written before the rules; rules are worked on with the `tune` half alone. Every conversation runs as in
`qa chat` without a model. Printed for each half, for the follow-ups as typed ("typed"), as the conversation
asks them ("rewritten") and as a reader would ("reader"): the share whose article is the first that the search
finds (article@1) and among the first five (article@5), the share answered with a citation of that article
(cited), and with the words that answer (answered). Then the shares left untouched: of the follow-ups that
stand alone (alone), of those that nobody can tell the meaning of (unclear), and of the questions of
eval/cases, each asked after every first question about another article (strangers; nameless: those of them
that hold no name).
"""

from __future__ import annotations

import argparse
import datetime as dt
import hashlib
import re
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Literal

sys.path.insert(0, str(Path(__file__).parent))

import yaml
from pydantic import TypeAdapter, ValidationError
from results import record
from rows import Row, share

from qa.answering.words import names
from qa.assistant import Assistant
from qa.chat.topics import lowered
from qa.config import Settings
from qa.errors import UsageError
from qa.evals.suite import read_case_file
from qa.library import Library
from qa.sources import Source, discover, read
from qa.types import Answer, Article, Value

EVAL = Path(__file__).resolve().parents[1]
LABELS = EVAL / "labels" / "followups.yaml"
SAME, UNCLEAR = "same", "unclear"
DEPTHS = (1, 5)
COLUMNS = ("article@1", "article@5", "cited", "answered")
Half = Literal["tune", "held"]


class FollowUp(Row):
    """A follow-up as labelled; `in` is called `stems` here."""

    asked: str
    alone: str
    stems: tuple[str, ...]
    says: str

    @property
    def leans(self) -> bool:
        """Whether it needs the conversation, and some article answers it."""
        return self.alone not in (SAME, UNCLEAR) and bool(self.stems)


class Labelled(Row):
    """A conversation as labelled."""

    id: str
    first: str
    then: tuple[FollowUp, ...]

    @property
    def half(self) -> Half:
        """Which half it belongs to, drawn from its id."""
        return "held" if int(hashlib.sha256(self.id.encode()).hexdigest(), 16) % 2 else "tune"


class Way(Value):
    """What became of one wording of a follow-up: which articles the search finds, and the answer."""

    question: str
    found: tuple[str, ...]
    answer: Answer


class Outcome(Value):
    """What became of one follow-up, in each of the three wordings."""

    conversation: str
    asked: str
    label: Any
    typed: Way
    rewritten: Way
    reader: Way
    why: str


def labels(path: Path = LABELS) -> list[Labelled]:
    """All labelled conversations, in order. Raises UsageError for a file that is not as expected."""
    try:
        rows = yaml.safe_load(path.read_text("utf-8"))
        renamed = [{**row, "then": [{**t, "stems": t.pop("in", ())} for t in row["then"]]} for row in rows]
        return TypeAdapter(list[Labelled]).validate_python(renamed)
    except (OSError, yaml.YAMLError, ValidationError, TypeError, KeyError, AttributeError) as exc:
        raise UsageError(f"{path} holds no conversations: {exc}", "See eval/labels/followups.yaml.") from exc


def articles() -> dict[str, Article]:
    """The articles of the suite and the samples by the stem of their file."""
    files = [p for folder in ("articles", "samples") for p in sorted((EVAL / folder).glob("*.txt"))]
    found = {}
    for path in files:
        sources = (s for s in discover([str(path)]) if isinstance(s, Source))
        found[path.stem] = next(a for source in sources for a in read(source) if isinstance(a, Article))
    return found


def run(label: Labelled, assistant: Assistant, by_stem: dict[str, Article]) -> Iterator[Outcome]:
    """What becomes of the follow-ups of one conversation, in order. "Last year" counts from the day that its
    newest article was published.
    """
    days = [by_stem[s].published for t in label.then for s in t.stems]
    today = max((d.date() for d in days if d), default=dt.date(2026, 6, 1))
    stems = {article.id: stem for stem, article in by_stem.items()}
    conversation = assistant.conversation()
    conversation.ask(label.first, today=today)
    for turn in label.then:
        rewriting = conversation.as_asked(turn.asked)
        answer = conversation.ask(turn.asked, today=today)
        reader = turn.asked if turn.alone in (SAME, UNCLEAR) else turn.alone

        def way(question: str, answer: Answer | None = None) -> Way:
            passages = assistant.search(question, k=12)
            found = tuple(dict.fromkeys(stems[p.article.id] for p in passages))
            return Way(question=question, found=found, answer=answer or assistant.ask(question, today=today))

        yield Outcome(
            conversation=label.id,
            asked=turn.asked,
            label=turn,
            typed=way(turn.asked),
            rewritten=way(rewriting.asked, answer),
            reader=way(reader),
            why=rewriting.reason,
        )


def strangers(rows: Sequence[Labelled], assistant: Assistant, by_stem: dict[str, Article]) -> dict[str, Any]:
    """The shares of the suite's questions that are left untouched after a first question about another
    article: of all, and of those that hold no name.
    """
    files = {path.stem: read_case_file(path) for path in sorted((EVAL / "cases").glob("*.yaml"))}
    questions = [(stem, case.question) for stem, file in files.items() for case in file.cases]
    asked = untouched = nameless = nameless_untouched = 0
    for row in rows:
        talk = assistant.conversation()
        talk.ask(row.first, today=dt.date(2026, 6, 1))
        own = {stem for turn in row.then for stem in turn.stems}
        for stem, question in questions:
            if stem in own:
                continue
            rewriting = talk.as_asked(question)
            same, bare = rewriting.asked == rewriting.typed, not names(lowered(question))
            asked, untouched = asked + 1, untouched + same
            nameless, nameless_untouched = nameless + bare, nameless_untouched + (same and bare)
    return {
        "strangers": asked,
        "strangers_untouched": share(untouched, asked),
        "nameless_strangers": nameless,
        "nameless_strangers_untouched": share(nameless_untouched, nameless),
    }


def scores(way: Way, label: FollowUp, by_stem: dict[str, Article]) -> tuple[bool, bool, bool, bool]:
    """Whether the article is found first, among the first five, is cited, and gives the words that answer."""
    ids = {by_stem[stem].id for stem in label.stems}
    cited = any(c.article_id in ids for c in way.answer.citations)
    first, five = (bool(set(way.found[:depth]) & set(label.stems)) for depth in DEPTHS)
    return first, five, cited, cited and bool(re.search(label.says, way.answer.text))


def figures(outcomes: Sequence[Outcome], by_stem: dict[str, Article]) -> dict[str, Any]:
    """The shares of one half."""
    leaning = [o for o in outcomes if o.label.leans]
    kept = {kind: [o for o in outcomes if o.label.alone == kind] for kind in (SAME, UNCLEAR)}
    found: dict[str, Any] = {"leaning": len(leaning), "alone": len(kept[SAME]), "unclear": len(kept[UNCLEAR])}
    for name in ("typed", "rewritten", "reader"):
        rows = [scores(getattr(o, name), o.label, by_stem) for o in leaning]
        found[name] = {c: share(sum(r[i] for r in rows), len(rows)) for i, c in enumerate(COLUMNS)}
    for kind, name in ((SAME, "alone_untouched"), (UNCLEAR, "unclear_untouched")):
        untouched = sum(o.rewritten.question == o.asked for o in kept[kind])
        found[name] = share(untouched, len(kept[kind]))
    return found


def show(outcomes: Sequence[Outcome], by_stem: dict[str, Article]) -> None:
    """Each follow-up with its three wordings, and what the rewritten one did not reach."""
    for o in outcomes:
        marks = scores(o.rewritten, o.label, by_stem) if o.label.leans else ()
        best = scores(o.reader, o.label, by_stem) if o.label.leans else ()
        wrong = " ".join(c for c, ok in zip(COLUMNS, marks, strict=False) if not ok)
        beyond = " ".join(c for c, ok in zip(COLUMNS, best, strict=False) if not ok)
        print(f"{o.conversation}: {o.asked!r}\n    -> {o.rewritten.question!r}  {o.why}")
        print(f"    reader {o.label.alone!r}" + (f"  (misses {beyond})" if beyond else ""))
        if wrong:
            print(f"    MISSES {wrong}: {o.rewritten.answer.text[:160]!r}")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--show", action="store_true", help="print each follow-up of the half")
    parser.add_argument("--split", choices=("tune", "held"), default=None)
    parser.add_argument("--no-record", action="store_true", help="print only")
    options = parser.parse_args()
    by_stem = articles()
    measured: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as folder, Library(Path(folder) / "library") as library:
        library.add(by_stem.values())
        settings = Settings(library=Path(folder) / "library", model=None)
        assistant = Assistant(settings, library=library)
        for half in (options.split,) if options.split else ("tune", "held"):
            rows = [row for row in labels() if row.half == half]
            outcomes = [o for row in rows for o in run(row, assistant, by_stem)]
            measured[half] = figures(outcomes, by_stem) | strangers(rows, assistant, by_stem)
            if options.show:
                show(outcomes, by_stem)
    record("followups", measured, save=not (options.no_record or options.split))


if __name__ == "__main__":
    main()
