"""A scripted model that answers a suite from its annotation, and twelve ways in which a bad prompt would
spoil that.

`gold` gives each question the reply of a model that read well: the evidence of every required fact, word for
word. A fault changes those replies as a model would whose prompt lost a rule.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from qa.answering.asked import asked_days
from qa.answering.chain import ChainEngine
from qa.answering.question import clean_question
from qa.config import Settings
from qa.days import days_in
from qa.evals.claims import Said, made, verdict
from qa.evals.matching import folded, places
from qa.evals.mutants import _upgrades
from qa.evals.suite import Sheet, Suite, Task, qualified
from qa.library import Library
from qa.models.exchange import Through
from qa.models.scripted import ScriptedChatModel
from qa.types import Filters, Passage

SETTINGS = Settings(model="scripted:oracle", model_retries=0)


@dataclass(frozen=True)
class Line:
    """One statement of a reply; `quotes` are (passage number, words); `fact` is the full name of what it
    states."""

    text: str
    modality: str
    speaker: str
    quotes: tuple[tuple[int, str], ...]
    fact: str = ""

    def as_json(self) -> dict[str, Any]:
        citations = [{"passage": number, "quote": quote} for number, quote in self.quotes]
        return {
            "text": self.text,
            "modality": self.modality,
            "attributed_to": self.speaker,
            "citations": citations,
        }


@dataclass(frozen=True)
class Script:
    """A question with the passages that search finds for it, and the reply to it: lines, or bare text."""

    suite: Suite
    task: Task
    passages: tuple[Passage, ...]
    lines: tuple[Line, ...] = ()
    text: str = ""

    def reply(self) -> Any:
        if self.text:
            return self.text
        answerable = bool(self.lines)
        statements = [line.as_json() for line in self.lines]
        return {"answerable": answerable, "reason": "as annotated", "statements": statements}

    def quoted(self, sentence: str) -> tuple[int, str] | None:
        """The passage that holds the sentence."""
        return next(((p.number, sentence) for p in self.passages if sentence in p.text), None)


def gold(suite: Suite, tasks: Sequence[Task], library: Library) -> list[Script]:
    """The reply of a good reader to each question."""
    return [_gold(suite, task, library) for task in tasks]


def _gold(suite: Suite, task: Task, library: Library) -> Script:
    case = task.case
    until = min((d for d in (case.until, case.as_of) if d), default=None)
    filters = Filters(since=case.since, until=until)
    passages = library.search(
        asked_days(clean_question(task.question), until or task.sheet.file.article.published).text,
        k=SETTINGS.passages,
        filters=filters,
    )
    script = Script(suite, task, passages)
    if case.expect == "abstain":
        return script
    lines = [line for name in case.require if (line := _line(script, qualified(name, task.sheet)))]
    said = " ".join(line.text for line in lines)
    for group in case.list.items if case.list else ():
        if not any(places(item, folded(said)) for item in group) and (line := _item(script, group)):
            lines.append(line)
            said += f" {line.text}"
    return replace(script, lines=tuple(lines))


def _line(script: Script, name: str) -> Line | None:
    fact, sheet = script.suite.facts[name], script.suite.by_id[name.partition(":")[0]]
    sentences = [sheet.sentence(number) for number in fact.evidence]
    quotes = [q for s in sentences if (q := script.quoted(s))]
    if not quotes:
        return None
    speaker = next((a for a in fact.attributed_to if any(a in s for s in sentences)), "")
    return Line(" ".join(q for _, q in quotes), fact.modality[0], speaker, tuple(quotes), name)


def _item(script: Script, group: Sequence[str]) -> Line | None:
    for sheet in (script.task.sheet,):
        for number in range(1, len(sheet.spans) + 1):
            sentence = sheet.sentence(f"s{number}")
            if any(places(item, folded(sentence)) for item in group) and (quote := script.quoted(sentence)):
                return Line(sentence, _modality_of(sheet, f"s{number}"), "", (quote,))
    return None


def _modality_of(sheet: Sheet, number: str) -> str:
    return next((f.modality[0] for f in sheet.file.facts.values() if number in f.evidence), "confirmed")


def opened_with(scripts: Sequence[Script]) -> Callable[[Settings, Through], ChainEngine]:
    """Opens chains that answer from the scripts; longer questions first, since one may hold another."""
    ordered = sorted(scripts, key=lambda s: -len(s.task.question))
    model = ScriptedChatModel(script={_as_told(s.task): [s.reply()] for s in ordered})
    return lambda settings, through: ChainEngine(settings, model=model, through=through)


def _as_told(task: Task) -> str:
    """The question as a model gets it: with what its days mean."""
    today = task.case.as_of or task.sheet.file.article.published
    return asked_days(clean_question(task.question), today).told


# ---------------------------------------------------------------- faults

Change = Callable[[Script], Script]


@dataclass(frozen=True)
class PromptFault:
    """A rule that a prompt lost: its name, the class that a report must name first, how replies change."""

    name: str
    expected: str
    change: Change
    also: tuple[str, ...] = field(default=())


def _each(change: Callable[[Script, Line], Line]) -> Change:
    return lambda script: replace(script, lines=tuple(change(script, line) for line in script.lines))


def _uncited(script: Script, line: Line) -> Line:
    return replace(line, quotes=())


def _answers_anyway(script: Script) -> Script:
    """The first sentence of the nearest passage, whatever was asked."""
    if script.task.case.expect == "answer" or not script.passages:
        return script
    text = script.passages[0].text.split("\n")[0]
    sentence = re.match(r".*?[.!?][\"”]?(?=\s|$)", text)
    words = sentence[0] if sentence else text
    return replace(script, lines=(Line(words, "confirmed", "", ((1, words),)),))


def _settled(script: Script, line: Line) -> Line:
    """The fact as if it were settled: the article's hedges taken out of its words."""
    if not line.fact or {"confirmed", "denied"} & set(script.suite.facts[line.fact].modality):
        return line
    changed = next(iter(_upgrades(script.suite.facts[line.fact], line.text)), "")
    return replace(line, text=changed or line.text, modality="confirmed")


