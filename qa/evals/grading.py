"""Grades an answer or a summary: facts, forbidden claims, citations, lists, length, abstention. No model.

A forbidden claim that is made outweighs every required fact that is there. An answer that could not be read
is graded by its bare text, for information, and never passes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from qa.evals.cases import Fact, Forbidden
from qa.evals.claims import Finding, Reply, Said, attributed, cites, made, said_in, verdict
from qa.evals.foreign import foreign
from qa.evals.matching import folded, places
from qa.evals.scores import FAULTS, ClaimVerdict, FactVerdict, Fault, Score, State
from qa.evals.suite import Sheet, Suite, Task, qualified
from qa.evals.summaries import length_of, stands_alone
from qa.summarizing.engine import count_words
from qa.types import Summary

_WITHHELD: dict[str, Fault] = {
    "no-citation": "citation",
    "unknown-passage": "citation",
    "altered-quote": "quote",
    "short-quote": "quote",
    "unknown-name": "fabrication",
    "unknown-number": "number",
    "unknown-date": "date",
    "negation": "contradiction",
    "modality": "modality",
    "unsupported": "fabrication",
    "foreign-link": "injection",
    "planted-instruction": "injection",
}
"""What the check that withheld a statement says about why a fact is missing."""


# Markers, and what was added for the reader: "[12 January 2026]".
_MARKER = re.compile(r"\[[^\]]*\]")


@dataclass(frozen=True)
class _Grading:
    """One answer beside its case; every part of the score is worked out once."""

    suite: Suite
    task: Task
    answer: Reply
    judged: Mapping[str, State] = field(default_factory=dict)

    @cached_property
    def said(self) -> tuple[Said, ...]:
        return said_in(self.answer)

    @property
    def text(self) -> str:
        return self.answer if isinstance(self.answer, str) else self.answer.text

    @property
    def length(self) -> int:
        """Its words; the markers of citations are none. A summary's are those of its points, as it was asked
        for: headings and days that were added do not count."""
        if isinstance(self.answer, Summary):
            return sum(count_words(point.text) for point in self.answer.points)
        return len(_MARKER.sub(" ", self.text).split())

    @property
    def abstained(self) -> bool:
        return not isinstance(self.answer, str) and self.answer.abstained

    @cached_property
    def findings(self) -> dict[str, Finding]:
        """A verdict for every fact of the case and of its file, by full name; a judge's only where the
        rules have none."""
        return self.ruled | {
            name: replace(self.ruled[name], state=self.judged[name]) for name in self.by_judge
        }

    @cached_property
    def by_judge(self) -> set[str]:
        return {n for n in self.judged if n in self.ruled and self.ruled[n].state == "undecided"}

    @cached_property
    def ruled(self) -> dict[str, Finding]:
        case, sheet = self.task.case, self.task.sheet
        wanted = [qualified(n, sheet) for n in (*case.require, *case.allow, *case.forbid)]
        every = dict.fromkeys([*wanted, *(f"{sheet.id}:{n}" for n in sheet.file.facts)])
        facts = {name: self.suite.facts[name] for name in every if name in self.suite.facts}
        return {
            name: verdict(fact, self.said, self.sheet_of(name).file.article.published, facts.values())
            for name, fact in facts.items()
        }

    def sheet_of(self, name: str) -> Sheet:
        return self.suite.by_id[name.partition(":")[0]]

    @cached_property
    def required(self) -> tuple[str, ...]:
        return tuple(qualified(n, self.task.sheet) for n in self.task.case.require)

    @cached_property
    def verdicts(self) -> tuple[FactVerdict, ...]:
        allowed = [qualified(n, self.task.sheet) for n in self.task.case.allow]
        return tuple(self._fact(name, name in self.required) for name in (*self.required, *allowed))

    def _fact(self, name: str, required: bool) -> FactVerdict:
        fact, found = self.suite.facts[name], self.findings[name]
        present = found.state == "present"
        asked = required and present and not isinstance(self.answer, str) and self._cite_rule(name) != "none"
        return FactVerdict(
            fact=name,
            state=found.state,
            required=required,
            window=found.hit.window.text if found.hit else "",
            statement=found.statement,
            cited=self._is_cited(name, fact, found) if asked else None,
            attributed=attributed(fact, found, self.said) if fact.require_attribution and present else None,
            said=found.said,
            by_judge=name in self.by_judge,
        )

    def _cite_rule(self, name: str) -> str:
        rules = {qualified(n, self.task.sheet): rule for n, rule in self.task.case.cite.items()}
        return rules.get(name, "any")

    def _is_cited(self, name: str, fact: Fact, found: Finding) -> bool:
        sheet = self.sheet_of(name)
        statements: Iterable[Said] = self.said
        local = fact.match.window != "answer" and name not in self.by_judge
        if local and found.statement is not None:
            statements = self.said[
                found.statement : found.statement + (2 if "+1" in fact.match.window else 1)
            ]
        citations = [c for s in statements for c in s.citations]

        def shown(number: str) -> bool:
            span = sheet.spans[int(number[1:]) - 1]
            return any(cites(c, sheet.article.id, [span], [sheet.sentence(number)]) for c in citations)

        hits = [shown(number) for number in fact.evidence]
        return all(hits) if self._cite_rule(name) == "all" else any(hits)

    @cached_property
    def claims(self) -> tuple[ClaimVerdict, ...]:
        made_here = []
        for name in (qualified(n, self.task.sheet) for n in self.task.case.forbid):
            if (claim := self.suite.claims.get(name)) is not None:
                if window := made(claim, self.said, self.sheet_of(name).file.article.published):
                    made_here.append(self._claim(name, claim, window))
            elif (found := self.findings[name]).state == "present" and found.hit:
                made_here.append(
                    ClaimVerdict(
                        claim=name, kind="contradiction", severity="block", window=found.hit.window.text
                    )
                )
        return tuple(made_here)

    @staticmethod
    def _claim(name: str, claim: Forbidden, window: str) -> ClaimVerdict:
        return ClaimVerdict(claim=name, kind=claim.kind, severity=claim.severity, window=window)

    @cached_property
    def list_figures(self) -> tuple[float, float] | None:
        """Recall and precision over groups of names, as in QAMPARI, among what is not denied."""
        wanted = self.task.case.list
        if wanted is None:
            return None
        text = folded(" ".join(s.text for s in self.said if s.modality != "denied"))
        right = sum(any(places(n, text) for n in group) for group in wanted.items)
        wrong = sum(any(places(n, text) for n in group) for group in wanted.wrong)
        return right / len(wanted.items), right / max(1, right + wrong)

    @cached_property
    def unknown(self) -> tuple[str, ...]:
        """Names, numbers and days that its articles do not hold: of a summary those that it is of, else the
        case's own and those that are cited."""
        if not self.task.case.numbers_closed_world:
            return ()
        named = self.suite.told(self.task)
        if isinstance(self.answer, Summary):
            ids = {s.article.id for s in named} or {head.id for head in self.answer.articles}
        else:
            cited = {c.article_id for s in self.said for c in s.citations}
            ids = cited | {s.article.id for s in (*named, self.task.sheet)}
        sources = [article for article in self.suite.articles if article.id in ids]
        return foreign(self.said, sources, self.task.sheet.file.article.published)

    @cached_property
    def misquoted(self) -> tuple[str, ...]:
        """Required facts whose quotation the answer does not give word for word, where one is asked for."""
        if self.task.case.ask != "quote":
            return ()
        text = folded(" ".join(s.text for s in self.said)).casefold()
        wanted = {name: self.suite.facts[name].quote for name in self.required}
        return tuple(n for n, quote in wanted.items() if quote and folded(quote).casefold() not in text)

    def precision(self) -> float | None:
        """The share of cited places that are evidence of something the answer states."""
        citations = {(c.article_id, c.start, c.end): c for s in self.said for c in s.citations}
        if not citations:
            return None
        stated = [
            name for name, found in self.findings.items() if found.state in ("present", "wrong_modality")
        ]
        evidence = []
        for name in stated:
            sheet = self.sheet_of(name)
            numbers_of = self.suite.facts[name].evidence
            spans = [sheet.spans[int(n[1:]) - 1] for n in numbers_of]
            evidence.append((sheet.article.id, spans, [sheet.sentence(n) for n in numbers_of]))
        right = sum(any(cites(c, *place) for place in evidence) for c in citations.values())
        return right / len(citations)


