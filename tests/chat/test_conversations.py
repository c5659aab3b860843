"""A conversation as a program uses it: turns, streams, two at once, and what is kept on disk."""

from __future__ import annotations

import json
import stat
import threading

import pytest
from harbour_town import TODAY, assistant_in

from qa import Conversation
from qa.chat import History, Rewriting, Turn
from qa.chat.keeping import from_json, names_kept, path_of
from qa.chat.turns import MOST_TURNS
from qa.errors import ConversationError, LibraryError, UsageError
from qa.types import Answer, Statement

SUMMIT = "Is Enquist attending the summit in Solhavn?"


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    with assistant_in(tmp_path_factory.mktemp("town") / "library") as opened:
        yield opened


@pytest.fixture
def own(tmp_path):
    with assistant_in(tmp_path / "library") as opened:
        yield opened


def test_turns_hold_the_question_as_typed_as_asked_and_the_answer(shared):
    talk = shared.conversation()
    first = talk.ask(SUMMIT, today=TODAY)
    second = talk.ask("  and   Karrin? ", today=TODAY)
    assert [t.question for t in talk.turns] == [SUMMIT, "and Karrin?"]
    assert talk.turns[1].asked == second.question == "Is Karrin attending the summit in Solhavn?"
    assert [t.answer for t in talk.turns] == [first, second]
    assert [t.rewriting.by for t in talk.turns] == ["", "rules"]


def test_a_stream_begins_with_how_it_is_asked_and_ends_with_the_answer(shared):
    talk = shared.conversation()
    rewriting, *statements, answer = talk.stream(SUMMIT, today=TODAY)
    assert isinstance(rewriting, Rewriting)
    assert isinstance(answer, Answer)
    assert answer.statements == tuple(s for s in statements if isinstance(s, Statement))
    assert talk.turns[-1].answer == answer


def test_a_stream_closed_early_leaves_no_turn_and_no_lock(shared):
    talk = shared.conversation()
    events = talk.stream(SUMMIT, today=TODAY)
    next(events)
    events.close()
    assert talk.turns == ()
    assert not talk.ask(SUMMIT, today=TODAY).abstained


def test_an_error_leaves_no_turn_and_no_lock(shared):
    talk = shared.conversation()
    with pytest.raises(UsageError, match="empty"):
        talk.ask("?!")
    assert talk.turns == ()
    talk.ask(SUMMIT, today=TODAY)


def test_a_second_question_at_once_is_refused_in_words(shared):
    talk = shared.conversation()
    events = talk.stream(SUMMIT, today=TODAY)
    next(events)
    with pytest.raises(UsageError, match="still answering"):
        talk.ask("and Karrin?")
    with pytest.raises(UsageError, match="still answering"):
        talk.save("busy")
    *_, answer = events
    assert [t.answer for t in talk.turns] == [answer]


class Slow:
    """Answers when it is let, and says when it has begun."""

    def __init__(self, assistant):
        self._assistant = assistant
        self.begun, self.go = threading.Event(), threading.Event()

    def stream(self, question, **options):
        self.begun.set()
        assert self.go.wait(60)
        yield from self._assistant.stream(question, **options)


def test_of_two_threads_one_is_answered_and_the_other_refused(shared):
    slow = Slow(shared)
    talk = Conversation(slow, lambda: shared.library)
    answers = []
    thread = threading.Thread(target=lambda: answers.append(talk.ask(SUMMIT, today=TODAY)))
    thread.start()
    assert slow.begun.wait(60)
    with pytest.raises(UsageError, match="still answering"):
        talk.ask(SUMMIT, today=TODAY)
    slow.go.set()
    thread.join(60)
    assert [t.answer for t in talk.turns] == answers
    assert len(answers) == 1


