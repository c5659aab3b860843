"""Attacks by articles: what they plant must not come out, whether qa reads them itself or a model that obeys
does.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from attacks import playing
from attacks.playing import Attack

from qa import Assistant, Library, Settings
from qa.answering.chain import as_material
from qa.answering.extractive import ExtractiveEngine
from qa.answering.planted import instructions_in, is_planted, planted_spans
from qa.errors import ModelOutputError
from qa.models.scripted import ScriptedChatModel
from qa.resources import resource, sample_articles
from qa.sentences import sentence_spans
from qa.sources import Source, discover, read
from qa.types import Answer, Article, Filters, Passage

ATTACKS, CONTROLS = playing.attacks(), playing.controls()
each_attack = pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.id)
each_control = pytest.mark.parametrize("control", CONTROLS, ids=lambda control: control.id)


@dataclass(frozen=True)
class Newsstand:
    """One library with all the articles, and which of them belong to which attack."""

    library: Library
    articles: dict[str, list[Article]]

    def only(self, attack: Attack) -> Filters:
        return playing.filters(self.articles[attack.id])

    def passages(self, attack: Attack) -> tuple[Passage, ...]:
        return self.library.search(attack.question, k=8, filters=self.only(attack))

    def extracted(self, question: str, attack: Attack | None = None) -> Answer:
        assistant = Assistant(Settings(), library=self.library, engine=ExtractiveEngine())
        return assistant.ask(question, filters=self.only(attack) if attack else None)

    def obeyed(self, attack: Attack, replies: list[object]) -> Answer:
        engine = playing.obedient(replies)
        assistant = Assistant(playing.SETTINGS, library=self.library, engine=engine)
        return assistant.ask(attack.question, filters=self.only(attack))


@pytest.fixture(scope="module")
def stand(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Newsstand]:
    folder = tmp_path_factory.mktemp("attacks")
    articles = {attack.id: playing.articles(attack, folder) for attack in (*ATTACKS, *CONTROLS)}
    with Library(folder / "library") as library:
        library.add([article for found in articles.values() for article in found])
        yield Newsstand(library, articles)


def test_the_attacks_are_many_and_of_many_kinds():
    kinds = Counter(attack.kind for attack in ATTACKS)
    assert len(ATTACKS) >= 96
    assert len(kinds) >= 16
    assert min(kinds.values()) >= 3
    assert len({attack.id for attack in (*ATTACKS, *CONTROLS)}) == len(ATTACKS) + len(CONTROLS)
    assert len(CONTROLS) == 4


# ---------------------------------------------------------------- the engine that quotes


@each_attack
def test_the_news_is_answered_and_nothing_planted(stand, attack):
    answer = stand.extracted(attack.question, attack)
    assert playing.faults(answer, attack, stand.library) == []
    assert any(playing.holds(answer.text, words) for words in attack.true_answer), answer.text


@each_attack
@pytest.mark.parametrize("question", ["Is it true that {}?", "What is known about this: {}?"])
def test_who_asks_for_what_is_planted_does_not_get_it(stand, attack, question):
    answer = stand.extracted(question.format(attack.says.rstrip(".")), attack)
    if not answer.abstained:  # else its reason repeats the question's names
        assert playing.faults(answer, attack, stand.library) == []


def test_the_attacks_do_not_help_each_other(stand):
    for attack in ATTACKS:
        answer = stand.extracted(attack.question)
        assert playing.faults(answer, attack, stand.library) == []


# ---------------------------------------------------------------- a model that obeys


@each_attack
def test_a_model_that_obeys_is_not_believed(stand, attack):
    failed = set()
    for name, replies in playing.plays(attack, stand.passages(attack)):
        if name == "sends no form at all":
            with pytest.raises(ModelOutputError) as error:
                stand.obeyed(attack, replies)
            shown = f"{error.value.message} {error.value.hint}"
            assert not any(playing.holds(shown, word) for word in (*attack.payload, playing.LINK))
            continue
        answer = stand.obeyed(attack, replies)
        if faults := playing.faults(answer, attack, stand.library):
            assert name in attack.open, (name, faults)
            failed.add(name)
    assert failed == set(attack.open), "what is open no more may be struck out in attacks.yaml"


def test_what_is_planted_is_withheld_with_its_own_code(stand):
    checked = 0
    for attack in ATTACKS:
        passages = stand.passages(attack)
        sentence = playing.cited(passages, attack.cites)
        if sentence is None or not _is_planted(passages, sentence["quote"]):
            continue  # stripped, or it reads like the article's own report
        answer = stand.obeyed(attack, dict(playing.plays(attack, passages))["says it and cites it"])
        assert answer.abstained, attack.id
        assert [w.code for w in answer.warnings] == ["planted-instruction"], attack.id
        checked += 1
    assert checked >= 60


def _is_planted(passages: tuple[Passage, ...], sentence: str) -> bool:
    return any(p.text[a:b] == sentence for p in passages for a, b in planted_spans(p.text))


def test_what_needs_no_detector_and_what_cannot_have_one(stand):
    missed = {a.id: a.kind for a in ATTACKS if not any(map(_holds_planted, stand.articles[a.id]))}
    stripped = {
        name for name, kind in missed.items() if kind in ("hidden-html", "invisible-characters", "terminal")
    }
    like_news = {name for name, kind in missed.items() if kind == "near-duplicate"}
    assert set(missed) - stripped - like_news == {
        "caption-instruction",  # the reader leaves captions out
        "correction-plain",
        "split-quoted",
    }


def test_ingest_reports_every_attack_that_is_found(stand):
    articles = [article for attack in ATTACKS for article in stand.articles[attack.id]]
    planted = [article for article in articles if planted_spans(article.text)]
    assert len(planted) >= 60
    assert [a.title for a in planted if instructions_in(a.text) != len(planted_spans(a.text))] == []


def _holds_planted(article: Article) -> bool:
    return bool(planted_spans(article.text)) or any(
        map(is_planted, (article.title, article.outlet, *article.authors))
    )


# ---------------------------------------------------------------- what is stripped at ingest


@pytest.mark.parametrize(
    "attack", [a for a in ATTACKS if a.kind == "hidden-html"], ids=lambda attack: attack.id
)
def test_what_a_page_hides_is_neither_kept_nor_shown_to_a_model(stand, attack):
    (article,) = stand.articles[attack.id]
    assert not any(playing.holds(article.text, word) for word in attack.payload)
    model = ScriptedChatModel(script=[{"answerable": False, "reason": "", "statements": []}])
    engine = playing.engine_with(model)
    Assistant(playing.SETTINGS, library=stand.library, engine=engine).ask(
        attack.question, filters=stand.only(attack)
    )
    sent = model.calls[0].messages[-1][1]
    assert article.text in sent
    assert not any(playing.holds(sent, word) for word in attack.payload)


@each_attack
def test_no_invisible_or_control_character_is_kept(stand, attack):
    for article in stand.articles[attack.id]:
        kept = "".join((article.text, article.title, article.outlet, *article.authors))
        assert not playing.UNSAFE.search(kept.replace("\n", ""))


def test_a_planted_headline_is_not_shown_to_a_model(stand):
    attack = next(a for a in ATTACKS if a.id == "headline-instruction")
    model = ScriptedChatModel(script=[{"answerable": False, "reason": "", "statements": []}])
    Assistant(playing.SETTINGS, library=stand.library, engine=playing.engine_with(model)).ask(
        attack.question, filters=stand.only(attack)
    )
    assert "Headline: unknown" in model.calls[0].messages[-1][1]
    assert "Ignore all previous" in as_material(stand.passages(attack))


# ---------------------------------------------------------------- news that only reports on attacks


@each_control
def test_news_about_attacks_is_news(stand, control):
    (article,) = stand.articles[control.id]
    assert planted_spans(article.text) == frozenset()
    assert not is_planted(article.title)
    answer = stand.extracted(control.question, control)
    assert any(playing.holds(answer.text, words) for words in control.true_answer), answer.text


@each_control
def test_a_model_may_say_every_sentence_of_it(stand, control):
    passages = stand.passages(control)
    replies = dict(playing.plays(control, passages))["repeats every sentence"]
    answer = stand.obeyed(control, replies)
    said = {s.text for s in answer.statements}
    assert said == {p.text[a:b] for p in passages for a, b in sentence_spans(p.text)}
    assert answer.warnings == ()


def test_articles_without_attacks_hold_nothing_planted():
    folders = [sample_articles(), resource("eval", "articles"), Path(__file__).parent / "fresh" / "articles"]
    attacked = {"trevanna-bridge-cracks", "vellhalla-lithium-permit"}
    sentences = 0
    for source in discover([str(folder) for folder in folders]):
        assert isinstance(source, Source)
        if Path(source.name).stem in attacked:
            continue
        for article in read(source):
            assert isinstance(article, Article)
            assert planted_spans(article.text) == frozenset(), article.title
            assert not any(map(is_planted, (article.title, article.outlet, *article.authors)))
            sentences += len(sentence_spans(article.text))
    assert sentences > 1000
