"""What the report tests show: a suite of two articles, answers to its questions, verdicts made by hand."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

from qa.evals.grading import grade
from qa.evals.runs import Header, Run, Trial
from qa.evals.scores import FAULTS
from qa.evals.suite import Suite, load_suite
from qa.evals.verdicts import CaseVerdict, Guardrail, Side, SuiteTest, Verdict
from qa.types import Answer, Citation, Notice, Statement, Usage

HOSTILE = (
    "<script>alert(1)</script> <img src=x onerror=alert(2)> ![pic](http://evil.example/p.png) "
    "[click](http://evil.example) ](http://x) @team #12 GH-3 acme/tool#4 www.evil.example bob@evil.example "
    "``` ~~~ `code` **bold** _it_ ~~gone~~ | cell | &lt;b&gt; :tada: deadbeef12 "
    "\x1b[2J\u202egnp.exe\u200b $x$ ]]> -->"
)
"""What text from an article or a model might try in a terminal, in Markdown, in HTML and in XML."""

FERRY = """Title: Norrel Lines to buy rival ferry
Outlet: The Aldwick Courier
Published: 2026-03-02T09:00:00+00:00
URL: https://courier.example/norrel

Norrel Lines is expected to buy the ferry Saint Osk for $40 million, its chairman said on Monday.

The sale needs the approval of the harbour board. The ferry calls at Aldwick, Brenn and Corrie.
"""

VOTE = """Title: Council votes on bridge
Outlet: Brenn Gazette
Published: 2026-03-05T09:00:00+00:00
URL: https://gazette.example/bridge

The council approved the Tolla bridge by 12 votes to 3 on Wednesday.

