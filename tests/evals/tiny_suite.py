"""A suite of two short articles and five questions, so that a whole run takes a moment; and what a model
would reply to them, right or wrong."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import yaml
from loopback import Exchange, Reply, says

from qa.evals.running import Plan, running
from qa.evals.runs import Run
from qa.evals.suite import Suite, load_suite

LIDO = """Title: Oxbow lido expected to reopen in May
Outlet: Tessel Valley Post
Author: Ferrand Quill
Published: 2026-02-10T09:00:00+00:00
URL: https://tessel-valley-post.example/oxbow-lido

OXBOW — The Oxbow lido is expected to reopen on 2 May after two winters of repairs, the town council said on Tuesday.

The repairs to the lido cost 640,000 pounds, and the council paid half of it. Swimmers paid 4 pounds a visit before the pool closed.

Council leader Marit Sandoe denied that the slide had been sold to a hotel. "The slide stays in Oxbow," Sandoe said.
"""  # noqa: E501

BAKERY = """Title: Kestrel Bakery closes its Marrow Lane shop
Outlet: Tessel Valley Post
Published: 2026-02-12T16:30:00+00:00
URL: https://tessel-valley-post.example/kestrel-bakery

TESSEL — Kestrel Bakery closed its shop on Marrow Lane on Thursday after 31 years.

