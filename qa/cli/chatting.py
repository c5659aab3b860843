"""What goes on inside `qa chat`: a line is a question or a command, and something is printed for it."""

from __future__ import annotations

import datetime as dt
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from qa.cli.ask import say_around
from qa.cli.endings import complain
from qa.cli.options import EXTRACTIVE
from qa.cli.terminal import Line, note, one_line, safe, show
from qa.errors import QAError, UsageError

if TYPE_CHECKING:
    from qa.assistant import Assistant
    from qa.chat import Conversation
    from qa.chat.conversation import Event
    from qa.library import Library
    from qa.types import Answer, Article, Citation, Filters, Statement

UNNAMED = "last"
"""What a conversation that nobody named is kept as, until the next one."""
_MARKS = str.maketrans({"▶": " ", "◀": " "})


class Chat:
    """A conversation at the command line. `hear` takes one line; `over` tells that the reader has left.

    At a terminal (`live`) a model's statements are shown as they come, and each turn is kept; what comes from
    a pipe is kept only under a name. `asked`, `answered` and `failed` count questions.
    """

    def __init__(
        self,
        assistant: Assistant,
        library: Library,
        talk: Conversation,
        *,
        filters: Filters,
        as_of: dt.date | None,
        k: int | None,
        live: bool,
    ) -> None:
        self.over = False
        self.asked = self.answered = self.failed = 0
        self._assistant = assistant
        self._library = library
        self._talk = talk
        self._filters = filters
        self._as_of = as_of
        self._k = k
        self._live = live
        self._keeps = True

    @property
    def prompt(self) -> str:
        """What stands before the line that is typed."""
        named = self._talk.name if self._talk.name != UNNAMED else ""
        return f"{named}> " if named else "> "

    def greet(self) -> None:
        """One line on stderr about a conversation that goes on."""
        if turns := self._talk.turns:
            note(f"{self._talk.name}: {_count(len(turns))} so far, the last: {turns[-1].asked}")
        elif self._live:
            note("ask a question; /help lists the commands, Ctrl-D leaves")

    def hear(self, line: str) -> None:
        """Does what one line says. Errors are said on stderr and end nothing."""
        line = line.strip()
        if not line:
            return
        try:
            if line.startswith("/"):
                self._command(line[1:])
            else:
                self._ask(line)
        except QAError as exc:
            self.failed += 1
            complain(exc.message, exc.hint)
        sys.stdout.flush()

    def _command(self, line: str) -> None:
        name, _, argument = line.partition(" ")
        found = [c for c in COMMANDS if name and c.name.startswith(name.lower())]
        found = [c for c in found if c.name == name.lower()] or found
        if len(found) != 1:
            raise UsageError(f"there is no command /{name}", "/help lists them.")
        found[0].do(self, argument.strip())

    # ------------------------------------------------------------ a question

    def _ask(self, line: str) -> None:
        self.asked += 1
        events = self._talk.stream(line, as_of=self._as_of, filters=self._filters, k=self._k)
        try:
            answer = self._answer(events)
        except KeyboardInterrupt:
            if not self._live:
                raise
            # Closing the stream gives up the model's call, and the conversation is as it was.
            note("stopped")
            return
        finally:
            events.close()
        self.answered += not answer.abstained
        self._keep()
        from qa.answering.question import narrow

        say_around(answer, self._library, narrowed=answer.filters != narrow(self._filters, self._as_of))

    def _answer(self, events: Iterator[Event]) -> Answer:
        from qa.answering.ask import final
        from qa.chat import Rewriting
        from qa.cli.render import answer_lines

        asked = next(events)
        if isinstance(asked, Rewriting):
            if asked.changed:
                note(f"asked as: {asked.asked}")
            if asked.reason:
                note(f"not rewritten: {asked.reason}")
        rest: Iterator[Statement | Answer] = events  # type: ignore[assignment]
        if self._live and self._assistant.engine.name != EXTRACTIVE:
            from qa.cli.live import Writing

            rest = Writing().watched(rest)
        answer = final(rest)
        show(answer_lines(answer))
        if self._live or self.asked:
            show([Line()])
        return answer

    def _keep(self) -> None:
        if self._keeps and (self._live or self._talk.name):
            try:
                self._talk.save(self._talk.name or UNNAMED)
            except QAError as exc:
                self._keeps = False  # said once; the answers are worth more than their record
                complain(exc.message, exc.hint)

    # ------------------------------------------------------------ commands

    def sources(self, argument: str) -> None:
        """The citations of the last answer."""
        from qa.cli.render import citation_list

        show(citation_list(self._cited()))

    def open(self, argument: str) -> None:
        """The article of a citation, the cited words marked."""
        number = argument.strip("[]")
        cited = {str(c.marker): c for c in self._cited()}
        if number not in cited:
            raise UsageError(
                f"the last answer has no citation [{number or 'N'}]", f"It has {_listed(cited)}."
            )
        citation = cited[number]
        show(marked_lines(self._library.get(citation.article_id), citation))

    def save(self, argument: str) -> None:
        """Keeps the conversation under a name."""
        self._talk.save(argument or None)
        note(f"saved as {self._talk.name}; qa chat -c {self._talk.name} continues it")

    def load(self, argument: str) -> None:
        """Goes on with a kept conversation."""
        if not argument:
            raise UsageError("/load which conversation?", "/list lists them.")
        self._talk = self._assistant.conversation(argument)
        self.greet()

    def list(self, argument: str) -> None:
        """The kept conversations, the last first."""
        from qa.chat.keeping import names_kept

        there = names_kept(self._library.path)
        show(Line(name) for name in there)
        if not there:
            note("no conversation is kept yet: /save NAME")

    def new(self, argument: str) -> None:
        """Begins anew."""
        self._talk = self._assistant.conversation()
        note("a new conversation")

    def as_of(self, argument: str) -> None:
        """Uses nothing published after a day."""
        from qa.cli.options import day_from

        self._as_of = day_from(argument)
        self._say_limits()

    def since(self, argument: str) -> None:
        """Uses only what was published on a day or later."""
        self._limit(since=argument)

    def until(self, argument: str) -> None:
        """Uses only what was published on a day or earlier."""
        self._limit(until=argument)

    def outlet(self, argument: str) -> None:
        """Uses only one outlet."""
        self._filters = self._filters.model_copy(update={"outlets": (argument,) if argument else ()})
        self._say_limits()

    def help(self, argument: str) -> None:
        """Lists the commands."""
        show(Line(f"/{c.usage:12} {c.do.__doc__}", hang=14) for c in COMMANDS)

    def quit(self, argument: str) -> None:
        """Leaves."""
        self.over = True

    def _limit(self, **days: str) -> None:
        from qa.cli.options import filters_from

        now = {name: getattr(self._filters, name) for name in ("since", "until")}
        told = {name: day.isoformat() if day else None for name, day in now.items()}
        told.update({name: text or None for name, text in days.items()})
        dated = filters_from(told["since"], told["until"])
        self._filters = self._filters.model_copy(update={"since": dated.since, "until": dated.until})
        self._say_limits()

    def _say_limits(self) -> None:
        limits = [self._filters.describe()] if self._filters.describe() else []
        limits += [f"as of {self._as_of}"] if self._as_of else []
        note("only articles " + ", ".join(limits) if limits else "all articles")

    def _cited(self) -> tuple[Citation, ...]:
        turns = self._talk.turns
        if not turns or not turns[-1].answer.citations:
            raise UsageError("the last answer has no citations", "Ask a question first.")
        return turns[-1].answer.citations


