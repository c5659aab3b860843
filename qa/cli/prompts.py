"""`qa prompts`: the prompts that shape a model's answers."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from qa.cli.options import DebugOption, JsonOption, json_belongs_after, settings_for

group = typer.Typer(rich_markup_mode=None, invoke_without_command=True)


def register(app: typer.Typer) -> None:
    """Adds the group to the command line."""
    app.add_typer(group, name="prompts")


@group.callback()
def prompts(ctx: typer.Context, json: JsonOption = False, debug: DebugOption = False) -> None:
    """List, show, copy or compare prompts; without a command: list.

    \b
    Examples:
      qa prompts
      qa prompts show answer@v1
      qa prompts diff answer@v1 answer@v2
    """
    settings_for(ctx, debug=debug)
    if ctx.invoked_subcommand is None:
        list_prompts(ctx, json=json)
    elif json:
        json_belongs_after(ctx)


@group.command("list")
def list_prompts(ctx: typer.Context, json: JsonOption = False, debug: DebugOption = False) -> None:
    """List every version of every prompt."""
    from qa.cli.results import PromptEntry, PromptList
    from qa.cli.terminal import Line, print_json, show
    from qa.prompts import load, names, versions

    settings_for(ctx, debug=debug)
    entries = []
    for name in names():
        newest = load(name)
        for version in versions(name):
            prompt = load(f"{name}@{version}")
            entries.append(
                PromptEntry(
                    name=name,
                    version=version,
                    description=prompt.description,
                    fingerprint=prompt.fingerprint,
                    newest=version == newest.version,
                )
            )
    if json:
        print_json(PromptList(prompts=tuple(entries)))
        return
    for entry in entries:
        newest_mark = " (newest)" if entry.newest else ""
        show([Line(f"{entry.name}@{entry.version}{newest_mark}  {entry.description}", hang=4)])


@group.command("show")
def show_prompt(
    ctx: typer.Context,
    ref: Annotated[str, typer.Argument(metavar="NAME@VERSION", hidden=True)],
    json: JsonOption = False,
    debug: DebugOption = False,
) -> None:
    """Show a prompt: its variables and both its messages. Without @VERSION: the newest."""
    from qa.cli.terminal import Line, print_json, show
    from qa.prompts import load

    settings_for(ctx, debug=debug)
    prompt = load(ref)
    if json:
        print_json(prompt)
        return
    lines = [
        Line(f"{prompt.name}@{prompt.version}: {prompt.description}", hang=2, style="bold"),
        Line(f"variables: {', '.join(prompt.variables)}", hang=2, style="dim"),
        Line(f"fingerprint: {prompt.fingerprint}", style="dim"),
    ]
    parts = [("system", prompt.system)]
    for example in prompt.examples:
        parts += [("example", "\n".join(example.variables.values())), ("example's reply", example.reply)]
    parts += [("user", prompt.user), ("when a reply cannot be read", prompt.repair)]
    for heading, message in parts:
        if message:
            lines += [Line(), Line(f"{heading}:", style="bold"), *(Line(raw) for raw in message.splitlines())]
    show(lines)


@group.command("copy")
def copy_prompt(
    ctx: typer.Context,
    ref: Annotated[str, typer.Argument(metavar="NAME@VERSION", hidden=True)],
    target: Annotated[Path, typer.Argument(metavar="FILE", hidden=True)],
    debug: DebugOption = False,
) -> None:
    """Copy a prompt to a file of your own, to change it there: --prompt ./FILE then uses it."""
    from qa.cli.terminal import note
    from qa.prompts import copy

    settings_for(ctx, debug=debug)
    copy(ref, target)
    note(f"written: {target}; use it with --prompt ./{target}")


@group.command("diff")
def diff_prompts(
    ctx: typer.Context,
    old: Annotated[str, typer.Argument(metavar="OLD", hidden=True)],
    new: Annotated[str, typer.Argument(metavar="NEW", hidden=True)],
    debug: DebugOption = False,
) -> None:
    """Show what changed between two prompts, such as answer@v1 and answer@v2."""
    from qa.cli.terminal import Line, note, show
    from qa.prompts import difference

    settings_for(ctx, debug=debug)
    changed = difference(old, new)
    if not changed:
        note(f"{old} and {new} are the same")
    show(Line(raw, hang=2) for raw in changed.splitlines())