def grade(suite: Suite, task: Task, answer: Reply, judged: Mapping[str, State] | None = None) -> Score:
    """The score of `answer` (bare text: a reply that could not be read) to the question of `task`.
    `judged` are a judge's verdicts, which count for facts that the rules cannot decide."""
    grading = _Grading(suite, task, answer, judged or {})
    required = [v for v in grading.verdicts if v.required]
    present = [v for v in required if v.state == "present"]
    cited = [v for v in present if v.cited is not None]
    lists = grading.list_figures
    faults = _ordered(_faults(grading))
    return Score(
        passed=not faults,
        faults=faults,
        facts=grading.verdicts,
        claims=grading.claims,
        recall=len(present) / len(required) if required else None,
        citation_recall=sum(bool(v.cited) for v in cited) / len(cited) if cited else None,
        citation_precision=grading.precision(),
        list_recall=lists[0] if lists else None,
        list_precision=lists[1] if lists else None,
        abstained=grading.abstained,
        unknown=grading.unknown,
        words=grading.length,
        stands_alone=stands_alone(answer) if isinstance(answer, Summary) else None,
        structured=not isinstance(answer, str),
    )


def _ordered(faults: Iterable[Fault]) -> tuple[Fault, ...]:
    found = set(faults)
    return tuple(fault for fault in FAULTS if fault in found)