@dataclass(frozen=True, slots=True)
class Command:
    """A command: how it is written in the list of commands, and what it does with the rest of the line."""

    usage: str
    do: Callable[[Chat, str], None]

    @property
    def name(self) -> str:
        """The word after the slash."""
        return self.usage.split(" ")[0]


COMMANDS = (
    Command("sources", Chat.sources),
    Command("open N", Chat.open),
    Command("save NAME", Chat.save),
    Command("load NAME", Chat.load),
    Command("list", Chat.list),
    Command("new", Chat.new),
    Command("as-of DAY", Chat.as_of),
    Command("since DAY", Chat.since),
    Command("until DAY", Chat.until),
    Command("outlet NAME", Chat.outlet),
    Command("help", Chat.help),
    Command("quit", Chat.quit),
)


def marked_lines(article: Article, citation: Citation) -> Iterator[Line]:
    """The article whole, the cited words between ▶ and ◀; where it has changed since, wherever they now
    stand.
    """
    from qa.answering.words import find_verbatim
    from qa.cli.render import source_line

    text = article.text.translate(_MARKS)
    span: tuple[int, int] | None = (citation.start, citation.end)
    if article.text[citation.start : citation.end] != citation.quote:
        span = find_verbatim(citation.quote, article.text)
    yield Line(one_line(article.title) or "(no title)", style="bold")
    yield Line(source_line(article), style="dim")
    if span is None:
        yield Line("the article has changed and no longer holds the cited words", style="yellow")
    yield Line()
    for match in re.finditer(r"[^\n]+|\n(?=\n)", text):
        start, end = match.span()
        if span and start < span[1] and span[0] < end:
            first, last = max(span[0], start), min(span[1], end)
            marked = f"{text[start:first]}▶{text[first:last]}◀{text[last:end]}"
            yield Line(safe(marked), style="bold")
        else:
            yield Line(safe(match.group().strip("\n")))


def _count(turns: int) -> str:
    return "1 question" if turns == 1 else f"{turns} questions"


def _listed(cited: dict[str, Citation]) -> str:
    return " ".join(f"[{marker}]" for marker in cited)