Eleven people worked there, and nine of them will move to the bakery in Farrow Street. The owner, Iven Hallas, blamed the price of flour.
"""  # noqa: E501

REOPENS = "The Oxbow lido is expected to reopen on 2 May after two winters of repairs"
COST = "The repairs to the lido cost 640,000 pounds, and the council paid half of it."
SLIDE = "Council leader Marit Sandoe denied that the slide had been sold to a hotel."
CLOSED = "Kestrel Bakery closed its shop on Marrow Lane on Thursday after 31 years."

WHEN = "lido/when"
PRICE = "lido/cost"
SOLD = "lido/slide"
DIVER = "lido/diving-board"
SHOP = "bakery/shop"
TASKS = (SHOP, WHEN, PRICE, SOLD, DIVER)
"""The questions of the suite "pr", in their order."""

_LIDO: dict[str, Any] = {
    "facts": {
        "reopens": {
            "text": "The Oxbow lido is expected to reopen on 2 May.",
            "modality": "expected",
            "evidence": ["s1"],
            "match": {
                "slots": [{"any": ["lido", "pool"]}, {"any": ["reopen", "open"]}, {"date": "2026-05-02"}]
            },
            "accept": ["The lido is expected to reopen on 2 May."],
            "reject": ["The lido is expected to reopen on 9 May.", "The lido reopened on 2 May."],
        },
        "cost": {
            "text": "The repairs to the lido cost 640,000 pounds.",
            "modality": "confirmed",
            "evidence": ["s2"],
            "match": {
                "slots": [
                    {"any": ["lido", "pool"]},
                    {"any": ["repair", "work"]},
                    {"money": {"value": 640000, "currency": "GBP"}},
                ]
            },
            "accept": ["The repairs to the pool cost £640,000."],
            "reject": ["The repairs to the lido cost 64,000 pounds."],
        },
        "slide": {
            "text": "Sandoe denied that the slide had been sold.",
            "modality": "denied",
            "attributed_to": ["Sandoe", "council leader"],
            "evidence": ["s4"],
            "match": {"slots": [{"any": ["slide"]}, {"any": ["sold", "sale", "sell"]}]},
            "accept": ["The council leader denied that the slide had been sold."],
            "reject": ["The slide had been sold to a hotel."],
        },
    },
    "forbidden": {
        "opened": {
            "text": "The lido has reopened",
            "kind": "modality_upgrade",
            "of": "reopens",
            "match": {"slots": [{"any": ["lido", "pool"]}, {"any": ["reopened", "opened"]}]},
            "accept": ["The Oxbow lido reopened on 2 May."],
            "reject": ["The Oxbow lido is expected to reopen on 2 May."],
        }
    },
    "cases": [
        {
            "id": "when",
            "question": "When is the Oxbow lido due to open again?",
            "ask": "date",
            "tags": ["date", "modality"],
            "require": ["reopens"],
            "forbid": ["opened"],
            "paraphrases": ["On which day can people swim in the Oxbow lido again?"],
        },
        {
            "id": "cost",
            "question": "How much did the repairs to the lido cost?",
            "ask": "number",
            "tags": ["number"],
            "require": ["cost"],
        },
        {
            "id": "slide",
            "question": "Was the slide sold?",
            "ask": "yesno",
            "tags": ["modality"],
            "require": ["slide"],
        },
        {
            "id": "diving-board",
            "question": "Who designed the diving board of the Oxbow lido?",
            "ask": "unanswerable",
            "trap": "the council leader is the only person with a name",
        },
    ],
}

_BAKERY: dict[str, Any] = {
    "facts": {
        "closed": {
            "text": "Kestrel Bakery closed its Marrow Lane shop.",
            "modality": "confirmed",
            "evidence": ["s1"],
            "match": {"slots": [{"any": ["Kestrel"]}, {"any": ["closed", "shut"]}, {"any": ["Marrow Lane"]}]},
            "accept": ["Kestrel Bakery has shut its shop on Marrow Lane."],
            "reject": ["Kestrel Bakery has not closed its shop on Marrow Lane."],
        }
    },
    "cases": [
        {
            "id": "shop",
            "question": "Which shop did Kestrel Bakery close?",
            "ask": "extract",
            "require": ["closed"],
        }
    ],
}


def written(folder: Path, change: Callable[[dict[str, Any]], None] | None = None) -> Path:
    """`folder` with the suite in it; `change` may alter the fields of the lido's case file first."""
    for name in ("articles", "cases"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    for name, text, fields, day in (
        ("lido", LIDO, _LIDO, "2026-02-10"),
        ("bakery", BAKERY, _BAKERY, "2026-02-12"),
    ):
        (folder / "articles" / f"{name}.txt").write_text(text, encoding="utf-8")
        copied = json.loads(json.dumps(fields))
        if change and name == "lido":
            change(copied)
        head = {
            "id": name,
            "file": f"../articles/{name}.txt",
            "sha256": hashlib.sha256(text.encode()).hexdigest(),
            "published": day,
        }
        case_file = {"schema": "qa-eval/1", "article": head, **copied}
        (folder / "cases" / f"{name}.yaml").write_text(yaml.safe_dump(case_file, sort_keys=False), "utf-8")
    return folder


def loaded(folder: Path, change: Callable[[dict[str, Any]], None] | None = None) -> Suite:
    """The suite, written to `folder` and read."""
    return load_suite(written(folder, change))


# ---------------------------------------------------------------- what a model replies


def statement(text: str, quote: str, modality: str = "confirmed", passage: int = 1) -> dict[str, Any]:
    """One statement of a reply, with one citation."""
    citations = [{"passage": passage, "quote": quote}]
    return {"text": text, "modality": modality, "attributed_to": "", "citations": citations}


def reply(*statements: dict[str, Any]) -> dict[str, Any]:
    """A reply with these statements; without any, that there is no answer."""
    return {"answerable": bool(statements), "reason": "as asked", "statements": list(statements)}


RIGHT: dict[str, Any] = {
    "due to open": reply(statement("The Oxbow lido is expected to reopen on 2 May.", REOPENS, "expected")),
    "repairs": reply(statement("The repairs to the lido cost 640,000 pounds.", COST)),
    "slide": reply(statement(SLIDE, SLIDE, "denied")),
    "diving": reply(),
    "Kestrel": reply(statement("Kestrel Bakery closed its shop on Marrow Lane.", CLOSED)),
}
"""Words of each question, with a reply that passes."""
UNDECIDED = reply(statement("The repairs cost 640,000 pounds.", COST))
"""To the question of the cost: what was repaired is left out, which the rules cannot decide."""


def question_of(text: str) -> str:
    """The last question in what a model was given, also before a repair."""
    return text.rpartition("Question:")[2].strip().splitlines()[0]


def answers(by_words: Mapping[str, Any]) -> Reply:
    """The model server's reply to each question, by words of it; a value may be a Reply itself."""

    def act(exchange: Exchange) -> None:
        question = question_of(exchange.request.text)
        found = next(value for words, value in by_words.items() if words in question)
        (found if isinstance(found, Reply) else says(found)).act(exchange)

    return Reply(act)


def script(folder: Path, by_words: Mapping[str, Any], name: str = "script") -> str:
    """The name of a scripted model, for QA_MODEL, that replies by the words of the question."""
    path = folder / f"{name}.yaml"
    path.write_text(yaml.safe_dump(dict(by_words)), encoding="utf-8")
    return f"scripted:{path}"


def run(plan: Plan, path: Path) -> Run:
    """The plan, run and written to `path`."""
    with running(plan) as going:
        return going.run(path)
