"""Watching: what a saved file makes run again, what it says, and that a file half written ends nothing."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from evals.tiny_suite import COST, PRICE, RIGHT, SHOP, SOLD, answers, reply, statement, written
from loopback import ModelServer, fails, says

from qa.config import Settings
from qa.errors import PromptError, QAError, UsageError
from qa.evals.running import Plan
from qa.evals.suite import load_suite
from qa.evals.watching import Rerun, saved, watched, watched_folders
from qa.resources import resource

OLD = "The repairs to the lido cost 640,000 pounds."
Save = Callable[[], object]


def prompt_in(folder: Path, first_words: str = "You answer questions") -> Path:
    text = resource("prompts", "answer", "v1.yaml").read_text("utf-8")
    path = folder / "mine" / "answer.yaml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(text.replace("You answer questions", first_words), "utf-8")
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return written(tmp_path / "eval")


@pytest.fixture
def watching(folder: Path, tmp_path: Path, model_server: ModelServer) -> Callable[..., list[Any]]:
    """Watches, saves the given things one after the other, and gives what was told."""
    model_server.will(answers(RIGHT))
    prompt = prompt_in(tmp_path)

    def load(**more: Any) -> Plan:
        known = {"model": "openai:m", "base_url": model_server.url, "api_key": "sk-x", "model_retries": 0}
        suite = load_suite(folder)
        settings = Settings(**{**known, "prompt": str(prompt), **more.pop("settings", {})})
        return Plan(
            suite, suite.chosen("pr"), "pr", settings, **{"mode": "off", "trials": 1, "workers": 1, **more}
        )

    def watch(*saves: Save, **more: Any) -> list[Any]:
        def changes(folders: tuple[Path, ...]) -> Iterator[object]:
            assert all(f.is_dir() for f in folders)
            for save in saves:
                save()
                yield {("modified", "x")}

        return list(watched(load(**more), reload=lambda: load(**more), changes=changes))

    return watch


def edit(path: Path, change: Callable[[Any], object]) -> Save:
    """Saves a YAML file with its fields changed."""

    def save() -> None:
        fields = yaml.safe_load(path.read_text("utf-8"))
        change(fields)
        path.write_text(yaml.safe_dump(fields), "utf-8")

    return save


def nothing() -> None:
    pass


def test_without_a_change_there_is_one_run(watching, model_server):
    assert watching() == [Rerun(trials=5, passed=5, asked=5)]
    assert len(model_server.requests) == 5


def test_what_did_not_change_is_not_asked_again(watching, model_server):
    first, again, third = watching(nothing, nothing)
    assert (first.asked, again.asked, third.asked) == (5, 0, 0)
    assert again.passed == third.passed == 5
    assert len(model_server.requests) == 5


def test_a_saved_question_is_asked_and_no_other(watching, folder, model_server):
    change = edit(
        folder / "cases" / "lido.yaml", lambda f: f["cases"][1].update(question="Repairs: how much?")
    )

    def save() -> None:
        change()
        model_server.will(says(reply(statement("The council paid half of it.", COST))))

    _, again, third = watching(save, nothing)
    assert (again.asked, again.passed) == (1, 4)
    assert (again.broken, again.mended) == ((PRICE,), ())
    assert third == Rerun(trials=5, passed=4, asked=0)
    assert len(model_server.requests) == 6


def test_a_saved_matcher_grades_anew_and_asks_nothing(watching, folder, model_server):
    case_file = folder / "cases" / "lido.yaml"
    before = case_file.read_text("utf-8")
    stricter = edit(case_file, lambda f: f["facts"]["cost"]["match"]["slots"].append({"any": ["mayor"]}))
    _, again, back = watching(stricter, lambda: case_file.write_text(before, "utf-8"))
    assert (again.asked, again.broken, again.mended) == (0, (PRICE,), ())
    assert (back.asked, back.broken, back.mended) == (0, (), (PRICE,))
    assert len(model_server.requests) == 5


def test_a_saved_prompt_asks_everything(watching, tmp_path, model_server):
    wrong = RIGHT | {"slide": reply()}

    def save() -> None:
        prompt_in(tmp_path, "You reply to questions")
        model_server.will(answers(wrong))

    _, again = watching(save)
    assert (again.asked, again.passed, again.broken) == (5, 4, (SOLD,))
    assert "You reply to questions" in model_server.requests[-1].text


def test_a_prompt_saved_without_a_difference_asks_nothing(watching, tmp_path, model_server):
    _, again = watching(lambda: prompt_in(tmp_path))
    assert again.asked == 0
    assert len(model_server.requests) == 5


def test_a_prompt_that_was_seen_before_is_replayed(watching, tmp_path, model_server):
    _, changed, back = watching(
        lambda: prompt_in(tmp_path, "You reply to questions"), lambda: prompt_in(tmp_path), mode="auto"
    )
    assert (changed.asked, back.asked) == (5, 5)  # asked of the cassettes
    assert len(model_server.requests) == 10


def test_what_had_no_reply_is_asked_again(watching, model_server):
    model_server.will(answers(RIGHT | {"repairs": fails(500)}))
    first, again = watching(lambda: model_server.will(answers(RIGHT)))
    assert (first.passed, first.trials) == (4, 5)
    assert (again.asked, again.passed) == (1, 5)
    assert (again.broken, again.mended) == ((), ())  # nothing is known of it before
    assert len(model_server.requests) == 6


def test_a_reply_that_could_not_be_read_is_taken_over(watching, model_server):
    model_server.will(answers(RIGHT | {"repairs": says(OLD)}))
    first, again = watching(nothing)
    assert (first.passed, again.passed, again.asked) == (4, 4, 0)
    assert len(model_server.requests) == 6


def test_most_trials_decide(watching, folder, model_server):
    script = [says(r) for r in (RIGHT["repairs"], reply(), RIGHT["repairs"])]
    script += [says(r) for r in (reply(), reply(), RIGHT["repairs"])]

    def only_the_price(fields: dict[str, Any]) -> None:
        fields["cases"] = [fields["cases"][1]]

    edit(folder / "cases" / "lido.yaml", only_the_price)()
    (folder / "cases" / "bakery.yaml").unlink()
    model_server.will(*script)
    first, again = watching(
        edit(folder / "cases" / "lido.yaml", lambda f: f["cases"][0].update(question="Repairs: how much?")),
        trials=3,
    )
    assert (first.passed, again.passed) == (2, 1)
    assert (again.broken, again.mended) == ((PRICE,), ())


# ---------------------------------------------------------------- half written


def test_a_broken_file_gives_its_error_and_the_next_save_goes_on(watching, folder, tmp_path, model_server):
    case_file, prompt = folder / "cases" / "lido.yaml", tmp_path / "mine" / "answer.yaml"
    before = case_file.read_text("utf-8"), prompt.read_text("utf-8")
    told = watching(
        lambda: case_file.write_text("schema: [", "utf-8"),
        lambda: case_file.write_text("", "utf-8"),
        lambda: case_file.write_text(before[0], "utf-8"),
        lambda: prompt.write_text("name: mine\nuser: $pas", "utf-8"),
        prompt.unlink,
        lambda: prompt.write_text(before[1], "utf-8"),
    )
    kinds = [Rerun, UsageError, UsageError, Rerun, PromptError, PromptError, Rerun]
    assert [type(event) for event in told] == kinds
    assert all(str(case_file) in event.message for event in told[1:3])
    assert all("answer.yaml" in event.message for event in told[4:6])
    assert (told[3].asked, told[6].asked) == (0, 0)  # the run before the error is what is taken over
    assert len(model_server.requests) == 5


def test_an_edited_article_gives_its_error(watching, folder):
    article = folder / "articles" / "lido.txt"
    text = article.read_text("utf-8")
    _, error = watching(lambda: article.write_text(text + "More.\n", "utf-8"))
    assert isinstance(error, UsageError)
    assert "sha256" in error.message


def test_a_wrong_key_at_first_does_not_end_the_watch(watching, model_server):
    model_server.will(fails(401))
    error, rerun = watching(lambda: model_server.will(answers(RIGHT)))
    assert isinstance(error, QAError)
    assert "key" in error.message
    assert (rerun.asked, rerun.passed) == (5, 5)


def test_a_replay_miss_does_not_end_the_watch(watching, tmp_path):
    first, error, back = watching(
        lambda: prompt_in(tmp_path, "You reply to questions"), lambda: prompt_in(tmp_path), mode="replay"
    )
    assert [event.exit_code for event in (first, error, back)] == [5, 5, 5]


# ---------------------------------------------------------------- the extractive engine, and real files


def test_the_extractive_engine_is_watched_too(folder, tmp_path):
    def load() -> Plan:
        suite = load_suite(folder)
        return Plan(suite, suite.chosen("pr"), "pr", Settings(library=tmp_path))

    def changes(folders: tuple[Path, ...]) -> Iterator[object]:
        yield
        edit(folder / "cases" / "bakery.yaml", lambda f: f["cases"][0].update(question="What is a lido?"))()
        yield

    first, same, changed = watched(load(), reload=load, changes=changes)
    assert (first, same) == (Rerun(trials=5, passed=5, asked=5), Rerun(trials=5, passed=5, asked=0))
    assert (changed.asked, changed.broken) == (1, (SHOP,))


def test_what_is_watched(folder, tmp_path):
    suite = load_suite(folder)

    def folders(**settings: Any) -> tuple[Path, ...]:
        return watched_folders(Plan(suite, suite.chosen("pr"), "pr", Settings(**settings)))

    prompt = prompt_in(tmp_path)
    assert folders(prompt=str(prompt)) == (folder / "cases", folder / "articles", tmp_path / "mine")
    assert folders() == (folder / "cases", folder / "articles", resource("prompts"))
    assert folders(prompt="answer@v1") == folders()


def test_saving_a_real_file_is_noticed(folder):
    noticed = saved((folder / "cases",))
    stop = threading.Event()

    def keep_saving() -> None:
        while not stop.wait(0.05):
            (folder / "cases" / "lido.yaml").write_text("saved", "utf-8")

    saver = threading.Thread(target=keep_saving)
    saver.start()
    try:
        (change, *_) = next(noticed)  # type: ignore[misc]
    finally:
        stop.set()
        saver.join()
        noticed.close()  # type: ignore[attr-defined]
    assert Path(change[1]).name == "lido.yaml"
