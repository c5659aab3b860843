"""Standing questions, kept in the library's folder with their last answers.

The file is `watches.json`. It is written whole and swapped in, under a lock of its own that is not held while
a question is being asked: two runs at once may both report a change, and the answer asked last is kept.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from pydantic import AwareDatetime, Field, ValidationError

from qa.answering.moving.changes import AnswerDifference
from qa.answering.words import content_words, words
from qa.errors import LibraryDamagedError, LibraryError, LibraryLockedError, UsageError
from qa.library.durable import replace_file
from qa.types import Answer, Filters, Notice, Value

FILE = "watches.json"
LONGEST_NAME = 60
NAME_WORDS = 5
_IDLE = frozenset({"many", "much"})


class Watch(Value):
    """A standing question: what is asked, of which articles, by which model, and the last answer.

    `passages`, `model` and `prompt` are None where the settings decide. `saved` and `asked` are when it was
    first and last asked; `versions` are those of the articles that the answer cites, by their ids.
    """

    name: str = Field(min_length=1, max_length=LONGEST_NAME)
    question: str
    as_of: dt.date | None = None
    filters: Filters = Filters()
    passages: int | None = None
    model: str | None = None
    prompt: str | None = None
    saved: AwareDatetime
    asked: AwareDatetime
    answer: Answer
    versions: dict[str, int] = Field(default_factory=dict)


class WatchList(Value):
    """All standing questions, in the order in which they were saved."""

    watches: tuple[Watch, ...]


class WatchOutcome(Value):
    """What became of one standing question: `since` is when it was asked before. A failed one has `error` and
    no answer, and keeps the last; `warnings` say what makes the comparison doubtful.
    """

    name: str
    question: str
    status: Literal["unchanged", "changed", "failed"]
    since: AwareDatetime
    difference: AnswerDifference = AnswerDifference()
    before: Answer
    answer: Answer | None = None
    warnings: tuple[Notice, ...] = ()
    error: str = ""
    hint: str = ""


class WatchRun(Value):
    """What a run came to. `stored` is False for a dry run: the next one compares with the same answers."""

    asked: AwareDatetime
    stored: bool
    outcomes: tuple[WatchOutcome, ...]


class _Saved(Value):
    format: Literal["qa-watches/1"] = "qa-watches/1"
    watches: tuple[Watch, ...] = ()


class Watches:
    """The standing questions of one library."""

    def __init__(self, folder: Path, *, lock_timeout: float = 60) -> None:
        """Those in the library's folder `folder`; nothing is read yet."""
        self.path = folder / FILE
        self._lock_timeout = lock_timeout

    def all(self) -> tuple[Watch, ...]:
        """Every standing question, in the order in which they were saved. Raises LibraryDamagedError for a
        file that is not one of these; LibraryError.
        """
        try:
            text = self.path.read_text("utf-8")
        except FileNotFoundError:
            return ()
        except UnicodeDecodeError as exc:
            raise self._damaged("it is not UTF-8 text") from exc
        except OSError as exc:
            raise LibraryError(f"{self.path} cannot be read: {exc.strerror}", "Check its rights.") from exc
        try:
            return _Saved.model_validate_json(text).watches
        except ValidationError as exc:
            first = exc.errors()[0]
            place = ".".join(str(part) for part in first["loc"])
            raise self._damaged(f"{place}: {first['msg']}" if place else first["msg"]) from exc

    def get(self, name: str) -> Watch:
        """The one with this name, in small or capital letters. Raises UsageError."""
        return _named(name, self.all())

    def free_name(self, name: str | None, question: str) -> str:
        """`name` if it can be given and is free, else one made of the question's words. Raises UsageError."""
        there = self.all()
        if name is None:
            return _numbered(name_for(question), there)
        name = _clean_name(name)
        if _is_taken(name, there):
            raise UsageError(
                f"there is a saved question called {name} already",
                f"Choose another --name, or remove that one: qa watch --remove {name}",
            )
        return name

    def add(self, watch: Watch) -> Watch:
        """Saves one more, and gives it as it was saved: with a number after its name where another process
        took that in the meantime. Raises LibraryError.
        """
        with self._changing() as watches:
            watch = watch.model_copy(update={"name": _numbered(watch.name, watches)})
            watches.append(watch)
        return watch

    def remove(self, name: str) -> Watch:
        """Forgets one, and gives it. Raises UsageError if there is none of that name; LibraryError."""
        with self._changing() as watches:
            found = _named(name, watches)
            watches.remove(found)
        return found

    def store(self, watch: Watch) -> None:
        """Keeps a newer answer of one. Does nothing where the question was removed in the meantime, or asked
        again by another run. Raises LibraryError.
        """
        with self._changing() as watches:
            for place, old in enumerate(watches):
                same = (old.name, old.saved) == (watch.name, watch.saved)
                if same and old.asked < watch.asked:
                    watches[place] = watch

    @contextmanager
    def _changing(self) -> Iterator[list[Watch]]:
        from filelock import FileLock, Timeout

        try:
            with FileLock(self.path.with_suffix(".lock"), timeout=self._lock_timeout):
                watches = list(self.all())
                before = tuple(watches)
                yield watches
                if tuple(watches) != before:
                    text = _Saved(watches=tuple(watches)).model_dump_json(indent=1)
                    replace_file(self.path, text + "\n")
        except Timeout as exc:
            raise LibraryLockedError(f"Another process is writing {self.path}", "Try again.") from exc
        except OSError as exc:
            raise LibraryError(
                f"{self.path} cannot be written: {exc.strerror}; what it held is untouched",
                "Check the disk and its rights.",
            ) from exc

    def _damaged(self, why: str) -> LibraryDamagedError:
        return LibraryDamagedError(
            f"{self.path} does not hold saved questions of this version of qa: {why}",
            "It was left as it is. Restore it from a backup, or move it away and save the questions again.",
        )


def _named(name: str, watches: Sequence[Watch]) -> Watch:
    for watch in watches:
        if watch.name.casefold() == name.strip().casefold():
            return watch
    there = ", ".join(watch.name for watch in watches[:8])
    hint = f"There is: {there}" if there else 'Save one: qa watch "Who is attending Davos?" --save'
    raise UsageError(f"there is no saved question called {name}", hint)


def _is_taken(name: str, watches: Sequence[Watch]) -> bool:
    return any(watch.name.casefold() == name.casefold() for watch in watches)


def _numbered(name: str, watches: Sequence[Watch]) -> str:
    names = (name, *(f"{name}-{number}" for number in range(2, len(watches) + 3)))
    return next(one for one in names if not _is_taken(one, watches))


def _clean_name(name: str) -> str:
    cleaned = " ".join("".join(c if c.isprintable() else " " for c in name).split())
    if not any(c.isalnum() for c in cleaned) or len(cleaned) > LONGEST_NAME:
        raise UsageError(f"{name!r} is no name", f"Use letters and digits, {LONGEST_NAME} at most.")
    return cleaned


def name_for(question: str) -> str:
    """A name made of a question's words: "attending-davos"."""
    telling = [word for word in content_words(question) if word.lower not in _IDLE] or words(question)
    made = "-".join(word.lower for word in telling[:NAME_WORDS])[: LONGEST_NAME - 6].strip("-")
    return made or "question"
