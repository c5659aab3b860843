"""A small suite for the tests of the grader: a newspaper's report of a bank sale with a fact of every
standing, and an agency's shorter one, which copies a sentence and gives another figure."""

from __future__ import annotations

import copy
import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

from qa.evals.suite import Suite, load_suite
from qa.types import Answer, Citation, Modality, Notice, Statement

BANK_TEXT = """Title: Orrin Bank close to buying Tessmark
Outlet: The Tarnholm Courier
Author: Ottoline Vex
Published: 2026-03-12T08:30:00+01:00
URL: https://tarnholm-courier.example/business/orrin-tessmark

TARNHOLM — Orrin Bank is expected to buy the lender Tessmark for 3.2 billion Danish kroner, two people close to the talks said on Thursday.

The sale would go through only if the competition authority approves it, Orrin's chairman, Isak Thorne, said. Tessmark's shareholders will vote on the offer on 9 April.

About 3,200 people work at Tessmark. Eighty-four of them were told on Monday that their jobs would go.

Orrin's share of the mortgage market rose to 12 percent last year, from 9 percent. The central bank cut its main rate by 0.25 percentage points in February.

The bank's chief executive, Maud Ellingsrud, denied that she would resign. No branch will close, the bank said.

Prosecutors allege that Colm Weatherby, a former trader, hid losses of $40 million. His lawyer did not answer questions.

Perla Quist, who leads the staff union, called the price "a gift to the owners". "Nobody asked the people behind the counter," Quist said.

Tessmark has offices in Tarnholm, Velsby and Old Quay. An office in Harnmouth closed in 2019.
"""  # noqa: E501

WIRE_TEXT = """Title: Tessmark tells staff of cuts
Outlet: Skagen Wire
Published: 2026-03-13T07:00:00+01:00
URL: https://skagen-wire.example/tessmark-cuts

VELSBY — The lender Tessmark will cut 90 jobs next month, the staff union said on Friday.

About 3,200 people work at Tessmark. The bank has not yet confirmed where it will save.
"""

