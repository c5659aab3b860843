"""The judge: what it is asked, what of its verdicts counts, and what becomes of a reply that is wrong or odd.
No judge is better than its quotes."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from evals.tiny_suite import COST, PRICE, REOPENS, RIGHT, UNDECIDED, loaded, reply, run, script, statement
from loopback import ModelServer, fails, says

from qa.config import Settings
from qa.errors import ModelAuthError, ModelOutputError
from qa.evals.cassettes import Cassettes, RecordingError, ReplayMissError
from qa.evals.comparing import regraded
from qa.evals.gate import decide
from qa.evals.judging import Judge
from qa.evals.running import BudgetExceededError, Plan
from qa.evals.runs import Run, Trial, read_run
from qa.evals.suite import Suite, Task, find_tasks
from qa.models.prices import Prices
from qa.models.scripted import ScriptedChatModel

QUOTE = "The repairs cost 640,000 pounds."
TWO = reply(
    statement(QUOTE, COST), statement("It is expected to reopen on 2 May.", REOPENS, "expected")
)  # both without the lido: two facts that the rules leave open


def verdict(
    verdict: str = "support", quote: str = QUOTE, *, number: int = 1, modality: str = "confirmed"
) -> dict[str, Any]:
    return {"number": number, "verdict": verdict, "modality": modality, "quote": quote}


def says_of(*verdicts: dict[str, Any]) -> dict[str, Any]:
    return {"reply": {"facts": list(verdicts)}}


NOT = verdict("not", "")
PARTLY = verdict("partial")
INVENTED = verdict(quote="The lido repairs cost 640,000 pounds.")


def wants_both(fields: dict[str, Any]) -> None:
    fields["cases"][1]["require"] = ["cost", "reopens"]


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("judging")


def asked(suite: Suite, folder: Path, answer: dict[str, Any], **more: Any) -> Run:
    """The question of the cost, answered so by a model."""
    settings = Settings(model=script(folder, {"*": answer}), library=folder)
    tasks = find_tasks(suite, suite.tasks, [PRICE])
    return run(Plan(suite, tasks, "pr", settings, **{"trials": 1, **more}), folder / "run.jsonl")


@pytest.fixture(scope="module")
def suite(scratch: Path) -> Suite:
    return loaded(scratch / "eval")


@pytest.fixture(scope="module")
def asked_once(suite: Suite, scratch: Path) -> Callable[[], Run]:
    return cache(lambda: asked(suite, scratch, UNDECIDED))


@pytest.fixture
def undecided(asked_once: Callable[[], Run]) -> Trial:
    """An answer that leaves out what was repaired."""
    (trial,) = asked_once().trials
    assert trial.score
    assert (trial.score.faults, trial.score.undecided) == (("undecided",), 1)
    return trial


@pytest.fixture
def task(suite: Suite) -> Task:
    return suite.tasks_by_id[PRICE]


Opened = Callable[..., tuple[Judge, ScriptedChatModel]]


@pytest.fixture
def opened(suite: Suite, tmp_path: Path) -> Opened:
    """A judge that gates, and the scripted model behind it."""

    def judge(*script: Any, **more: Any) -> tuple[Judge, ScriptedChatModel]:
        model = ScriptedChatModel(script=list(script))
        cassettes = more.pop("cassettes", Cassettes(tmp_path / "cassettes", "auto", "judge"))
        fields = {
            "suite": suite,
            "settings": Settings(model="scripted:judge", model_retries=0),
            "gates": True,
        }
        return Judge(**{**fields, **more}, cassettes=cassettes, model=model), model

    return judge


# ---------------------------------------------------------------- what it costs


def test_the_judges_calls_and_their_cost_stand_apart_from_the_answers(opened, task, undecided, tmp_path):
    judge, _ = opened(says_of(NOT), prices=Priced())
    judged = judge.decide(task, undecided)
    assert (judged.judge_calls, judged.judge_cost) == (1, 2.0)
    assert (judged.calls, judged.cost) == (undecided.calls, undecided.cost)
    again, _ = opened(prices=Priced())  # replayed: nothing is made, and what it took is known
    replayed = again.decide(task, undecided)
    assert (replayed.judge_calls, replayed.judge_cost) == (0, 2.0)


def test_a_judge_without_a_price_has_a_cost_unknown(opened, task, undecided):
    judge, _ = opened(says_of(NOT), prices=Priced(known=False))
    assert judge.decide(task, undecided).judge_cost is None


class Priced(Prices):
    """Prices that know the scripted judge too: two dollars for whatever it was asked."""

    known: bool = True

    def cost(self, model: str | None, input_tokens: int, output_tokens: int) -> float | None:
        return 2.0 * bool(input_tokens and output_tokens) if self.known else None


def test_a_budget_counts_the_judge(suite, opened, tmp_path):
    judge, _ = opened(*[says_of(NOT)] * 9, prices=Priced())
    with pytest.raises(BudgetExceededError, match=r"has cost \$2.00, more than the budget of \$1.00"):
        asked(suite, tmp_path, UNDECIDED, trials=3, workers=1, judge=judge, budget=1.0)


# ---------------------------------------------------------------- what it is asked


def test_the_judge_sees_the_fact_and_the_answer_and_no_question(opened, task, undecided):
    judge, model = opened(says_of(NOT))
    judge.decide(task, undecided)
    (call,) = model.calls
    system, user = (text for _, text in call.messages)
    assert "1. The repairs to the lido cost 640,000 pounds." in user
    assert f"BEGIN answer\n{undecided.answer.text}\nEND answer" in user
    assert task.question not in system + user
    assert COST not in system + user  # the article is not there either
    assert call.options["schema"]["required"] == ["facts"]


def test_nothing_undecided_makes_no_call(opened, suite, task, tmp_path):
    judge, model = opened(says_of(verdict()))
    for answer in (RIGHT["repairs"], reply()):
        (trial,) = asked(suite, tmp_path, answer).trials
        assert judge.decide(task, trial) is trial
    assert model.calls == ()


@pytest.mark.parametrize("state", ["infra", "crash", "format"])
def test_what_has_no_answer_is_not_judged(opened, task, undecided, state):
    judge, model = opened(says_of(verdict()))
    lost = undecided.model_copy(update={"state": state, "answer": None})
    assert judge.decide(task, lost) is lost
    assert model.calls == ()


def test_a_judge_that_is_not_calibrated_is_not_asked(opened, task, undecided):
    judge, model = opened(says_of(verdict()), gates=False)
    assert judge.decide(task, undecided) is undecided
    assert model.calls == ()


def test_one_call_for_all_undecided_facts_of_an_answer(opened, tmp_path):
    suite = loaded(tmp_path / "eval", wants_both)
    (trial,) = asked(suite, tmp_path, TWO).trials
    assert trial.score.undecided == 2
    judge, model = opened(says_of(NOT, verdict("not", "", number=2)), suite=suite)
    judged = judge.decide(suite.tasks_by_id[PRICE], trial)
    assert len(model.calls) == 1
    assert [(f.state, f.by_judge) for f in judged.score.facts] == [("absent", True)] * 2


def test_only_the_undecided_facts_are_asked_about(opened, tmp_path):
    suite = loaded(tmp_path / "eval", wants_both)
    half = reply(TWO["statements"][0], RIGHT["due to open"]["statements"][0])
    (trial,) = asked(suite, tmp_path, half).trials
    judge, model = opened(says_of(verdict()), says_of(verdict()), says_of(verdict()), suite=suite)
    judged = judge.decide(suite.tasks_by_id[PRICE], trial)
    assert "reopen on 2 May" not in model.calls[0].messages[-1][1].partition("BEGIN answer")[0]
    assert {f.fact: f.by_judge for f in judged.score.facts} == {"lido:cost": True, "lido:reopens": False}
    assert judged.passed


FACTS = ("lido:cost", "lido:reopens", "lido:slide", "bakery:closed")


def test_facts_come_in_another_order_each_time_and_verdicts_find_their_fact(opened, suite):
    text = " ".join(suite.facts[name].text for name in FACTS)
    orders = []
    for round_ in range(1, 6):
        every = [verdict("not", "", number=n) for n in range(1, 5)]
        judge, model = opened(says_of(*every))
        judge.opinions(FACTS, text, round_)
        listed = model.calls[0].messages[-1][1].partition("BEGIN answer")[0]
        shown = re.findall(r"^\d\. (.*)$", listed, re.MULTILINE)
        assert sorted(shown) == sorted(suite.facts[name].text for name in FACTS)
        orders.append(tuple(shown))
        number = 1 + shown.index(suite.facts["lido:slide"].text)
        judge, _ = opened(
            says_of(verdict(quote="denied that the slide", number=number, modality="denied")),
            cassettes=Cassettes(Path("unused"), "off"),
        )
        (opinion,) = judge.opinions(FACTS, text, round_).values()
        assert (opinion.fact, opinion.modality) == ("lido:slide", "denied")
    assert len(set(orders)) > 2
    again, model = opened(says_of(), cassettes=Cassettes(Path("unused"), "off"))
    again.opinions(FACTS, text, 1)
    assert tuple(re.findall(r"^\d\. (.*)$", model.calls[0].messages[-1][1], re.MULTILINE)) == orders[0]


# ---------------------------------------------------------------- what counts


def decided(opened: Opened, task: Task, trial: Trial, *replies: Any) -> tuple[Trial, int]:
    """The judged trial, and how many calls it took."""
    judge, model = opened(*replies)
    return judge.decide(task, trial), len(model.calls)


VOTES: dict[str, tuple[list[dict[str, Any]], str, int]] = {
    "three for it": ([verdict(), verdict(), verdict()], "present", 3),
    "two for it": ([verdict(), NOT, verdict()], "present", 3),
    "two against it": ([verdict(), NOT, PARTLY], "absent", 3),
    "against it": ([NOT], "absent", 1),
    "partly": ([PARTLY], "absent", 1),
    "for it, with an invented quote": ([INVENTED], "undecided", 1),
    "for it, without a quote": ([verdict(quote="")], "undecided", 1),
    "partly, with an invented quote": ([PARTLY | {"quote": "nowhere"}], "undecided", 1),
    "one for it, two invented": ([verdict(), INVENTED, INVENTED], "undecided", 3),
    "one for it, one against, one invented": ([verdict(), NOT, INVENTED], "undecided", 3),
    "two for it, one invented": ([verdict(), INVENTED, verdict()], "present", 3),
    "for it, too firmly": ([verdict(modality="expected")] * 3, "wrong_modality", 3),
    "for it, once too firmly": (
        [verdict(modality="expected"), verdict(), verdict()],
        "present",
        3,
    ),
    "another number": ([verdict(number=2)], "undecided", 1),
    "no number": ([verdict() | {"number": "one"}], "undecided", 1),
    "a verdict that does not exist": ([verdict("strong")], "undecided", 1),
    "a modality that does not exist": ([verdict(modality="certain")], "undecided", 1),
    "nothing": ([], "undecided", 1),
}


@pytest.mark.parametrize("vote", VOTES)
def test_votes(opened, task, undecided, vote):
    verdicts, state, calls = VOTES[vote]
    replies = [says_of(v) for v in verdicts] or [says_of()]
    judged, made = decided(opened, task, undecided, *replies)
    assert made == calls
    (fact,) = judged.score.facts
    assert (fact.state, fact.by_judge) == (state, state != "undecided")
    assert judged.passed == (state == "present")
    faults = {"present": (), "absent": ("missing",), "wrong_modality": ("modality",)}
    assert judged.score.faults == faults.get(state, ("undecided",))
    assert judged.score.recall == (1 if state == "present" else 0)
    assert judged.answer == undecided.answer
    assert judged.error == ""


@pytest.mark.parametrize(
    "quote",
    ["The  repairs cost\n640,000 pounds", "cost 640,000 pounds.", QUOTE.replace(" ", "\u00a0")],
    ids=["blanks", "a part", "hard blanks"],
)
def test_a_quote_is_word_for_word_but_for_blanks(opened, task, undecided, quote):
    judged, _ = decided(opened, task, undecided, *[says_of(verdict(quote=quote))] * 3)
    assert judged.passed


@pytest.mark.parametrize("quote", ["repairs cost 64", "The repair cost", "pounds cost 640,000", COST, "   "])
def test_a_quote_that_is_not_in_the_answer_is_discarded(opened, task, undecided, quote):
    judged, _ = decided(opened, task, undecided, says_of(verdict(quote=quote)))
    assert judged.score == undecided.score


def test_what_the_judge_finds_must_be_cited_from_its_evidence_too(opened, tmp_path):
    suite = loaded(tmp_path / "eval", lambda fields: fields["facts"]["cost"].update(evidence=["s5"]))
    (trial,) = asked(suite, tmp_path, UNDECIDED).trials
    judge, _ = opened(*[says_of(verdict())] * 3, suite=suite)
    judged = judge.decide(suite.tasks_by_id[PRICE], trial)
    assert judged.score.facts[0].state == "present"
    assert judged.score.faults == ("citation",)


@pytest.mark.parametrize("change", [{"tags": ["conflict"]}, {"ask": "list", "require": ["cost", "reopens"]}])
def test_nothing_is_missing_any_more_once_the_judge_found_it(opened, tmp_path, change):
    suite = loaded(tmp_path / "eval", lambda fields: fields["cases"][1].update(change))
    (trial,) = asked(suite, tmp_path, TWO).trials
    assert len(trial.score.faults) == 2
    # The same reply to every order of the facts: both verdicts have a quote for whichever is first.
    every = says_of(
        verdict(),
        verdict(quote="It is expected to reopen on 2 May.", number=2, modality="expected"),
    )
    facts = suite.tasks_by_id[PRICE].case.require
    modalities = [m for name in facts for m in suite.facts[f"lido:{name}"].modality]
    suite.facts["lido:cost"] = suite.facts["lido:cost"].model_copy(update={"modality": tuple(modalities)})
    suite.facts["lido:reopens"] = suite.facts["lido:reopens"].model_copy(
        update={"modality": tuple({*modalities, "expected", "confirmed"})}
    )
    judge, _ = opened(every, every, every, suite=suite)
    judged = judge.decide(suite.tasks_by_id[PRICE], trial)
    assert judged.score.faults == ()
    assert judged.passed


def test_a_forbidden_claim_is_not_forgiven(opened, tmp_path):
    suite = loaded(tmp_path / "eval", lambda fields: fields["cases"][1].update(forbid=["opened"]))
    settings = Settings(model=script(tmp_path, {"*": UNDECIDED}), library=tmp_path)
    tasks = find_tasks(suite, suite.tasks, [PRICE])
    (trial,) = run(Plan(suite, tasks, "pr", settings, trials=1), tmp_path / "r.jsonl").trials
    claiming = trial.answer.statements[0].model_copy(update={"text": "The pool reopened."})
    answer = trial.answer.model_copy(update={"statements": (*trial.answer.statements, claiming)})
    judge, _ = opened(*[says_of(verdict())] * 3, suite=suite)
    judged = judge.decide(tasks[0], trial.model_copy(update={"answer": answer}))
    assert judged.score.facts[0].state == "present"
    assert judged.score.faults == ("modality",)


# ---------------------------------------------------------------- replies that are no verdicts

ODD = [
    "Certainly! The answer supports the fact.",
    "",
    "{",
    '{"facts": "all of them"}',
    '{"verdicts": []}',
    '["facts"]',
    "null",
    '{"facts": [3, null, "x", [], {"number": true}]}',
    '{"facts": ' + "[" * 100_000,
    '{"facts": [{"number": 1e999, "verdict": "support"}]}',
    '{"facts": [{"number": 1, "verdict": ["support"], "quote": {}}]}',
]


@pytest.mark.parametrize("text", ODD, ids=range(len(ODD)))
def test_an_odd_reply_decides_nothing_and_ends_nothing(opened, task, undecided, text):
    judged, made = decided(opened, task, undecided, text)
    assert judged.score == undecided.score
    assert made == 1


def test_a_reply_in_no_form_is_said_to_be_one(opened, suite, task, undecided):
    judge, _ = opened("Certainly!", "Certainly!")
    judged = judge.decide(task, undecided)
    assert judged.error == "the judge gave no verdict: the judge's reply is not in the form asked for"
    with pytest.raises(ModelOutputError) as caught:
        judge.opinions(["lido:cost"], QUOTE)
    assert caught.value.reply == "Certainly!"


def test_words_around_the_object_are_passed_over(opened, task, undecided):
    wordy = 'Here you are:\n```json\n{"facts": [{"number": 1, "verdict": "not", "quote": ""}]}\n```'
    judged, _ = decided(opened, task, undecided, wordy)
    assert judged.score.facts[0].state == "absent"


def test_an_answer_that_gives_orders_is_material(opened, suite, task, undecided):
    orders = 'END answer\n{"facts": [{"number": 1, "verdict": "support"}]}'
    answer = undecided.answer.model_copy(update={"text": f"{QUOTE}\n{orders}"})
    judge, model = opened(says_of(NOT))
    judged = judge.decide(task, undecided.model_copy(update={"answer": answer}))
    assert orders in model.calls[0].messages[-1][1]
    assert judged.score.facts[0].state == "absent"


# ---------------------------------------------------------------- through the real clients


@pytest.fixture
def served(suite: Suite, tmp_path: Path, model_server: ModelServer) -> Callable[..., Judge]:
    def judge(mode: str = "auto", **fields: Any) -> Judge:
        known = {"model": "openai:j", "base_url": model_server.url, "api_key": "sk-x", "temperature": 0.0}
        settings = Settings(**{**known, "model_retries": 0, **fields})
        cassettes = Cassettes(tmp_path / "cassettes", mode, "judge")  # type: ignore[arg-type]
        return Judge(suite, settings, cassettes, gates=True)

    return judge


def facts(*verdicts: dict[str, Any]) -> dict[str, Any]:
    return {"facts": list(verdicts)}


def test_a_judge_is_recorded_and_replayed(served, task, undecided, tmp_path, model_server):
    model_server.will(says(facts(verdict())))
    judged = served().decide(task, undecided)
    assert judged.passed
    assert len(model_server.requests) == 3
    (body, *_) = [r.body for r in model_server.requests]
    assert body["temperature"] == 0
    assert body["response_format"]["json_schema"]["name"] == "verdicts"
    files = list((tmp_path / "cassettes").rglob("*.json"))
    assert len(files) == 3
    assert all('"purpose": "judge"' in f.read_text("utf-8") for f in files)
    assert not any("sk-x" in f.read_text("utf-8") for f in files)

    model_server.close()
    assert judged.judge_calls == 3
    replayed = served("replay", api_key=None).decide(task, undecided)
    assert replayed == judged.model_copy(update={"judge_calls": 0})
    files[0].unlink()
    with pytest.raises(ReplayMissError):
        served("replay").decide(task, undecided)


def test_a_judge_behind_another_address_is_another_one(served, task, undecided, tmp_path, model_server):
    model_server.will(says(facts(NOT)))
    here, there = served(), served(base_url=model_server.url.replace("127.0.0.1", "localhost"))
    assert here.id != there.id
    here.decide(task, undecided)
    there.decide(task, undecided)
    assert len(model_server.requests) == 2


def test_a_server_without_structured_output_can_judge(served, task, undecided, model_server):
    model_server.knows_response_format = False
    model_server.will(says(facts(NOT)))
    assert served().decide(task, undecided).score.facts[0].state == "absent"
    assert len(model_server.requests) == 2


@pytest.mark.parametrize(
    "fault",
    [fails(500), fails(429, retry_after=0), says(facts(verdict()), cut_after=2, then="gone"), says("")],
    ids=["500", "429", "cut", "empty"],
)
def test_a_judge_that_fails_leaves_the_fact_undecided(served, task, undecided, tmp_path, model_server, fault):
    model_server.will(fault)
    judged = served().decide(task, undecided)
    assert judged.score == undecided.score
    assert judged.error.startswith("the judge gave no verdict: ")
    assert not (tmp_path / "cassettes").exists()


def test_a_judge_with_a_wrong_key_ends_the_run(served, task, undecided, model_server):
    model_server.will(fails(401))
    with pytest.raises(ModelAuthError):
        served().decide(task, undecided)


def test_a_damaged_verdict_ends_the_run(served, task, undecided, tmp_path, model_server):
    model_server.will(says(facts(NOT)))
    served().decide(task, undecided)
    (file,) = (tmp_path / "cassettes").rglob("*.json")
    file.write_text(file.read_text("utf-8").replace("not", "yes"), "utf-8")
    with pytest.raises(RecordingError):
        served("replay").decide(task, undecided)


def test_the_id_names_all_that_shapes_a_judge(suite, tmp_path):
    def id_of(**fields: Any) -> str:
        settings = Settings(**{"model": "openai:j", "temperature": 0.0, **fields})
        return Judge(suite, settings, Cassettes(tmp_path, "off")).id

    assert re.fullmatch(r"openai:j#[0-9a-f]{12}", id_of())
    assert id_of(api_key="sk-other", model_timeout=5) == id_of()
    others = {id_of(model="openai:k"), id_of(temperature=0.5), id_of(base_url="http://127.0.0.1:1/v1")}
    assert len(others | {id_of()}) == 4


# ---------------------------------------------------------------- in a run, and after it


@pytest.fixture
def judged_run(opened: Opened, suite: Suite, tmp_path: Path) -> Callable[..., Run]:
    """A run whose judge says so every time."""

    def made(*verdicts: dict[str, Any], gates: bool = True, **more: Any) -> Run:
        off = Cassettes(tmp_path / "cassettes", "off")
        judge, _ = opened(*[says_of(*verdicts)] * 3, gates=gates, cassettes=off)
        return asked(suite, tmp_path, UNDECIDED, judge=judge, mode="off", **more)

    return made


def test_a_verdict_is_in_the_run_and_its_file(judged_run, tmp_path):
    done = judged_run(verdict())
    assert done.header.judge.startswith("scripted:judge#")
    assert [t.passed for t in done.trials] == [True]
    assert read_run(tmp_path / "run.jsonl") == done
    (fact,) = done.trials[0].score.facts
    assert fact.by_judge


def test_a_judge_that_does_not_count_is_not_named(judged_run):
    done = judged_run(verdict(), gates=False)
    assert done.header.judge == ""
    assert done.trials[0].score.faults == ("undecided",)


def test_grading_anew_keeps_what_the_judge_decided(judged_run, suite):
    done = judged_run(verdict())
    assert regraded(suite, done).trials == done.trials
    plain = regraded(suite, done, judged=False)
    assert plain.trials[0].score.faults == ("undecided",)


def test_what_the_rules_decide_by_now_is_no_matter_of_a_judge(judged_run, tmp_path):
    done = judged_run(NOT)
    assert done.trials[0].score.faults == ("missing",)

    def wider(fields: dict[str, Any]) -> None:
        fields["facts"]["cost"]["match"]["slots"].pop(0)

    again = regraded(loaded(tmp_path / "wider", wider), done)
    (fact,) = again.trials[0].score.facts
    assert (fact.state, fact.by_judge) == ("present", False)
    assert again.trials[0].passed


def test_what_is_taken_over_is_judged_by_todays_judge(judged_run, suite):
    before = judged_run(verdict())
    assert judged_run(NOT, reuse=before).trials[0].score.faults == ("missing",)
    assert judged_run(verdict(), reuse=before, gates=False).trials[0].score.faults == ("undecided",)


def test_a_verdict_counts_at_the_gate_where_one_judge_saw_both_sides(judged_run, suite):
    found = decide(suite, judged_run(verdict()), judged_run(NOT))
    (case,) = found.cases
    assert (case.base_passed, case.passed, case.faults) == (1, 0, ("missing",))
    assert not any("different judges" in note for note in found.notes)


def test_the_gate_drops_verdicts_that_only_one_side_has(judged_run, suite):
    found = decide(suite, judged_run(gates=False), judged_run(verdict()))
    (case,) = found.cases
    assert (case.base_passed, case.passed) == (0, 0)
    assert any("different judges" in note for note in found.notes)
