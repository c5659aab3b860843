"""The recipe that measures follow-up questions, and the labels that it measures with."""

from __future__ import annotations

import importlib.util
import re
import sys
from types import ModuleType

import pytest

from qa import Assistant, Library, Settings
from qa.errors import UsageError
from qa.resources import resource


@pytest.fixture(scope="module")
def recipe() -> ModuleType:
    folder = resource("eval", "benchmarks")
    spec = importlib.util.spec_from_file_location("followups_recipe", folder / "followups.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    before = list(sys.path)
    spec.loader.exec_module(module)
    sys.path[:] = before
    return module


@pytest.fixture(scope="module")
def outcomes(recipe, tmp_path_factory):
    """What becomes of two of the conversations."""
    folder = tmp_path_factory.mktemp("followups") / "library"
    by_stem = recipe.articles()
    chosen = [label for label in recipe.labels() if label.id in ("davos-and-starmer", "davos-to-cup")]
    with Library(folder) as library:
        library.add(by_stem.values())
        assistant = Assistant(Settings(library=folder), library=library)
        return [outcome for label in chosen for outcome in recipe.run(label, assistant, by_stem)]


def test_labels_name_articles_that_there_are_and_words_that_stand_there(recipe):
    by_stem, labels = recipe.articles(), recipe.labels()
    assert len({label.id for label in labels}) == len(labels) >= 40
    for label in labels:
        for turn in label.then:
            assert bool(turn.stems) == bool(turn.says)
            texts = [by_stem[stem].text for stem in turn.stems]
            assert not texts or any(re.search(turn.says, text) for text in texts), (label.id, turn.asked)


def test_both_halves_are_large_and_hold_both_kinds(recipe):
    for half in ("tune", "held"):
        turns = [turn for label in recipe.labels() if label.half == half for turn in label.then]
        assert sum(turn.leans for turn in turns) >= 40
        assert sum(turn.alone == "same" for turn in turns) >= 5


def test_each_follow_up_is_measured_in_three_wordings(recipe, outcomes):
    starmer, him, cup = outcomes
    assert starmer.typed.question == "and Starmer?"
    assert starmer.rewritten.question == starmer.reader.question == "Is Starmer attending Davos?"
    assert him.reader.question == "Who is going to Davos with Starmer?"
    assert cup.typed.question == cup.rewritten.question == cup.reader.question == "Who won the Atlantic Cup?"
    assert starmer.rewritten.answer.question == "Is Starmer attending Davos?"


def test_the_figures_are_shares_of_these(recipe, outcomes):
    by_stem = recipe.articles()
    figures = recipe.figures(outcomes, by_stem)
    assert (figures["leaning"], figures["alone"], figures["unclear"]) == (2, 1, 0)
    assert figures["rewritten"]["article@1"] == 1.0
    assert figures["alone_untouched"] == 1.0
    assert figures["unclear_untouched"] is None
    missed = {"found": ("maravel-rate-cut",), "answer": outcomes[2].typed.answer}
    wrong = [o.model_copy(update={"rewritten": o.typed.model_copy(update=missed)}) for o in outcomes[:2]]
    assert set(recipe.figures(wrong, by_stem)["rewritten"].values()) == {0.0}


def test_what_comes_out_wrong_can_be_shown(recipe, outcomes, capsys):
    recipe.show(outcomes, recipe.articles())
    shown = capsys.readouterr().out
    assert "davos-and-starmer: 'and Starmer?'\n    -> 'Is Starmer attending Davos?'" in shown


@pytest.mark.parametrize("text", ["- [", "- 1", "just words", "- {id: x, first: y}"])
def test_a_file_that_holds_no_conversations_is_named(recipe, tmp_path, text):
    path = tmp_path / "labels.yaml"
    path.write_text(text)
    with pytest.raises(UsageError, match=r"labels\.yaml"):
        recipe.labels(path)