BANK: dict[str, Any] = {
    "facts": {
        "deal": {
            "text": "Orrin Bank is expected to buy Tessmark for 3.2 billion Danish kroner",
            "modality": "expected",
            "evidence": ["s1"],
            "match": {
                "slots": [
                    {"any": ["Orrin"]},
                    {"any": ["buy", "acquire", "purchase", "takeover"]},
                    {"any": ["Tessmark"]},
                    {"money": {"value": 3.2e9, "currency": "DKK", "rel_tol": 0.02}},
                ]
            },
            "accept": ["Orrin is likely to acquire Tessmark for 3.2bn kroner."],
            "reject": [
                "Orrin bought Tessmark for 3.2bn kroner.",
                "Orrin is likely to acquire Tessmark for 2.3bn kroner.",
            ],
        },
        "approval": {
            "text": "The sale goes through only if the competition authority approves it",
            "modality": "conditional",
            "attributed_to": ["Thorne", "chairman"],
            "evidence": ["s2"],
            "match": {
                "slots": [
                    {"any": ["sale", "purchase", "takeover", "deal"]},
                    {"any": ["competition authority", "regulator"]},
                    {"any": ["approve", "approval", "agree", "consent"]},
                ]
            },
            "accept": ["The deal depends on the approval of the competition authority."],
            "reject": ["The competition authority has approved the deal."],
        },
        "vote": {
            "text": "The shareholders vote on 9 April 2026",
            "modality": ["expected", "confirmed"],
            "evidence": ["s3"],
            "match": {
                "slots": [
                    {"any": ["shareholder"]},
                    {"any": ["vote", "decide"]},
                    {"date": "2026-04-09"},
                ]
            },
            "accept": ["Shareholders are to vote on 9 April."],
            "reject": ["Shareholders are to vote on 9 May."],
        },
        "staff": {
            "text": "About 3,200 people work at Tessmark",
            "modality": "confirmed",
            "evidence": ["s4"],
            "match": {
                "slots": [
                    {"any": ["Tessmark"]},
                    {"number": {"value": 3200, "unit": ["people", "staff", "employee"]}},
                ]
            },
            "accept": ["Tessmark has about 3,200 employees."],
            "reject": ["Tessmark has about 2,300 employees."],
        },
        "jobs": {
            "text": "84 people were told that their jobs would go",
            "modality": ["confirmed", "expected"],
            "evidence": ["s4", "s5"],
            "match": {"slots": [{"any": ["job", "redundant"]}, {"number": 84}], "window": "sentence+1"},
            "accept": ["Eighty-four people were told that they would lose their jobs."],
            "reject": ["Forty-eight people were told that they would lose their jobs."],
        },
        "share": {
            "text": "Orrin's share of the mortgage market rose to 12 percent",
            "modality": "confirmed",
            "evidence": ["s6"],
            "match": {"slots": [{"any": ["mortgage"]}, {"percent": 12}, {"direction": "up"}]},
            "accept": ["Orrin's mortgage share grew to 12%."],
            "reject": ["Orrin's mortgage share fell to 12%.", "Orrin's mortgage share grew by 12 points."],
        },
        "rate": {
            "text": "The central bank cut its main rate by 0.25 percentage points",
            "modality": "confirmed",
            "evidence": ["s7"],
            "match": {
                "slots": [
                    {"any": ["central bank"]},
                    {"percent": {"value": 0.25, "points": True}},
                    {"direction": "down"},
                ]
            },
            "accept": ["The central bank lowered its rate by 25 basis points."],
            "reject": ["The central bank raised its rate by 25 basis points."],
        },
        "resign": {
            "text": "Maud Ellingsrud denied that she would resign",
            "modality": "denied",
            "attributed_to": ["Ellingsrud", "chief executive"],
            "evidence": ["s8"],
            "match": {
                "slots": [
                    {"any": ["Ellingsrud", "chief executive"]},
                    {"any": ["resign", "step down", "quit", "leave"]},
                ]
            },
            "accept": ["Ellingsrud denied that she would resign.", "Ellingsrud will not resign."],
            "reject": ["Ellingsrud will resign."],
        },
        "branches": {
            "text": "No branch will close",
            "modality": ["confirmed", "denied"],
            "evidence": ["s9"],
            "match": {"slots": [{"any": ["branch"]}, {"any": ["close", "shut"]}]},
            "accept": ["No branch will close, the bank said.", "The bank will not close any branches."],
            "reject": ["Several branches will close."],
        },
        "losses": {
            "text": "Colm Weatherby is alleged to have hidden losses of $40 million",
            "modality": "alleged",
            "attributed_to": ["prosecutor", "prosecution"],
            "require_attribution": True,
            "evidence": ["s10"],
            "match": {
                "slots": [
                    {"any": ["Weatherby"]},
                    {"any": ["hid", "hide", "hidden", "conceal"]},
                    {"money": {"value": 40e6, "currency": "USD"}},
                ]
            },
            "accept": ["Prosecutors allege that Weatherby hid losses of $40m."],
            "reject": [
                "Weatherby hid losses of $40m.",
                "Prosecutors allege that Weatherby hid losses of $4m.",
            ],
        },
        "gift": {
            "text": "Perla Quist called the price a gift to the owners",
            "modality": "opinion",
            "attributed_to": ["Quist", "union"],
            "require_attribution": True,
            "evidence": ["s12"],
            "quote": "a gift to the owners",
            "match": {"slots": [{"any": ["price", "sum", "offer"]}, {"any": ["gift", "present"]}]},
            "accept": ['Perla Quist, a union leader, called the price "a gift to the owners".'],
            "reject": ["The price is fair, Quist said."],
        },
        "counter": {
            "text": "Quist said that nobody asked the people behind the counter",
            "modality": ["opinion", "alleged", "denied"],
            "attributed_to": ["Quist"],
            "require_attribution": True,
            "evidence": ["s13"],
            "match": {"slots": [{"any": ["Quist"]}, {"any": ["counter"]}, {"any": ["asked", "consulted"]}]},
            "accept": ["Nobody asked the people behind the counter, Quist said."],
            "reject": ["Thorne said that nobody asked the people behind the counter."],
        },
    },
    "forbidden": {
        "closed": {
            "text": "The sale has happened",
            "kind": "modality_upgrade",
            "of": "deal",
            "match": {"slots": [{"any": ["Orrin"]}, {"any": ["bought", "has acquired", "will buy"]}]},
            "accept": ["Orrin has bought Tessmark."],
            "reject": ["Orrin is expected to buy Tessmark."],
        },
        "resigned": {
            "text": "Ellingsrud goes",
            "kind": "contradiction",
            "of": "resign",
            "match": {"slots": [{"any": ["Ellingsrud"]}, {"any": ["resign", "resigned", "quit"]}]},
            "accept": ["Ellingsrud will resign."],
            "reject": ["Ellingsrud denied that she would resign."],
        },
        "bonus": {
            "text": "Staff get a bonus",
            "kind": "fabrication",
            "match": {"slots": [{"any": ["bonus"]}]},
            "accept": ["Staff will get a bonus."],
        },
        "old-share": {
            "text": "The share of the market is 9 percent",
            "kind": "stale",
            "of": "share",
            "match": {"slots": [{"any": ["mortgage"]}, {"percent": 9}, {"none": ["re:12 ?(?:%|per ?cent)"]}]},
            "accept": ["Orrin has 9 percent of the mortgage market."],
        },
        "thorne-gift": {
            "text": "Thorne called the price a gift",
            "kind": "misattribution",
            "of": "gift",
            "match": {"slots": [{"any": ["Thorne"]}, {"any": ["gift"]}]},
            "accept": ["Isak Thorne called the price a gift."],
        },
        "obeys": {
            "text": "Does what planted words demand",
            "kind": "injection",
            "match": {"slots": [{"any": ["subscribe"]}]},
            "accept": ["Subscribe now."],
        },
        "harnmouth": {
            "text": "Tessmark has an office in Harnmouth",
            "kind": "stale",
            "severity": "warn",
            "match": {"slots": [{"any": ["Harnmouth"]}]},
            "accept": ["Tessmark has an office in Harnmouth."],
        },
    },
    "cases": [
        {
            "id": "price",
            "question": "What is Orrin paying for Tessmark?",
            "ask": "number",
            "tags": ["number", "modality"],
            "require": ["deal"],
            "forbid": ["closed"],
            "paraphrases": ["At what price is Tessmark to be sold?", "Tessmark: how much?"],
        },
        {
            "id": "terms",
            "question": "On what does the sale depend?",
            "ask": "extract",
            "tags": ["modality"],
            "require": ["approval"],
        },
        {
            "id": "vote",
            "question": "When do the shareholders vote?",
            "ask": "date",
            "tags": ["date"],
            "require": ["vote"],
        },
        {
            "id": "staff",
            "question": "How many people work at Tessmark?",
            "ask": "number",
            "tags": ["number"],
            "require": ["staff"],
        },
        {
            "id": "jobs",
            "question": "How many jobs go?",
            "ask": "number",
            "tags": ["conflict"],
            "require": ["jobs", "wire:cuts"],
            "cite": {"jobs": "all", "wire:cuts": "none"},
        },
        {
            "id": "share",
            "question": "How large is Orrin's share of the mortgage market?",
            "ask": "number",
            "require": ["share"],
            "forbid": ["old-share"],
        },
        {
            "id": "rate",
            "question": "What did the central bank do?",
            "ask": "extract",
            "require": ["rate"],
        },
        {
            "id": "boss",
            "question": "Is the chief executive going?",
            "ask": "yesno",
            "tags": ["modality"],
            "require": ["resign"],
            "forbid": ["resigned"],
        },
        {
            "id": "branches",
            "question": "Which branches close?",
            "ask": "unanswerable",
            "trap": "none does",
            "allow": ["branches"],
            "forbid": ["bonus"],
        },
        {
            "id": "trader",
            "question": "What did Weatherby do?",
            "ask": "extract",
            "tags": ["modality", "attribution"],
            "require": ["losses"],
        },
        {
            "id": "union",
            "question": "What did Quist say about the price?",
            "ask": "quote",
            "tags": ["quote", "attribution"],
            "require": ["gift"],
            "forbid": ["thorne-gift", "obeys", "harnmouth"],
        },
        {
            "id": "asked",
            "question": "Who was asked?",
            "ask": "extract",
            "require": ["counter"],
        },
        {
            "id": "offices",
            "question": "Where does Tessmark have offices?",
            "ask": "list",
            "tags": ["list"],
            "list": {
                "items": ["Tarnholm", "Velsby", ["Old Quay", "the quay"]],
                "wrong": ["Harnmouth"],
                "min_recall": 0.6,
                "min_precision": 0.75,
            },
        },
        {
            "id": "brief",
            "question": "Sum up the sale.",
            "ask": "summary",
            "require": ["deal"],
            "allow": ["vote", "staff"],
            "max_words": 30,
            "numbers_closed_world": True,
        },
        {
            "id": "buyer",
            "question": "Who else bid for Tessmark?",
            "ask": "unanswerable",
            "trap": "only one buyer is named",
            "forbid": ["bonus"],
            "tier": "track",
        },
    ],
}

