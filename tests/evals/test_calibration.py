"""Calibrating a judge: the figures against those worked out by hand, and when a judge may gate."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from evals.tiny_suite import loaded

from qa.config import Settings
from qa.errors import ModelServerError, UsageError
from qa.evals.calibration import (
    ENOUGH_LABELS,
    REPEATS,
    Calibration,
    Label,
    calibrate,
    may_gate,
    read_judges,
    read_labels,
    record,
)
from qa.evals.cassettes import Cassettes
from qa.evals.judging import Judge
from qa.evals.suite import Suite
from qa.models.scripted import ScriptedChatModel

FACTS = ("lido:cost", "lido:slide", "bakery:closed")


@pytest.fixture(scope="module")
def suite(tmp_path_factory: pytest.TempPathFactory) -> Suite:
    return loaded(tmp_path_factory.mktemp("calibration") / "eval")


def label(number: int, said: str = "support", **more: Any) -> Label:
    """A label of an answer of its own."""
    fields = {"fact": FACTS[number % 3], "answer": f"Answer <{number}> says so.", "split": "held-out"}
    return Label.model_validate({**fields, "label": said, **more})


def says(*verdicts: str) -> dict[str, Any]:
    """A judge's reply: a verdict for each fact of one answer."""
    rows = [
        {"number": n, "verdict": v, "modality": "confirmed", "quote": "" if v == "not" else "says so."}
        for n, v in enumerate(verdicts, 1)
    ]
    return {"reply": {"facts": rows}}


Opened = Callable[..., tuple[Judge, ScriptedChatModel]]


@pytest.fixture
def opened(suite: Suite, tmp_path: Path) -> Opened:
    """A judge that replies to answer N with the Nth of these: a verdict, or one for each round."""

    def judge(verdicts: Sequence[str | Sequence[str]], mode: Any = "off") -> tuple[Judge, ScriptedChatModel]:
        script = {
            f"<{n}>": [says(v) for v in ([said] if isinstance(said, str) else said)]
            for n, said in enumerate(verdicts)
        }
        model = ScriptedChatModel(script=script)
        settings = Settings(model="scripted:judge", temperature=0.0, model_retries=0)
        return Judge(suite, settings, Cassettes(tmp_path / "cassettes", mode, "judge"), model=model), model

    return judge


def judged(opened: Opened, pairs: Sequence[tuple[str, str | Sequence[str]]], **more: Any) -> Calibration:
    """The figures for pairs of a person's and the judge's verdict."""
    labels = [label(n, person) for n, (person, _) in enumerate(pairs)]
    return calibrate(opened([judge for _, judge in pairs])[0], labels, **more)


# ---------------------------------------------------------------- the figures

# 20 labels: both say support 8 times, only the person twice, only the judge once, neither 9 times.
TWENTY = (
    [("support", "support")] * 8
    + [("support", "not")] * 2
    + [("not", "support")]
    + [("not", "not")] * 5
    + [("partial", "not")] * 2
    + [("partial", "partial"), ("not", "partial")]
)


def test_the_figures_are_those_of_the_table(opened):
    found = judged(opened, TWENTY)
    assert (found.labels, found.base_rate) == (20, 0.5)
    assert found.accuracy == pytest.approx(17 / 20)
    assert found.constant == 0.5
    assert found.true_positive == pytest.approx(8 / 10)
    assert found.true_negative == pytest.approx(9 / 10)
    # Agreement 0.85; by chance 0.5 * 9/20 + 0.5 * 11/20 = 0.5; kappa (0.85 - 0.5) / (1 - 0.5).
    assert found.kappa == pytest.approx(0.7)
    assert found.kappa_low < 0.7 < found.kappa_high <= 1
    assert (found.consistency, found.flips, found.discarded) == (1, 0, 0)


def test_a_lopsided_table(opened):
    # 16 labels: 12 support, of which the judge sees 11; 4 not, of which it takes 2 for support.
    pairs = (
        [("support", "support")] * 11 + [("support", "not")] + [("not", "support")] * 2 + [("not", "not")] * 2
    )
    found = judged(opened, pairs)
    assert (found.base_rate, found.constant) == (0.75, 0.75)
    assert found.accuracy == pytest.approx(13 / 16)
    # By chance 12/16 * 13/16 + 4/16 * 3/16 = 168/256; kappa (208 - 168) / (256 - 168).
    assert found.kappa == pytest.approx(40 / 88)