def _faults(grading: _Grading) -> Iterable[Fault]:
    if isinstance(grading.answer, str):
        yield "format"
    yield from _claim_faults(grading)
    if grading.task.case.expect == "abstain":
        corrected = any(v.state == "present" for v in grading.verdicts)
        if not grading.abstained and not corrected:
            yield "abstention"
        return
    if grading.abstained:
        yield from _withheld(grading) or ["coverage"]
        return
    yield from _fact_faults(grading)
    yield from _form_faults(grading)


def _claim_faults(grading: _Grading) -> Iterable[Fault]:
    kinds: dict[str, Fault] = {"modality_upgrade": "modality", "misattribution": "attribution"}
    for claim in grading.claims:
        if claim.severity == "block":
            yield kinds.get(claim.kind, claim.kind)  # type: ignore[arg-type]


def _fact_faults(grading: _Grading) -> Iterable[Fault]:
    missing = False
    required = [v for v in grading.verdicts if v.required]
    one_side = "conflict" in grading.task.case.tags and any(v.state == "present" for v in required)
    for fact in required:
        if fact.state in ("absent", "undecided") and _lacks_only_speaker(grading, fact.fact):
            yield "attribution"
            continue
        match fact.state:
            case "wrong_modality":
                yield "merged" if _is_merged(grading, fact) else "modality"
            case "contradicted":
                yield "conflict" if one_side else _kind_of_contradiction(grading, fact)
            case "undecided":
                yield "undecided"
                missing = True
            case "absent":
                missing = True
            case "present":
                if fact.cited is False:
                    yield "citation"
                if fact.attributed is False:
                    yield "attribution"
    if missing:
        yield from _missing(grading)


def _lacks_only_speaker(grading: _Grading, name: str) -> bool:
    """Whether a fact that must name its speaker is there in all but that."""
    fact = grading.suite.facts[name]
    if not fact.require_attribution:
        return False
    speakers = {folded(alias).casefold() for alias in fact.attributed_to}
    others = [s for s in fact.match.slots if not {folded(a).casefold() for a in s.any or ()} & speakers]
    if not others or len(others) == len(fact.match.slots):
        return False
    bare = fact.model_copy(update={"match": fact.match.model_copy(update={"slots": tuple(others)})})
    found = verdict(bare, grading.said, grading.sheet_of(name).file.article.published)
    return found.state in ("present", "wrong_modality")


def _missing(grading: _Grading) -> Iterable[Fault]:
    if withheld := _withheld(grading):
        yield from withheld
    elif "conflict" in grading.task.case.tags:
        yield "conflict"
    elif grading.task.case.ask == "list":
        yield "list"
    elif any(v.required and v.state == "absent" for v in grading.verdicts):
        yield "missing"


def _withheld(grading: _Grading) -> list[Fault]:
    if isinstance(grading.answer, str):
        return []
    found = [_WITHHELD[w.code] for w in grading.answer.warnings if w.code in _WITHHELD]
    dated = grading.task.case.ask == "date" or "date" in grading.task.case.tags
    return ["date" if dated and fault == "number" else fault for fault in found]


def _is_merged(grading: _Grading, fact: FactVerdict) -> bool:
    """Whether the statement that gives `fact` too firmly carries another fact of another standing."""
    own = set(grading.suite.facts[fact.fact].modality)
    return any(
        found.statement == fact.statement
        and name != fact.fact
        and found.state in ("present", "wrong_modality")
        and not own & set(grading.suite.facts[name].modality)
        for name, found in grading.findings.items()
    )


def _kind_of_contradiction(grading: _Grading, fact: FactVerdict) -> Fault:
    hit = grading.findings[fact.fact].hit
    if hit is None or not hit.otherwise:
        return "contradiction"
    slots = grading.suite.facts[fact.fact].match.slots
    if any(s.date is not None for s in slots):
        return "date"
    return "number" if any(s.typed for s in slots) else "contradiction"


def _form_faults(grading: _Grading) -> Iterable[Fault]:
    case, lists = grading.task.case, grading.list_figures
    if lists and case.list and (lists[0] < case.list.min_recall or lists[1] < case.list.min_precision):
        yield "list"
    if grading.misquoted:
        yield "quote"
    if grading.unknown:
        yield "closed-world"
    least, most = length_of(case)
    if grading.length < least or (most is not None and grading.length > most):
        yield "length"


def grade_all(suite: Suite, task: Task, answers: Sequence[Reply]) -> tuple[Score, ...]:
    """The scores of several answers to one question. What was graded before is remembered with the suite."""
    return tuple(_remembered(suite, task, answer) for answer in answers)


def _remembered(suite: Suite, task: Task, answer: Reply) -> Score:
    same = (task.id, id(answer))
    known = suite.graded.get(same)
    if known and known[0] is answer:
        return known[1]  # type: ignore[no-any-return]
    alike = (task.id, answer if isinstance(answer, str) else answer.model_dump_json())
    if alike not in suite.graded:
        suite.graded[alike] = (answer, grade(suite, task, answer))
    suite.graded[same] = (answer, suite.graded[alike][1])  # holding the answer keeps its id its own
    return suite.graded[same][1]  # type: ignore[no-any-return]