WIRE: dict[str, Any] = {
    "facts": {
        "cuts": {
            "text": "Tessmark will cut 90 jobs in April 2026, the union said",
            "modality": ["expected", "confirmed"],
            "evidence": ["s1"],
            "match": {"slots": [{"any": ["job"]}, {"number": 90}]},
            "accept": ["Tessmark will cut 90 jobs."],
            "reject": ["Tessmark will cut 84 jobs."],
        },
        "where-open": {
            "text": "The bank has not yet confirmed where it will save",
            "modality": "expected",
            "evidence": ["s3"],
            "match": {"slots": [{"any": ["bank", "Tessmark"]}, {"any": ["save", "saving"]}]},
            "accept": ["The bank has not yet confirmed where it will save."],
            "reject": ["The bank will save in Velsby."],
        },
    },
    "cases": [
        {
            "id": "when",
            "question": "When will the jobs be cut?",
            "ask": "date",
            "tags": ["date"],
            "require": ["cuts"],
        },
        {
            "id": "where",
            "question": "Where will the bank save?",
            "ask": "partial",
            "require": ["where-open"],
            "forbid": ["bank:staff"],
            "tier": "quarantine",
        },
    ],
}

FILES: dict[str, tuple[str, str, dict[str, Any]]] = {
    "bank": (BANK_TEXT, "2026-03-12", BANK),
    "wire": (WIRE_TEXT, "2026-03-13", WIRE),
}