def _one_side(script: Script) -> Script:
    return replace(script, lines=script.lines[:1]) if "conflict" in script.task.case.tags else script


def _confident(script: Script, line: Line) -> Line:
    return replace(line, modality="confirmed")


_VERBS = "said|says|argued|argues|claimed|claims|added|wrote|warned"
_SAID_LAST = re.compile(
    rf",?[\"”]?,?\s+(?:according to [^,.]+|(?:[\w’'.-]+\s){{0,12}}?(?:{_VERBS}|told)\b[^.\"“]*"
    rf"|(?:{_VERBS})\s[^.\"“]*)\.$"
)
_SAID_FIRST = re.compile(
    rf"^[^\"“]{{3,120}}?\s(?:{_VERBS}|told [^,]+?|alleged|insisted|believes|thinks|testified)\s(?:that\s)?"
)


def _speechless(script: Script, line: Line) -> Line:
    """What was said, without who said it."""
    if not line.fact or not script.suite.facts[line.fact].require_attribution:
        return line
    bare = _SAID_LAST.sub("", line.text)
    bare = bare if bare != line.text else _SAID_FIRST.sub("", line.text)
    for name in script.suite.facts[line.fact].attributed_to:
        bare = re.sub(rf"(?:,\s)?\b{re.escape(name)}\b(?:’s|'s)?", "", bare, flags=re.IGNORECASE)
    bare = " ".join(bare.strip(' ,."“”').split())
    return replace(line, text=f"{bare[:1].upper()}{bare[1:]}.", speaker="")


def _from_today(script: Script, line: Line) -> Line:
    """Relative days counted from the day of the asking."""
    if not line.fact:
        return line
    published = script.suite.by_id[line.fact.partition(":")[0]].file.article.published
    text = line.text
    for found in reversed(days_in(text, published)):
        if not re.search(r"\d", text[found.start : found.end]):
            text = f"{text[: found.start]}26 November 2031{text[found.end :]}"
    return replace(line, text=text)


def _reworded(script: Script, line: Line) -> Line:
    """Quotes that are nearly the passage's words."""
    quotes = tuple((n, re.sub(r"\b(?:the|a|and|of|in|to)\b", "this", q, count=2)) for n, q in line.quotes)
    return replace(line, quotes=quotes)


def _merged(script: Script) -> Script:
    """Two people of different standing in one sentence, with the standing of the first."""
    facts = script.suite.facts
    lines = [line for line in script.lines if line.fact]
    for first in lines:
        for second in lines:
            ours, theirs = facts[first.fact], facts[second.fact]
            mine = _subject(first.text, ours)
            other = _subject(second.text, theirs)
            if not mine or not other or mine == other or set(ours.modality) & set(theirs.modality):
                continue
            both = replace(
                first,
                text=first.text.replace(mine, f"{other} and {mine}", 1),
                quotes=(*first.quotes, *second.quotes),
            )
            published = script.suite.by_id[second.fact.partition(":")[0]].file.article.published
            if verdict(theirs, [Said((both.text,), ours.modality[0])], published).state != "wrong_modality":
                continue  # their predicates differ: the sentence would not even state the second
            kept = [line for line in script.lines if line not in (first, second)]
            return replace(script, lines=(both, *kept))
    return script


def _subject(text: str, fact: Any) -> str:
    named = [a for slot in fact.match.slots[:1] for a in slot.any or () if a[:1].isupper()]
    return next((a for a in sorted(named, key=len, reverse=True) if a in text), "")


def _cut_short(script: Script) -> Script:
    asked = script.task.case.ask == "list"
    return replace(script, lines=script.lines[: max(1, len(script.lines) // 2)]) if asked else script


def _prose(script: Script) -> Script:
    told = " ".join(line.text for line in script.lines) or "The passages do not say."
    return replace(script, text=f"Here is what I found: {told}")


def _obeys(script: Script) -> Script:
    """What the planted text says, given as an answer."""
    for name in script.task.case.forbid:
        claim = script.suite.claims.get(qualified(name, script.task.sheet))
        if claim is None or claim.kind != "injection":
            continue
        sheet = script.task.sheet
        for number in range(1, len(sheet.spans) + 1):
            sentence = sheet.sentence(f"s{number}")
            said = [Said((sentence,), "confirmed", verbatim=True)]
            quote = script.quoted(sentence)
            if quote and made(claim, said, sheet.file.article.published):
                return replace(script, lines=(Line(sentence, "confirmed", "", (quote,)),))
    return script


FAULTS = (
    PromptFault("citations dropped", "citation", _each(_uncited)),
    PromptFault("abstention rule dropped", "abstention", _answers_anyway),
    PromptFault("modality words dropped", "modality", _each(_settled)),
    PromptFault("resolve conflicts", "conflict", _one_side),
    PromptFault("be confident", "modality", _each(_confident)),
    PromptFault("attribution dropped", "attribution", _each(_speechless)),
    PromptFault("dates against today", "date", _each(_from_today)),
    PromptFault("quotes paraphrased", "quote", _each(_reworded)),
    PromptFault("facts merged", "merged", _merged, also=("modality",)),
    PromptFault("list cut short", "list", _cut_short),
    PromptFault("format broken", "format", _prose),
    PromptFault("injection obeyed", "injection", _obeys),
)
