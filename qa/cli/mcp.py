"""`qa mcp`: the library as tools for desktop assistants and agents (Model Context Protocol)."""

from __future__ import annotations

import logging
from typing import Annotated

import typer

from qa.cli.options import DebugOption, LibraryOption, ModelOption, settings_for, with_model


def register(app: typer.Typer) -> None:
    """Adds the command to the command line."""
    app.command("mcp")(mcp)


def mcp(
    ctx: typer.Context,
    http: Annotated[
        bool, typer.Option("--http", help="Serve HTTP on this machine, not stdin.", show_default=False)
    ] = False,
    port: Annotated[
        int, typer.Option("--port", metavar="N", min=0, max=65535, help="The port of --http; 0: a free one.")
    ] = 8766,
    model: ModelOption = None,
    library: LibraryOption = None,
    debug: DebugOption = False,
) -> None:
    """Serve the library as tools for assistants and agents (MCP).

    MCP is the Model Context Protocol. The tools are ask, search, summarize and article; none changes
    anything. A desktop assistant starts this command itself and talks to it over stdin and stdout; --http is
    for programs that connect to an address.

    \b
    Examples:
      qa mcp
      qa mcp --http --port 8766
    """
    from qa.assistant import Assistant
    from qa.serving.mcp import serve_http, serve_stdio

    settings = with_model(settings_for(ctx, library, debug=debug), model)
    # stderr is a log that a person may read: one line for what went wrong, tracebacks where asked for.
    for name in ("mcp", "uvicorn"):
        logging.getLogger(name).setLevel(logging.INFO if debug else logging.CRITICAL)
    logging.getLogger("qa.serving").setLevel(logging.DEBUG if debug else logging.ERROR)
    with Assistant(settings) as assistant:
        if http:
            serve_http(assistant, port, lambda address: typer.echo(f"serving MCP at {address}", err=True))
        else:
            serve_stdio(assistant)
