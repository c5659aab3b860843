"""Asks the questions of newsroom.yaml over the sample articles and says which answers are right, and what
is wrong with the rest.

As a command it prints the figures and, with --show, every wrong answer:

python tests/answering/newsroom.py tune --show
"""

from __future__ import annotations

import argparse
import datetime as dt
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from qa import Assistant, Library, Settings
from qa.answering.extractive import ExtractiveEngine
from qa.resources import sample_articles
from qa.sources import Source, discover, read
from qa.types import Answer, Article

HERE = Path(__file__).parent
SETS: dict[str, tuple[Path, ...]] = {
    "tune": (HERE / "newsroom.yaml", sample_articles()),
    "held": (HERE / "newsroom.yaml", sample_articles()),
    "more": (HERE / "more.yaml", sample_articles()),
    "reworded": (HERE / "reworded.yaml", sample_articles()),
    "open": (HERE / "fresh" / "questions.yaml", HERE / "fresh" / "articles"),
    "sealed": (HERE / "fresh" / "questions.yaml", HERE / "fresh" / "articles"),
    "reworded_tune": (
        HERE / "reworded_tune.yaml",
        HERE / "fresh" / "articles",
        HERE.parents[1] / "eval" / "articles",
    ),
}
"""Each set's questions and the folders of its articles."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """One question's answer and what is wrong with it; `faults` is empty when it is right."""

    case: dict[str, Any]
    answer: Answer
    faults: tuple[str, ...]

    @property
    def right(self) -> bool:
        """Whether nothing is wrong with the answer."""
        return not self.faults


def questions(name: str) -> list[dict[str, Any]]:
    """The cases of a set, in the order of the file."""
    return list(yaml.safe_load(SETS[name][0].read_text())[name])


def library_of(name: str, where: Path) -> Library:
    """A library of all the articles of a set, made in the folder `where`."""
    library = Library(where)
    sources = [
        source
        for source in discover([str(folder) for folder in SETS[name][1:]])
        if isinstance(source, Source)
    ]
    library.add([item for source in sources for item in read(source) if isinstance(item, Article)])
    return library


def ask_all(library: Library, cases: Sequence[dict[str, Any]]) -> list[Verdict]:
    """A verdict for each case, in order, by the extractive engine."""
    assistant = Assistant(Settings(), library=library, engine=ExtractiveEngine())
    files = _files(library)
    verdicts = []
    for case in cases:
        today = case.get("as_of") or _day_of(case, library, files)
        answer = assistant.ask(case["question"], as_of=case.get("as_of"), today=today)
        verdicts.append(Verdict(case, answer, tuple(faults(case, answer, files))))
    return verdicts


def _day_of(case: dict[str, Any], library: Library, files: dict[str, str]) -> dt.date:
    """The day on which a question is asked: when the last of its articles came out, else the last of all."""
    dated = [(files[head.id], head.published.date()) for head in library.heads() if head.published]
    own = [day for name, day in dated if name in case.get("article", ())]
    return max(own or [day for _, day in dated])


def _files(library: Library) -> dict[str, str]:
    titles = {}
    for folder in dict.fromkeys(folder for _, *folders in SETS.values() for folder in folders):
        for path in sorted(folder.glob("*.txt")):
            titles[path.read_text().partition("Title: ")[2].partition("\n")[0]] = path.stem
    return {head.id: titles[head.title] for head in library.heads()}


def faults(case: dict[str, Any], answer: Answer, files: dict[str, str]) -> list[str]:
    """What is wrong with `answer`, in words; `files` maps article ids to the names of the sample files."""
    text = answer.text.casefold()
    if case.get("abstain"):
        allowed = any(a.casefold() in text for a in case.get("allow", ()))
        return [] if answer.abstained or allowed else ["answers what no article answers"]
    if answer.abstained:
        return [f"abstains: {answer.reason}"]
    found = [
        f"lacks {_one_of(r)}"
        for r in case.get("require", ())
        if not any(o.casefold() in text for o in _options(r))
    ]
    found += [f"holds {f}" for f in case.get("forbid", ()) if f.casefold() in text]
    firm = "\n".join(s.text for s in answer.statements if s.modality == "confirmed").casefold()
    found += [f"gives as confirmed: {f}" for f in case.get("forbid_confirmed", ()) if f.casefold() in firm]
    cited = {files[c.article_id] for c in answer.citations}
    if not cited & set(case["article"]):
        found.append(f"cites {', '.join(sorted(cited))} only")
    return found + _modality_faults(case, answer)


def _modality_faults(case: dict[str, Any], answer: Answer) -> list[str]:
    found = []
    for name, wanted in case.get("modality", {}).items():
        given = {s.modality for s in answer.statements if name.casefold() in s.text.casefold()}
        if given and wanted not in given:
            found.append(f"gives {name} as {'/'.join(sorted(given))}, not {wanted}")
    return found


def _options(entry: str | int | list[str]) -> list[str]:
    return [str(e) for e in entry] if isinstance(entry, list) else [str(entry)]


def _one_of(entry: str | int | list[str]) -> str:
    return " or ".join(_options(entry))


def report(verdicts: Sequence[Verdict]) -> str:
    """Right answers by kind of question, and the kinds of fault, as lines of text."""
    kinds = Counter(v.case["kind"] for v in verdicts)
    right = Counter(v.case["kind"] for v in verdicts if v.right)
    rows = [f"{kind:13} {right[kind]:3} of {kinds[kind]:3}" for kind in kinds]
    answerable = [v for v in verdicts if not v.case.get("abstain")]
    held = sum(v.answer.abstained for v in answerable)
    invented = sum(not v.right for v in verdicts if v.case.get("abstain"))
    long = sum(len(v.answer.statements) for v in answerable) / max(1, len(answerable) - held)
    rows.append(f"right {sum(v.right for v in verdicts)} of {len(verdicts)}")
    rows.append(f"abstained though an article answers: {held} of {len(answerable)}")
    rows.append(f"answered though no article does: {invented} of {len(verdicts) - len(answerable)}")
    rows.append(f"statements per answer: {long:.2f}")
    return "\n".join(rows)


def main() -> None:
    """Prints the figures of one set."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("set", choices=tuple(SETS))
    options.add_argument("--show", action="store_true", help="print every wrong answer")
    options.add_argument("--all", action="store_true", help="print every answer")
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as where, library_of(chosen.set, Path(where)) as library:
        verdicts = ask_all(library, questions(chosen.set))
        for verdict in verdicts:
            if chosen.all or (chosen.show and not verdict.right):
                case = verdict.case
                sys.stdout.write(
                    f"## {case['id']} [{case['kind']}] {case['question']}\n   {'; '.join(verdict.faults)}\n"
                )
                for statement in verdict.answer.statements:
                    sys.stdout.write(f"     - {statement.modality}: {statement.text}\n")
                if verdict.answer.abstained:
                    sys.stdout.write(f"     {verdict.answer.text}\n")
    sys.stdout.write(report(verdicts) + "\n")


if __name__ == "__main__":
    main()