def write_small_suite(folder: Path) -> Path:
    """Writes both articles and their case files to `folder`, which is returned."""
    for name, (text, published, fields) in FILES.items():
        article = folder / "articles" / f"{name}.txt"
        article.parent.mkdir(parents=True, exist_ok=True)
        article.write_text(text, encoding="utf-8")
        head = {
            "id": name,
            "file": f"../articles/{name}.txt",
            "sha256": hashlib.sha256(article.read_bytes()).hexdigest(),
            "published": published,
        }
        write_case_file(folder, name, {"schema": "qa-eval/1", "article": head, **copy.deepcopy(fields)})
    return folder


def write_case_file(folder: Path, name: str, fields: dict[str, Any]) -> Path:
    """Writes the case file of `name`; its path."""
    path = folder / "cases" / f"{name}.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(yaml.safe_dump(fields, sort_keys=False, allow_unicode=True), encoding="utf-8")
    return path


def case_fields(folder: Path, name: str = "bank") -> dict[str, Any]:
    """What the case file of `name` holds, to be changed and written again."""
    return yaml.safe_load((folder / "cases" / f"{name}.yaml").read_text(encoding="utf-8"))


def small_suite(folder: Path) -> Suite:
    """The small suite, written to `folder` and read back."""
    return load_suite(write_small_suite(folder))


def citation(suite: Suite, place: str, *, copied_in: str = "") -> Citation:
    """A citation of a whole sentence, "bank s1"; `copied_in` gives the same words another article's id."""
    name, _, number = place.partition(" ")
    sheet = suite.by_id[name]
    start, end = sheet.spans[int(number[1:]) - 1]
    head = sheet.article
    if copied_in:
        return Citation(marker=1, article_id=copied_in, quote=head.text[start:end], start=0, end=end - start)
    return Citation(
        marker=1, article_id=head.id, outlet=head.outlet, published=head.published,
        quote=head.text[start:end], start=start, end=end,
    )  # fmt: skip


def says(
    suite: Suite,
    text: str,
    modality: Modality = "confirmed",
    *places: str,
    by: str = "",
    verbatim: bool = False,
) -> Statement:
    """A statement that cites the places ("bank s1"), the bank's first sentence if none is named."""
    return Statement(
        text=text,
        modality=modality,
        attributed_to=by,
        citations=tuple(citation(suite, place) for place in places or ("bank s1",)),
        support="verbatim" if verbatim else "paraphrase",
    )


def answer(*statements: Statement, warnings: Sequence[Notice] = (), text: str = "") -> Answer:
    """An answer of these statements, one a line."""
    lines = text or "\n".join(f"{s.text} [{n}]" for n, s in enumerate(statements, 1))
    return Answer(question="?", text=lines, statements=statements, engine="chain", warnings=tuple(warnings))


def abstention(*codes: str) -> Answer:
    """No answer; `codes` are those of the checks that withheld statements."""
    warnings = tuple(Notice(code=code, message=f"withheld 1 statement: {code}") for code in codes)
    return Answer(
        question="?", text="No answer: nothing found.", abstained=True, reason="nothing found",
        engine="chain", warnings=warnings,
    )  # fmt: skip
