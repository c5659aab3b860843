"""Recorded calls: what finds them, when a call is made, what is never kept, what a damaged file does."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from evals.tiny_suite import PRICE, RIGHT, answers, loaded, run
from loopback import ModelServer

from qa.config import Settings
from qa.errors import UsageError
from qa.evals.cassettes import MODES, Cassettes, Mode, RecordingError, ReplayMissError, Tally, key_of
from qa.evals.running import Plan
from qa.evals.suite import find_tasks
from qa.models.exchange import Live, Piece, Request

REQUEST = Request(
    model="openai:m",
    address="http://127.0.0.1:8000/v1",
    messages=(("system", "Be brief."), ("user", "Who was at Jökulsá?")),
    temperature=0.5,
    output={"type": "object", "required": ["a", "b"]},
)
DONE = Piece(ended="stop", input_tokens=11, output_tokens=5, model="m-2026-01-01")


class Model:
    """Stands for a live call: counts how often it is made."""

    def __init__(self, *pieces: Piece | Exception) -> None:
        self.pieces = pieces or (Piece(text="Nobody "), Piece(text="was at Jökulsá."), DONE)
        self.calls = 0

    def __call__(self) -> Iterator[Piece]:
        self.calls += 1
        for piece in self.pieces:
            if isinstance(piece, Exception):
                raise piece
            yield piece


def says(text: str) -> Model:
    return Model(Piece(text=text), DONE)


def passed(
    folder: Path, mode: Mode, live: Live, *, trial: int = 1, request: Request = REQUEST
) -> tuple[str, Tally]:
    """What comes out of one call in `mode`, and its tally."""
    tally = Tally()
    pieces = list(Cassettes(folder, mode).through(trial, tally)(request, live))
    return "".join(p.text for p in pieces), tally


def recordings(folder: Path) -> list[Path]:
    return sorted(p for p in folder.rglob("*") if p.is_file())


@pytest.fixture
def recorded(tmp_path: Path) -> Path:
    """The one recording of a folder: REQUEST, trial 1, "Nobody was at Jökulsá."."""
    passed(tmp_path, "auto", Model())
    (path,) = recordings(tmp_path)
    return path


# ---------------------------------------------------------------- the key

OTHERWISE: dict[str, Any] = {
    "model": "openai:n",
    "address": "http://127.0.0.1:8001/v1",
    "messages": (("system", "Be brief."), ("user", "Who was at Jökulsá ?")),
    "temperature": None,
    "output": {"type": "object", "required": ["b", "a"]},
}


def test_every_part_of_the_request_is_changed_below():
    assert set(OTHERWISE) == set(Request.model_fields)


@pytest.mark.parametrize("field", OTHERWISE)
def test_every_part_of_the_request_changes_the_key(field):
    assert key_of(REQUEST.model_copy(update={field: OTHERWISE[field]}), 1) != key_of(REQUEST, 1)


@pytest.mark.parametrize(
    "messages",
    [
        (("user", "Be brief."), ("user", "Who was at Jökulsá?")),
        (("user", "Who was at Jökulsá?"), ("system", "Be brief.")),
        (("system", "Be brief.Who was at Jökulsá?"),),
        (*REQUEST.messages, ("assistant", "Nobody.")),
    ],
    ids=["role", "order", "joined", "one more"],
)
def test_every_part_of_a_message_changes_the_key(messages):
    assert key_of(REQUEST.model_copy(update={"messages": messages}), 1) != key_of(REQUEST, 1)


def test_the_trial_changes_the_key_and_nothing_else_does():
    keys = {key_of(REQUEST, trial) for trial in range(1, 50)}
    assert len(keys) == 49
    again = Request.model_validate_json(REQUEST.model_dump_json())
    assert key_of(again, 7) in keys
    shuffled = REQUEST.model_copy(update={"output": {"required": ["a", "b"], "type": "object"}})
    assert key_of(shuffled, 1) == key_of(REQUEST, 1)


def test_the_key_is_that_of_every_machine_and_every_version():
    # Recordings are committed: a change of the key would throw all of them away.
    assert key_of(REQUEST, 1) == "de6d00128d0ab779e1197088cc4ec707aa6dfd444a7f1c075d5e2ba889abb716"


# ---------------------------------------------------------------- a recording


def test_a_recording_can_be_read_by_a_person(recorded):
    assert recorded.parent.name == recorded.stem[:2]
    assert recorded.stem == key_of(REQUEST, 1)
    text = recorded.read_text("utf-8")
    fields = json.loads(text)
    assert next(iter(fields)) == "schema"
    assert fields["schema"] == "qa-cassette/1"
    assert (fields["purpose"], fields["trial"]) == ("answer", 1)
    assert dt.date.fromisoformat(fields["recorded"]) <= dt.datetime.now(dt.UTC).date()
    assert fields["request"] == REQUEST.model_dump(mode="json")
    assert fields["response"]["text"] == "Nobody was at Jökulsá."
    assert (fields["response"]["ended"], fields["response"]["model"]) == ("stop", "m-2026-01-01")
    assert (fields["response"]["input_tokens"], fields["response"]["output_tokens"]) == (11, 5)
    assert "Jökulsá" in text  # not \u escapes: a reviewer reads it
    assert len(text.splitlines()) > 10


def test_a_replay_gives_what_was_recorded(tmp_path, recorded):
    live = says("Somebody else.")
    text, tally = passed(tmp_path, "replay", live)
    assert text == "Nobody was at Jökulsá."
    assert (live.calls, tally.calls, tally.replayed) == (0, 0, 1)
    assert (tally.input_tokens, tally.output_tokens) == (11, 5)
    assert tally.seconds == json.loads(recorded.read_text("utf-8"))["response"]["seconds"]


def test_trials_are_recorded_apart(tmp_path):
    for trial in (1, 2, 3):
        passed(tmp_path, "auto", says(f"Reply {trial}."), trial=trial)
    assert len(recordings(tmp_path)) == 3
    assert [passed(tmp_path, "replay", says("no"), trial=n)[0] for n in (3, 1, 2)] == [
        "Reply 3.",
        "Reply 1.",
        "Reply 2.",
    ]


def test_the_pieces_go_through_as_they_come(tmp_path):
    through = Cassettes(tmp_path, "auto").through(1, Tally())
    live = Model(Piece(text="first"), RuntimeError("not yet"))
    stream = through(REQUEST, live)
    assert next(stream).text == "first"
    with pytest.raises(RuntimeError):
        next(stream)


def test_threads_may_share_a_folder(tmp_path):
    cassettes = Cassettes(tmp_path, "auto")

    def call(number: int) -> str:
        trial = number % 5  # so that several write the same file
        pieces = cassettes.through(trial, Tally())(REQUEST, says(f"Reply {trial}."))
        return "".join(p.text for p in pieces)

    with ThreadPoolExecutor(8) as pool:
        said = list(pool.map(call, range(40)))
    assert said == [f"Reply {n % 5}." for n in range(40)]
    assert len(recordings(tmp_path)) == 5
    assert all(p.suffix == ".json" for p in recordings(tmp_path))
    assert passed(tmp_path, "replay", says("no"), trial=4)[0] == "Reply 4."


# ---------------------------------------------------------------- the modes


@pytest.mark.parametrize(
    ("mode", "called", "heard", "kept"),
    [
        ("auto", 0, "Old.", "Old."),
        ("replay", 0, "Old.", "Old."),
        ("record", 1, "New.", "Old."),
        ("refresh", 1, "New.", "New."),
        ("off", 1, "New.", "Old."),
    ],
)
def test_a_mode_where_the_call_is_recorded(tmp_path, mode, called, heard, kept):
    passed(tmp_path, "auto", says("Old."))
    live = says("New.")
    text, tally = passed(tmp_path, mode, live)
    assert text == heard
    assert (live.calls, tally.calls, tally.replayed) == (called, called, 1 - called)
    assert passed(tmp_path, "replay", says("no"))[0] == kept


@pytest.mark.parametrize(("mode", "kept"), [("auto", 1), ("record", 1), ("refresh", 1), ("off", 0)])
def test_a_mode_where_the_call_is_not_recorded(tmp_path, mode, kept):
    live = says("New.")
    assert passed(tmp_path, mode, live)[0] == "New."
    assert live.calls == 1
    assert len(recordings(tmp_path)) == kept


def test_replay_never_calls_and_says_what_is_missing(tmp_path):
    live = says("New.")
    with pytest.raises(ReplayMissError) as caught:
        passed(tmp_path, "replay", live, trial=2)
    assert caught.value.key == key_of(REQUEST, 2)
    assert caught.value.key in caught.value.message
    assert "--cache auto" in caught.value.hint
    assert caught.value.exit_code == 5
    assert live.calls == 0
    assert recordings(tmp_path) == []


def test_all_modes_were_tried():
    assert set(MODES) == {"auto", "replay", "record", "refresh", "off"}


# ---------------------------------------------------------------- what is never recorded

RECORDING_MODES: tuple[Mode, ...] = ("auto", "record", "refresh")


@pytest.mark.parametrize("mode", RECORDING_MODES)
@pytest.mark.parametrize(
    "pieces",
    [
        (RuntimeError("429"),),
        (Piece(text="Nobo"), ConnectionError("cut")),
        (Piece(text="Nobody."), DONE, ConnectionError("after its end")),
    ],
    ids=["at once", "half way", "at the end"],
)
def test_an_error_is_not_recorded(tmp_path, mode, pieces):
    with pytest.raises((RuntimeError, ConnectionError)):
        passed(tmp_path, mode, Model(*pieces))
    assert recordings(tmp_path) == []


@pytest.mark.parametrize("mode", RECORDING_MODES)
@pytest.mark.parametrize(
    "pieces",
    [(DONE,), (Piece(text=" \n\t"), DONE), (Piece(text="Nobody was"),), ()],
    ids=["empty", "blank", "without an ending", "nothing at all"],
)
def test_an_empty_or_cut_reply_is_not_recorded(tmp_path, mode, pieces):
    live = Model(*pieces) if pieces else Model(Piece())
    passed(tmp_path, mode, live)
    assert recordings(tmp_path) == []


def test_a_reply_that_nobody_read_to_its_end_is_not_recorded(tmp_path):
    tally = Tally()
    stream = Cassettes(tmp_path, "auto").through(1, tally)(REQUEST, Model())
    next(stream)
    stream.close()  # type: ignore[attr-defined]
    assert recordings(tmp_path) == []
    assert tally.calls == 1


def test_an_error_leaves_an_earlier_recording_as_it_was(tmp_path, recorded):
    before = recorded.read_bytes()
    with pytest.raises(ConnectionError):
        passed(tmp_path, "refresh", Model(Piece(text="Nobo"), ConnectionError("cut")))
    assert recorded.read_bytes() == before


def test_a_refusal_is_a_reply(tmp_path):
    passed(tmp_path, "auto", Model(Piece(refused=True), DONE))
    pieces = list(Cassettes(tmp_path, "replay").through(1, Tally())(REQUEST, says("no")))
    assert [(p.text, p.refused, p.ended) for p in pieces] == [("", True, "stop")]


def test_half_a_character_is_no_reason_to_fail(tmp_path):
    passed(tmp_path, "auto", Model(Piece(text="half \ud83d a pair"), DONE))
    assert passed(tmp_path, "replay", says("no"))[0] == "half ? a pair"


# ---------------------------------------------------------------- secrets


def test_no_key_and_no_password_is_in_a_recording_or_a_run(tmp_path, model_server: ModelServer):
    model_server.will(answers(RIGHT))
    address = model_server.url.replace("http://", "http://reporter:sesame-0815@")
    settings = Settings(model="openai:m", base_url=address, api_key="sk-topsecret-0123456789")
    suite = loaded(tmp_path / "eval")
    plan = Plan(suite, find_tasks(suite, suite.tasks, [PRICE]), "pr", settings, mode="auto", trials=1)
    done = run(plan, tmp_path / "run.jsonl")
    assert [t.passed for t in done.trials] == [True]
    (request,) = model_server.requests
    assert "topsecret" in request.headers["authorization"] or "Basic" in request.headers["authorization"]
    (recording,) = recordings(tmp_path / "eval" / "cassettes")
    told = recording.read_text("utf-8") + (tmp_path / "run.jsonl").read_text("utf-8")
    assert model_server.url in told
    for secret in ("topsecret", "sesame", "reporter", "Bearer", "authorization"):
        assert secret not in told


def test_the_key_of_a_recording_does_not_depend_on_secrets(tmp_path, model_server: ModelServer):
    model_server.will(answers(RIGHT))
    suite = loaded(tmp_path / "eval")
    tasks = find_tasks(suite, suite.tasks, [PRICE])
    for number, (address, key) in enumerate(
        [(model_server.url, "sk-one-000000"), (model_server.url.replace("//", "//me:pw@"), "sk-two-000000")]
    ):
        settings = Settings(model="openai:m", base_url=address, api_key=key)
        done = run(Plan(suite, tasks, "pr", settings, mode="auto", trials=1), tmp_path / f"{number}.jsonl")
        assert [t.calls for t in done.trials] == [1 - number]


# ---------------------------------------------------------------- damage


def edited(**changes: Any) -> Callable[[bytes], bytes]:
    """Changes fields of a recording, "response.text" being one inside another."""

    def edit(data: bytes) -> bytes:
        fields = json.loads(data)
        for name, value in changes.items():
            *outer, last = name.split("__")
            place = fields
            for part in outer:
                place = place[part]
            place[last] = value
        return json.dumps(fields).encode()

    return edit


DAMAGE: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda data: b"",
    "cut short": lambda data: data[: len(data) // 2],
    "no text": lambda data: b"\xff\xfe\x00" + data,
    "not JSON": lambda data: b"Nobody was there.",
    "a list": lambda data: b"[]",
    "null": lambda data: b"null",
    "too deep": lambda data: b'{"schema":' + b"[" * 100_000,
    "no fields": lambda data: b"{}",
    "another version": edited(schema="qa-cassette/2"),
    "an unknown field": edited(note="checked by me"),
    "the question": edited(request__messages=[["user", "Who was at Hvítá?"]]),
    "the model": edited(request__model="openai:better"),
    "the trial": edited(trial=2),
    "the reply": edited(response__text="The mayor was at Jökulsá."),
    "the tokens": edited(response__input_tokens=1),
    "the day": edited(recorded="2020-01-01"),
    "no seal": edited(sha256=""),
    "a wrong type": edited(response__input_tokens="eleven"),
}


@pytest.mark.parametrize("mode", ["auto", "replay"])
@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_or_edited_recording_is_refused(tmp_path, recorded, damage, mode):
    recorded.write_bytes(DAMAGE[damage](recorded.read_bytes()))
    live = says("New.")
    with pytest.raises(RecordingError) as caught:
        passed(tmp_path, mode, live)
    error = caught.value
    assert isinstance(error, UsageError)
    assert error.exit_code == 2
    assert str(recorded) in error.message
    assert "\n" not in error.message
    assert "--cache auto" in error.hint
    assert live.calls == 0


def test_the_damage_of_these_tests_is_the_only_reason(tmp_path, recorded):
    recorded.write_bytes(edited()(recorded.read_bytes()))  # formatted anew, and nothing else
    assert passed(tmp_path, "replay", says("no"))[0] == "Nobody was at Jökulsá."


def test_a_recording_under_another_name_is_refused(tmp_path, recorded):
    key = key_of(REQUEST, 2)
    (tmp_path / key[:2]).mkdir(exist_ok=True)
    (tmp_path / key[:2] / f"{key}.json").write_bytes(recorded.read_bytes())
    with pytest.raises(RecordingError, match="request was changed"):
        passed(tmp_path, "replay", says("no"), trial=2)


@pytest.mark.parametrize("mode", ["record", "refresh", "off"])
def test_what_is_not_read_cannot_be_in_the_way(tmp_path, recorded, mode):
    recorded.write_bytes(b"broken")
    assert passed(tmp_path, mode, says("New."))[0] == "New."


def test_refresh_mends_a_damaged_recording(tmp_path, recorded):
    recorded.write_bytes(b"broken")
    passed(tmp_path, "refresh", says("New."))
    assert passed(tmp_path, "replay", says("no"))[0] == "New."


def test_a_folder_that_cannot_be_written_is_said_to_be_one(tmp_path):
    (tmp_path / "cassettes").write_text("a file stands here")
    with pytest.raises(RecordingError, match="cannot be written") as caught:
        passed(tmp_path / "cassettes" / "inside", "record", says("New."))
    assert re.search(r"rights|disk", caught.value.hint)


def test_a_folder_in_the_place_of_a_recording(tmp_path, recorded):
    recorded.unlink()
    recorded.mkdir()
    with pytest.raises(RecordingError, match=str(recorded)):
        passed(tmp_path, "auto", says("New."))