@pytest.mark.parametrize(
    ("pairs", "kappa"),
    [
        ([("support", "support"), ("not", "not")] * 6, 1.0),
        ([("support", "not"), ("not", "support")] * 6, -1.0),
        ([("support", "support"), ("not", "support")] * 6, 0.0),
        ([("support", "support")] * 12, 0.0),
        ([("not", "not")] * 12, 0.0),
    ],
    ids=["perfect", "reversed", "always the same", "nothing but support", "nothing but not"],
)
def test_kappa_at_its_ends(opened, pairs, kappa):
    found = judged(opened, pairs)
    assert found.kappa == pytest.approx(kappa)
    assert found.kappa_low <= found.kappa <= found.kappa_high


def test_agreement_on_nothing_but_support_is_no_leave_to_gate(opened):
    found = judged(opened, [("support", "support")] * 120)
    assert found.accuracy == 1
    assert not found.may_gate


def test_a_verdict_without_its_quote_counts_as_none(opened, suite):
    labels = [label(n, "support") for n in range(4)]
    judge, model = opened(["support"] * 4)
    model.script["<2>"] = [
        r.model_copy(update={"reply": {"facts": [r.reply["facts"][0] | {"quote": "says nothing"}]}})
        for r in model.script["<2>"]
    ]
    found = calibrate(judge, labels)
    assert found.discarded == 1
    assert found.true_positive == 0.75


def test_a_reply_that_cannot_be_read_counts_as_none(opened):
    judge, model = opened(["support", "support"])
    model.script["<1>"] = [type(r)(text="Certainly!") for r in model.script["<1>"]]
    found = calibrate(judge, [label(0, "support"), label(1, "support")])
    assert (found.discarded, found.accuracy) == (1, 0.5)


def test_a_judge_that_does_not_reply_ends_it(opened):
    judge, model = opened(["support"])
    model.script["<0>"] = [type(r)(error=500) for r in model.script["<0>"]]
    with pytest.raises(ModelServerError):
        calibrate(judge, [label(0)])


def test_moods_and_orders(opened):
    steady = [("support", "support")] * 8 + [("not", "not")] * 8
    moody = [
        ("support", ["support", "not", "support", "support", "support"]),  # the second round differs
        ("support", ["support", "support", "support", "support", "not"]),  # only the last does
    ]
    found = judged(opened, [*steady, *moody])
    assert found.consistency == pytest.approx(16 / 18)
    assert found.flips == pytest.approx(1 / 18)
    assert found.accuracy == 1  # the first round is the one that counts


def test_one_call_for_an_answer_and_round(opened, suite):
    labels = [label(n) for n in range(3)]
    same = [label(0, fact="lido:slide"), label(0, fact="bakery:closed")]
    judge, model = opened(["support"] * 3)
    model.script["<0>"] = [
        type(r).model_validate(says("support", "support", "not")) for r in model.script["<0>"]
    ]
    found = calibrate(judge, [*labels, *same])
    assert len(model.calls) == 3 * REPEATS
    assert found.labels == 5
    # Whichever fact comes third is the one that is not supported: that differs from round to round.
    assert found.consistency < 1


def test_labels_that_were_looked_at_do_not_count(opened):
    labels = [label(n, "support", split="dev") for n in range(3)] + [label(3, "support"), label(4, "not")]
    judge, model = opened(["not", "not", "not", "support", "not"])
    found = calibrate(judge, labels)
    assert (found.labels, found.accuracy) == (2, 1)
    assert len(model.calls) == 2 * REPEATS
    assert not any("<1>" in call.messages[-1][1] for call in model.calls)


def test_the_interval_is_seeded(opened):
    first, again, *others = (judged(opened, TWENTY, seed=seed) for seed in (1, 1, 2, 3))
    assert first == again
    assert {other.kappa for other in others} == {first.kappa}


def test_one_article_is_no_reason_to_be_sure(opened):
    labels = [label(n, person, fact="lido:cost") for n, (person, _) in enumerate(TWENTY)]
    found = calibrate(opened([judge for _, judge in TWENTY])[0], labels)
    assert found.kappa_high - found.kappa_low > 0.2


