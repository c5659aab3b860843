"""`qa watch`: standing questions, asked again after an ingest."""

from __future__ import annotations

import datetime as dt
import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Any

import typer

from qa.cli.ask import read_question, say_which_engine
from qa.cli.diff import CHANGED
from qa.cli.options import (
    ArticleOption,
    AsOfOption,
    DebugOption,
    JsonOption,
    LibraryOption,
    ModelOption,
    OutletOption,
    PassagesOption,
    PromptOption,
    SinceOption,
    UntilOption,
    day_from,
    filters_from,
    opened,
    settings_for,
    with_model,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from qa.answering.engine import Engine
    from qa.answering.moving.watches import Watch, Watches, WatchOutcome
    from qa.config import Settings
    from qa.library import Library

FAILED = 1
NOTHING_SAVED = 3


def register(app: typer.Typer) -> None:
    """Adds the command to the command line."""
    app.command("watch")(watch)


def watch(
    ctx: typer.Context,
    question: Annotated[list[str] | None, typer.Argument(metavar="QUESTION", hidden=True)] = None,
    save: Annotated[
        bool, typer.Option("--save", help="Save QUESTION with today's answer.", show_default=False)
    ] = False,
    run: Annotated[
        bool, typer.Option("--run", help="Ask all saved questions again.", show_default=False)
    ] = False,
    dry_run: Annotated[
        bool,
        typer.Option("--dry-run", help="With --run: do not keep the new answers.", show_default=False),
    ] = False,
    list_: Annotated[
        bool, typer.Option("--list", help="List the saved questions.", show_default=False)
    ] = False,
    remove: Annotated[
        str | None, typer.Option("--remove", metavar="NAME", help="Forget the question of this name.")
    ] = None,
    name: Annotated[
        str | None,
        typer.Option("--name", metavar="NAME", help="With --save: its name. With --run: this one alone."),
    ] = None,
    since: SinceOption = None,
    until: UntilOption = None,
    outlet: OutletOption = None,
    article: ArticleOption = None,
    as_of: AsOfOption = None,
    passages: PassagesOption = None,
    model: ModelOption = None,
    prompt: PromptOption = None,
    json: JsonOption = False,
    library: LibraryOption = None,
    debug: DebugOption = False,
) -> None:
    """Save questions; see what changed in their answers.

    --run, after an ingest, says which statements were added, withdrawn or changed, and which article did it;
    the new answers are then what the next run compares with. Filters and the model are saved with the
    question; --model wins for one run. The exit code is 0 when nothing changed, 4 when something did, 1 when
    a question failed (the others are still asked), 3 when nothing is saved.

    \b
    Examples:
      qa watch "Who is attending Davos?" --save --name davos --outlet "The Courier"
      qa ingest articles/ && qa watch --run
      qa watch --remove davos
    """
    from qa.answering.moving.watches import Watches

    base = settings_for(ctx, library, debug=debug)
    filters, day = filters_from(since, until, outlet, article), day_from(as_of)
    action = _action(
        {"--save": save, "--run": run, "--list": list_, "--remove": remove is not None}, question
    )
    both, saving = ("--save", "--run"), ("--save",)
    _check_company(action, {
        "--dry-run": (dry_run, ("--run",)), "--name": (name is not None, both),
        "--model": (model is not None, both), "--prompt": (prompt is not None, both),
        "--as-of": (day is not None, saving), "--passages": (passages is not None, saving),
        "a filter": (bool(filters.describe()), saving),
    })  # fmt: skip
    with opened(base) as opened_library:
        watches = Watches(opened_library.path, lock_timeout=base.lock_timeout)
        if action == "--save":
            spec = {"filters": filters, "as_of": day, "passages": passages, "model": model, "prompt": prompt}
            _save(
                read_question(question or [], "watch"), name, spec, base, opened_library, watches, json=json
            )
        elif action == "--run":
            wanted = _wanted(watches, name)
            settings = with_model(base, model, prompt)
            run_ = _Run(wanted, watches, opened_library, settings, model, prompt, dry_run)
            raise typer.Exit(run_.as_json() if json else run_.as_text())
        elif action == "--list":
            _list(watches, json=json)
        else:
            _remove(remove or "", watches, json=json)


def _action(flags: Mapping[str, bool], question: Sequence[str] | None) -> str:
    """The one thing that is asked for. Raises UsageError."""
    from qa.errors import UsageError

    given = [flag for flag, is_set in flags.items() if is_set]
    if len(given) != 1:
        wrong = f"{' and '.join(given)} do not go together" if given else "nothing says what to do"
        hint = 'Save a question: qa watch "Who is attending Davos?" --save. Ask all again: qa watch --run'
        raise UsageError(wrong, hint)
    if given[0] == "--save" and not question:
        raise UsageError("there is no question to save", 'Write: qa watch "Who is attending Davos?" --save')
    if given[0] != "--save" and question:
        raise UsageError(f"{given[0]} takes no question", f"Write: qa watch {given[0]}")
    return given[0]


def _check_company(action: str, flags: Mapping[str, tuple[bool, tuple[str, ...]]]) -> None:
    from qa.errors import UsageError

    for flag, (is_set, goes_with) in flags.items():
        if is_set and action not in goes_with:
            raise UsageError(
                f"{flag} does not go with {action}", f"It belongs to: qa watch {' or '.join(goes_with)}"
            )


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


# ---------------------------------------------------------------- saving, listing, forgetting


def _save(
    text: str,
    name: str | None,
    spec: Mapping[str, Any],
    base: Settings,
    library: Library,
    watches: Watches,
    *,
    json: bool,
) -> None:
    from qa.answering.moving.watches import Watch
    from qa.answering.moving.watching import asked
    from qa.answering.question import clean_question
    from qa.assistant import Assistant
    from qa.cli.render import answer_lines
    from qa.cli.terminal import note, one_line, print_json, show, warn
    from qa.types import Answer

    question = clean_question(text)
    chosen = watches.free_name(name, question)  # before asking: a model's answer must not be lost for a name
    settings = with_model(base, spec["model"], spec["prompt"])
    assistant = Assistant(settings, library=library)
    say_which_engine(assistant, "as asked for" if spec["model"] else "no model configured", spec["prompt"])
    now = _now()
    blank = Answer(question=question, text="", engine=assistant.engine.name)
    new = Watch(name=chosen, question=question, **spec, saved=now, asked=now, answer=blank)
    new = asked(new, library, assistant.engine, k=settings.passages, now=now)
    new = watches.add(new)
    if json:
        print_json(new)
    else:
        show(answer_lines(new.answer))
    sys.stdout.flush()
    for warning in new.answer.warnings:
        warn(warning.message)
    note(f"saved as {one_line(new.name)}; after the next ingest: qa watch --run")


def _list(watches: Watches, *, json: bool) -> None:
    from qa.answering.moving.watches import WatchList
    from qa.cli.render_changes import watch_lines
    from qa.cli.terminal import print_json, show

    found = watches.all()
    if json:
        print_json(WatchList(watches=found))
    else:
        show(watch_lines(found))
    if not found:
        _say_nothing_saved()
        raise typer.Exit(NOTHING_SAVED)


def _remove(name: str, watches: Watches, *, json: bool) -> None:
    from qa.cli.results import Removed
    from qa.cli.terminal import Line, one_line, print_json, show

    gone = watches.remove(name)
    if json:
        print_json(Removed(removed=(gone.name,)))
    else:
        show([Line(f"removed {one_line(gone.name)}  {one_line(gone.question)}")])


def _say_nothing_saved() -> None:
    from qa.cli.terminal import note

    note('No question is saved. Save one: qa watch "Who is attending Davos?" --save')


# ---------------------------------------------------------------- asking again


def _wanted(watches: Watches, name: str | None) -> tuple[Watch, ...]:
    return watches.all() if name is None else (watches.get(name),)


@dataclass
class _Run:
    """One `qa watch --run`: what is said is said before it is stored, so that nothing is kept unread."""

    wanted: tuple[Watch, ...]
    watches: Watches
    library: Library
    settings: Settings
    model: str | None
    prompt: str | None
    dry_run: bool
    engines: dict[tuple[str | None, str], Engine] = field(default_factory=dict)

    def as_text(self) -> int:
        """Says what became of each question, and keeps its answer, one after the other; the exit code."""
        from qa.cli.endings import complain
        from qa.cli.render_changes import outcome_lines
        from qa.cli.terminal import show, warn

        outcomes = []
        for outcome, newer in self._outcomes():
            show(outcome_lines(outcome))
            sys.stdout.flush()
            if outcome.error:
                complain(f"{outcome.name}: {outcome.error}", outcome.hint)
            for warning in outcome.warnings:
                warn(f"{outcome.name}: {warning.message}")
            self._store(newer)
            outcomes.append(outcome)
        return self._code(outcomes)

    def as_json(self) -> int:
        """Says what became of all, then keeps the answers; the exit code."""
        from qa.answering.moving.watches import WatchRun
        from qa.cli.terminal import print_json

        now = _now()
        done = list(self._outcomes())
        outcomes = [outcome for outcome, _ in done]
        print_json(WatchRun(asked=now, stored=not self.dry_run, outcomes=tuple(outcomes)))
        sys.stdout.flush()
        for _, newer in done:
            self._store(newer)
        return self._code(outcomes)

    def _outcomes(self) -> Iterator[tuple[WatchOutcome, Watch | None]]:
        from qa.answering.moving.watching import run

        return run(self.wanted, self.library, self._engine_for, k=self.settings.passages, clock=_now)

    def _engine_for(self, watch: Watch) -> Engine:
        from qa.assistant import open_engine

        # Flags of this run win over what is saved with the question, that over the settings.
        saved = with_model(self.settings, watch.model, watch.prompt)
        settings = with_model(saved, self.model, self.prompt)
        key = (settings.model, settings.prompt)
        if key not in self.engines:
            self.engines[key] = open_engine(settings)
        return self.engines[key]

    def _store(self, newer: Watch | None) -> None:
        if newer is not None and not self.dry_run:
            self.watches.store(newer)

    def _code(self, outcomes: Sequence[WatchOutcome]) -> int:
        from qa.cli.terminal import note

        if not outcomes:
            _say_nothing_saved()
            return NOTHING_SAVED
        if self.dry_run:
            note("Dry run: the next run compares with the same answers.")
        states = {outcome.status for outcome in outcomes}
        return FAILED if "failed" in states else CHANGED if "changed" in states else 0