def test_many_threads_with_conversations_of_their_own(shared):
    found: dict[int, tuple[str, ...]] = {}

    def talk(number: int) -> None:
        mine = shared.conversation()
        for question in (SUMMIT, "and Karrin?", "what did she say?"):
            mine.ask(question, today=TODAY)
        found[number] = tuple(t.asked for t in mine.turns)

    threads = [threading.Thread(target=talk, args=(n,)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(found) == 6
    assert set(found.values()) == {
        (SUMMIT, "Is Karrin attending the summit in Solhavn?", "What did Maud Karrin say?")
    }


def test_it_goes_through_json_and_back(shared):
    talk = shared.conversation()
    talk.ask(SUMMIT, today=TODAY)
    talk.ask("and Karrin?", today=TODAY)
    text = talk.history.model_dump_json()
    assert History.model_validate_json(text) == talk.history
    assert from_json(text, "here").turns == talk.turns


def test_saved_and_continued(own):
    talk = own.conversation()
    talk.ask(SUMMIT, today=TODAY)
    path = talk.save("june summit")
    assert path == own.settings.library / "conversations" / "june summit.json"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    again = own.conversation("june summit")
    assert (again.name, again.turns) == ("june summit", talk.turns)
    assert again.ask("and Karrin?", today=TODAY).question == "Is Karrin attending the summit in Solhavn?"
    again.save()
    assert len(own.conversation("june summit").turns) == 2
    assert [p.name for p in path.parent.iterdir()] == ["june summit.json"]  # no half-written file is left
    assert names_kept(own.settings.library) == ["june summit"]


def test_a_write_that_fails_leaves_what_was_there(own, monkeypatch):
    talk = own.conversation()
    talk.ask(SUMMIT, today=TODAY)
    path = talk.save("kept")
    before = path.read_bytes()

    def full(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("qa.chat.keeping.os.fsync", full)
    talk.ask("and Karrin?", today=TODAY)
    with pytest.raises(ConversationError, match=r"kept\.json cannot be written: No space left"):
        talk.save()
    assert path.read_bytes() == before
    assert [p.name for p in path.parent.iterdir()] == ["kept.json"]


@pytest.mark.parametrize("name", ["", "..", "a/b", "../up", ".hidden", "a\nb", "x" * 65, "nul", "dot."])
def test_what_is_no_name_is_refused(own, name):
    talk = own.conversation()
    with pytest.raises(UsageError):
        talk.save(name)
    assert not (own.settings.library / "conversations").exists()


def test_one_that_was_never_saved_is_named_with_those_there_are(own):
    with pytest.raises(UsageError, match="no conversation called 'davos'"):
        own.conversation("davos")
    own.conversation().save("other")
    with pytest.raises(UsageError) as caught:
        own.conversation("davos")
    assert "other" in caught.value.hint


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "not JSON"),
        ("{", "not JSON"),
        ("[]", "damaged"),
        ('{"format": 1, "turns": [{}]}', "turns"),
        ('{"format": 1, "nonsense": 1}', "nonsense"),
        ("[" * 100_000, "not JSON"),
        ("\udcff", "not UTF-8"),
    ],
)
def test_a_damaged_file_is_named_and_left_alone(own, text, why):
    path = path_of(own.settings.library, "broken")
    path.parent.mkdir()
    path.write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(ConversationError, match=rf"broken\.json is damaged: .*{why}|{why}") as caught:
        own.conversation("broken")
    assert "broken.json" in caught.value.message
    assert path.read_bytes() == text.encode("utf-8", "surrogateescape")


def test_a_newer_format_is_refused_and_said_to_be_newer(own):
    path = path_of(own.settings.library, "later")
    path.parent.mkdir()
    path.write_text(json.dumps({"format": 2, "threads": []}))
    with pytest.raises(ConversationError, match="newer qa") as caught:
        own.conversation("later")
    assert caught.value.hint == "Upgrade qa."


def test_a_file_without_end_is_not_read(own, monkeypatch):
    path = path_of(own.settings.library, "huge")
    path.parent.mkdir()
    path.write_text(" " * 2_000)
    monkeypatch.setattr("qa.chat.keeping.LARGEST", 1_000)
    with pytest.raises(ConversationError, match=r"huge\.json is damaged: it has more than"):
        own.conversation("huge")


def test_it_forgets_the_oldest_turns(shared):
    talk = shared.conversation()
    talk.ask(SUMMIT, today=TODAY)
    old = talk.turns[0]
    full = History(
        turns=(Turn(rewriting=Rewriting(typed="first", asked="first"), answer=old.answer),)
        + (old,) * (MOST_TURNS - 1)
    )
    talk = Conversation(shared, lambda: shared.library, history=full)
    talk.ask("and Karrin?", today=TODAY)
    assert len(talk.turns) == MOST_TURNS
    assert talk.turns[0].question == SUMMIT
    assert talk.turns[-1].question == "and Karrin?"


def test_without_a_library_nothing_is_made(tmp_path):
    from qa import Assistant, Settings

    with Assistant(Settings(library=tmp_path / "nowhere")) as assistant, pytest.raises(LibraryError):
        assistant.conversation().save("x")
    assert not (tmp_path / "nowhere").exists()