Mayor Ines Quell said the bridge would be "a bill for our children".
"""

FERRY_CASES: dict[str, Any] = {
    "facts": {
        "deal": {
            "text": "Norrel Lines is expected to buy the Saint Osk for $40 million",
            "modality": "expected",
            "evidence": ["s1"],
            "match": {
                "slots": [
                    {"any": ["Norrel"]},
                    {"any": ["buy", "bought", "purchase"]},
                    {"money": {"value": 40e6, "currency": "USD"}},
                ]
            },
            "accept": ["Norrel Lines is expected to buy the ferry for $40 million."],
            "reject": ["Norrel Lines bought the ferry for $40 million."],
        },
    },
    "forbidden": {
        "closed": {
            "text": "The sale has happened",
            "kind": "modality_upgrade",
            "of": "deal",
            "match": {"slots": [{"any": ["Norrel"]}, {"any": ["bought", "has bought"]}]},
            "accept": ["Norrel bought the ferry."],
        }
    },
    "cases": [
        {
            "id": "price",
            "question": "How much will Norrel Lines pay for the ferry?",
            "ask": "number",
            "tags": ["modality", "number"],
            "require": ["deal"],
            "forbid": ["closed"],
        },
        {
            "id": "board",
            "question": "Who sits on the harbour board?",
            "ask": "unanswerable",
            "trap": "the board is named, its members are not",
        },
        {
            "id": "stops",
            "question": "Where does the ferry call?",
            "ask": "list",
            "list": {"items": ["Aldwick", "Brenn", "Corrie"]},
        },
    ],
}

VOTE_CASES: dict[str, Any] = {
    "facts": {
        "votes": {
            "text": "The council approved the bridge by 12 votes to 3",
            "modality": "confirmed",
            "evidence": ["s1"],
            "match": {"slots": [{"any": ["council"]}, {"any": ["approved"]}, {"any": ["12"]}]},
            "accept": ["The council approved the bridge by 12 votes to 3."],
            "reject": ["The council rejected the bridge."],
        },
        "bill": {
            "text": "The mayor called the bridge a bill for our children",
            "modality": ["opinion", "confirmed"],
            "attributed_to": ["Quell", "mayor"],
            "require_attribution": True,
            "evidence": ["s2"],
            "match": {"slots": [{"any": ["bridge"]}, {"any": ["bill"]}]},
            "accept": ["Mayor Quell said the bridge would be a bill for our children."],
            "reject": ["The mayor praised it."],
        },
    },
    "cases": [
        {"id": "votes", "question": "How did the council vote?", "ask": "extract", "require": ["votes"]},
        {
            "id": "mayor",
            "question": "What did the mayor say of the bridge?",
            "ask": "extract",
            "tags": ["attribution"],
            "require": ["bill"],
            "allow": ["votes"],
        },
    ],
}


def tiny_suite(folder: Path, *, vote: str = VOTE) -> Suite:
    """The suite of both articles, written to `folder` and read back."""
    for name, text, cases in (("ferry", FERRY, FERRY_CASES), ("vote", vote, VOTE_CASES)):
        article = folder / "articles" / f"{name}.txt"
        article.parent.mkdir(parents=True, exist_ok=True)
        article.write_text(text, encoding="utf-8")
        published = "2026-03-02" if name == "ferry" else "2026-03-05"
        head = {
            "id": name,
            "file": f"../articles/{name}.txt",
            "sha256": hashlib.sha256(article.read_bytes()).hexdigest(),
            "published": dt.date.fromisoformat(published),
        }
        file = folder / "cases" / f"{name}.yaml"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(yaml.safe_dump({"schema": "qa-eval/1", "article": head, **cases}), encoding="utf-8")
    return load_suite(folder)


def answer(
    suite: Suite, article: str, *said: tuple[str, str, str], warnings: Sequence[Notice] = ()
) -> Answer:
    """An answer of statements (text, modality, "s1" or "" for another place of the article)."""
    sheet = suite.by_id[article]
    statements = []
    for marker, (text, modality, number) in enumerate(said, 1):
        start, end = sheet.spans[int(number[1:]) - 1]
        head = sheet.article
        citation = Citation(
            marker=marker,
            article_id=head.id,
            outlet=head.outlet,
            published=head.published,
            quote=head.text[start:end],
            start=start,
            end=end,
        )
        statements.append(
            Statement(text=text, modality=modality, citations=(citation,), support="paraphrase")
        )
    text = "\n".join(f"{s.text} [{n}]" for n, s in enumerate(statements, 1))
    return Answer(
        question="?", text=text, statements=tuple(statements), engine="chain", model="fake",
        usage=Usage(calls=1), warnings=tuple(warnings),
    )  # fmt: skip


def abstention(reason: str = "the articles do not say") -> Answer:
    """No answer, with its reason."""
    return Answer(question="?", text=f"No answer: {reason}.", abstained=True, reason=reason, engine="chain")


def trial(suite: Suite, task: str, said: Answer | str | None, number: int = 1, **fields: Any) -> Trial:
    """A graded trial; bare text is a reply that could not be read, None no reply."""
    kept = {
        "task": task,
        "trial": number,
        "asked": "0" * 64,
        "calls": 1,
        "input_tokens": 100,
        "output_tokens": 20,
    }
    if said is None:
        return Trial(**{**kept, "state": "infra", "error": "429 too many requests", **fields})
    score = grade(suite, suite.tasks_by_id[task], said)
    if isinstance(said, str):
        return Trial(**{**kept, "state": "format", "text": said, "score": score, **fields})
    return Trial(**{**kept, "answer": said, "score": score, **fields})


def run_of(name: str, trials: Sequence[Trial], tasks: Sequence[str] = (), **fields: Any) -> Run:
    """A run of these trials."""
    header = {
        "id": name,
        "created": dt.datetime(2026, 4, 1, tzinfo=dt.UTC),
        "suite": "pr",
        "tasks": tuple(tasks) or tuple(dict.fromkeys(t.task for t in trials)),
        "engine": "chain",
        "model": "fake:one",
        "articles": "a",
        "retrieval": "r",
        "grader": "1",
    }
    return Run(header=Header(**{**header, **fields}), trials=tuple(trials))


def case_of(base: Run, candidate: Run, task: str, status: str, question: str, **fields: Any) -> CaseVerdict:
    """The verdict on one case, its counts taken from the runs."""
    before = [t for t in base.by_task.get(task, ()) if t.state != "infra"]
    after = [t for t in candidate.by_task.get(task, ()) if t.state != "infra"]
    kept = {
        "task": task,
        "cluster": task.partition("/")[0],
        "question": question,
        "tier": "gate",
        "status": status,
        "base_passed": sum(t.passed for t in before),
        "base_trials": len(before),
        "passed": sum(t.passed for t in after),
        "trials": len(after),
    }
    return CaseVerdict(**{**kept, **fields})


def side(name: str, **fields: Any) -> Side:
    """One run in short."""
    kept = {
        "id": name, "created": "2026-03-10T00:00:00+00:00", "engine": "chain", "model": "fake:one",
        "prompt": "answer@v1", "fingerprint": "ab" * 32, "trials": 10, "calls": 10, "replayed": 4,
        "tokens": 1200, "cost": 0.5, "seconds": 12.0, "infra": 0, "undecided": 0.02,
    }  # fmt: skip
    return Side(**{**kept, **fields})


def verdict_of(cases: Sequence[CaseVerdict], outcome: str = "regressed", **fields: Any) -> Verdict:
    """A comparison with these cases."""
    found = [f for c in cases if c.status in ("regressed", "suspected") for f in c.faults]
    kept: dict[str, Any] = {
        "outcome": outcome,
        "exit_code": {"no worse": 0, "regressed": 1}.get(outcome, 3),
        "reasons": ("1 stable case fails now, confirmed by 5 trials",),
        "notes": ("the model is another one",),
        "margin": 0.05,
        "suite": SuiteTest(
            cases=5, clusters=2, base=0.95, base_se=0.02, candidate=0.85, candidate_se=0.04, difference=-0.1,
            se=0.03, low=-0.16, high=-0.04, p_drop=0.012, mde=0.08,
        ),
        "cases": tuple(cases),
        "guardrails": (
            Guardrail(name="forbidden claims", base=0.0, candidate=0.2, p=0.01, p_holm=0.03,
                      higher_is_better=False, broken=True),
        ),
        "faults": {fault: found.count(fault) for fault in FAULTS if fault in found},
        "left_out": {"ferry/old": "not in the suite any more"},
        "base": side("base-1"),
        "candidate": side("cand-2", created="2026-03-22T00:00:00+00:00", cost=0.7, tokens=1500, seconds=10.0),
        "pass_at": {"pass^3 now": 0.7},
    }  # fmt: skip
    return Verdict(**{**kept, **fields})


DEAL = ("Norrel Lines is expected to buy the ferry Saint Osk for $40 million.", "expected", "s1")
CLOSED = ("Norrel Lines has bought the ferry Saint Osk for $40 million.", "confirmed", "s1")
VOTES = ("The council approved the Tolla bridge by 12 votes to 3.", "confirmed", "s1")
MAYOR = ("Mayor Ines Quell said the bridge would be a bill for our children.", "opinion", "s2")
SPEAKERLESS = ("The bridge will be a bill for our children.", "opinion", "s2")
STOPS = ("The ferry calls at Aldwick, Brenn and Corrie.", "confirmed", "s3")


def both_runs(suite: Suite) -> tuple[Run, Run]:
    """A baseline and a candidate in which a case of each sort occurs."""

    def said(task: str, *statements: tuple[str, str, str]) -> Answer:
        return answer(suite, task.partition("/")[0], *statements)

    withheld = Notice(code="unknown-number", message="withheld 1 statement: a number not in the quote")
    none = answer(suite, "vote", warnings=[withheld]).model_copy(update={"text": "", "statements": ()})
    base = [
        *(trial(suite, "ferry/price", said("ferry/price", DEAL), n) for n in (1, 2)),
        trial(suite, "ferry/board", said("ferry/board", STOPS)),
        trial(suite, "ferry/stops", said("ferry/stops", STOPS)),
        trial(suite, "vote/votes", said("vote/votes", VOTES)),
        trial(suite, "vote/mayor", said("vote/mayor", MAYOR)),
    ]
    candidate = [
        trial(suite, "ferry/price", said("ferry/price", DEAL), 1),
        *(trial(suite, "ferry/price", said("ferry/price", CLOSED), n) for n in (2, 3)),
        trial(suite, "ferry/board", abstention()),
        trial(suite, "ferry/stops", None),
        trial(suite, "vote/votes", none),
        trial(suite, "vote/mayor", said("vote/mayor", SPEAKERLESS)),
    ]
    return run_of("base-1", base), run_of("cand-2", candidate)


def comparison(suite: Suite, **fields: Any) -> tuple[Verdict, Run, Run]:
    """A comparison of `both_runs` with a verdict on each case."""
    base, candidate = both_runs(suite)

    def case(task: str, status: str, **more: Any) -> CaseVerdict:
        return case_of(base, candidate, task, status, suite.tasks_by_id[task].question, **more)

    cases = [
        case("vote/mayor", "suspected", faults=("attribution",)),
        case("vote/votes", "regressed", faults=("number",)),
        case("ferry/stops", "infra"),
        case("ferry/board", "fixed"),
        case("ferry/price", "regressed", faults=("modality",), claims={"ferry:closed": 2}),
    ]
    return verdict_of(cases, **fields), base, candidate
