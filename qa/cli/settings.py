"""`qa settings`: every setting, its value and where that comes from."""

from __future__ import annotations

import os
import re
import tomllib
from typing import TYPE_CHECKING

import typer

from qa.cli.options import DebugOption, JsonOption, LibraryOption, settings_for

if TYPE_CHECKING:
    from pathlib import Path

    from qa.cli.results import SettingList, SettingValue
    from qa.cli.terminal import Line
    from qa.config import Settings


def register(app: typer.Typer) -> None:
    """Adds the command to the command line."""
    app.command("settings")(settings)


def settings(
    ctx: typer.Context, json: JsonOption = False, library: LibraryOption = None, debug: DebugOption = False
) -> None:
    """List every setting, its value and where that comes from.

    \b
    To change one, set its variable or write it into qa.toml in the current folder:
      export QA_MODEL=openai:gpt-5-mini
      echo 'model = "openai:gpt-5-mini"' >> qa.toml
    """
    from qa.cli.terminal import print_json, show

    found = _listed(settings_for(ctx, library, debug=debug), flag=ctx.find_root().obj.library is not None)
    if json:
        print_json(found)
    else:
        show(_lines(found))


def _listed(current: Settings, *, flag: bool) -> SettingList:
    from qa.cli.results import SettingList, SettingValue
    from qa.config import Settings, config_path

    path = config_path()
    in_file = _keys(path)
    values: list[SettingValue] = []
    for name, info in Settings.model_fields.items():
        variable = f"QA_{name.upper()}"
        # In the order in which they win; an empty variable counts as not set.
        if name == "library" and flag:
            origin, place = "flag", "--library"
        elif _set(variable):
            origin, place = "environment", variable
        elif name in in_file:
            origin, place = "file", str(path)
        else:
            origin, place = "default", ""
        values.append(
            SettingValue.model_validate(
                {
                    "name": name,
                    "value": _shown(current, name),
                    "origin": origin,
                    "place": place,
                    "meaning": info.description or "",
                }
            )
        )
    return SettingList(file=str(path.resolve()) if path.is_file() else "", settings=tuple(values))


def _keys(path: Path) -> set[str]:
    if not path.is_file():
        return set()
    return set(tomllib.loads(path.read_text("utf-8")))


def _set(variable: str) -> bool:
    # Names of variables are compared without regard to case, as the settings read them.
    return any(name.upper() == variable and value for name, value in os.environ.items())


def _shown(current: Settings, name: str) -> str | None:
    from pydantic import SecretStr

    value = getattr(current, name)
    if value is None:
        return None
    if isinstance(value, SecretStr):
        return "********"
    text = str(value).lower() if isinstance(value, bool) else str(value)
    # An address may carry a name and a password.
    return re.sub(r"(?<=://)[^/@\s]+@", "********@", text).encode("utf-8", "replace").decode()


def _lines(found: SettingList) -> list[Line]:
    from qa.cli.terminal import Line

    lines = [
        Line(
            f"settings file: {found.file or 'none (qa.toml in the current folder, or QA_CONFIG)'}",
            style="dim",
        )
    ]
    for setting in found.settings:
        value = "not set" if setting.value is None else setting.value
        origin = f" (from {setting.place})" if setting.place else ""
        lines.append(
            Line(f"{setting.name:14} {value}{origin}", hang=15, style="bold" if setting.place else "")
        )
        lines.append(Line(setting.meaning, indent=15, style="dim"))
    return lines