def test_a_recorded_calibration_is_replayed(opened):
    labels = [label(n, person) for n, (person, _) in enumerate(TWENTY)]
    verdicts = [judge for _, judge in TWENTY]
    judge, model = opened(verdicts, mode="auto")
    found = calibrate(judge, labels)
    assert len(model.calls) == 20 * REPEATS
    again, silent = opened(verdicts, mode="replay")
    assert calibrate(again, labels) == found
    assert silent.calls == ()


# ---------------------------------------------------------------- who may gate


def figures(**changes: Any) -> Calibration:
    fields = {
        "judge": "openai:j#0123456789ab", "labels": ENOUGH_LABELS, "base_rate": 0.5, "accuracy": 0.9,
        "constant": 0.5, "kappa": 0.8, "kappa_low": 0.6, "kappa_high": 0.9, "true_positive": 0.9,
        "true_negative": 0.9, "consistency": 1, "flips": 0, "discarded": 0,
    }  # fmt: skip
    return Calibration.model_validate({**fields, **changes})


def test_who_may_gate():
    assert figures().may_gate
    assert not figures(labels=99).may_gate
    assert not figures(kappa_low=0.599).may_gate
    assert not figures(kappa=1, kappa_low=0.5).may_gate


def test_the_record_is_kept_by_id(tmp_path):
    path = tmp_path / "judges.json"
    assert read_judges(path) == ()
    assert not may_gate(path, figures().judge)
    record(path, figures(kappa_low=0.1))
    record(path, figures(judge="openai:k#1"))
    assert not may_gate(path, figures().judge)
    record(path, figures())
    assert [c.judge for c in read_judges(path)] == [figures().judge, "openai:k#1"]
    assert may_gate(path, figures().judge)
    assert not may_gate(path, "openai:j#another")


@pytest.mark.parametrize("text", ["", "{", "[3]", '[{"judge": "x"}]', "null"])
def test_a_damaged_record_is_said_to_be_one(tmp_path, text):
    path = tmp_path / "judges.json"
    path.write_text(text)
    with pytest.raises(UsageError) as caught:
        may_gate(path, "x")
    assert str(path) in caught.value.message
    assert "calibrate" in caught.value.hint


# ---------------------------------------------------------------- labels


def written(path: Path, *rows: Any) -> Path:
    path.write_text("\n".join(r if isinstance(r, str) else json.dumps(r) for r in rows), "utf-8")
    return path


GOOD = {"fact": "lido:cost", "answer": "Answer.", "label": "support", "split": "held-out"}


def test_labels_are_read(tmp_path, suite):
    strange = GOOD | {"answer": "One\u2028two\x85three", "label": "partial", "split": "dev"}
    path = written(tmp_path / "l.jsonl", GOOD, "", json.dumps(strange, ensure_ascii=False), "   ")
    read = read_labels(path, suite)
    assert [(r.label, r.split) for r in read] == [("support", "held-out"), ("partial", "dev")]
    assert read[1].answer == strange["answer"]


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("{", "line 2"),
        ("[]", "line 2"),
        (GOOD | {"label": "yes"}, "line 2"),
        (GOOD | {"answer": ""}, "line 2"),
        (GOOD | {"note": "?"}, "line 2"),
        ({"fact": "lido:cost"}, "line 2"),
        (GOOD | {"fact": "lido:price"}, "line 2: there is no fact 'lido:price'"),
        (GOOD | {"fact": "cost"}, "there is no fact 'cost'"),
    ],
)
def test_a_wrong_label_is_named(tmp_path, suite, row, told):
    path = written(tmp_path / "l.jsonl", GOOD, row)
    with pytest.raises(UsageError) as caught:
        read_labels(path, suite)
    assert str(path) in caught.value.message
    assert told in caught.value.message
    assert caught.value.hint


def test_labels_that_are_not_there_or_not_enough(tmp_path, suite):
    with pytest.raises(UsageError, match="cannot be read"):
        read_labels(tmp_path / "none.jsonl", suite)
    for rows in ([], [GOOD | {"split": "dev"}]):
        with pytest.raises(UsageError, match="no held-out labels"):
            read_labels(written(tmp_path / "l.jsonl", *rows), suite)
