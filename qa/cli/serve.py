"""`qa serve`: the library over HTTP."""

from __future__ import annotations

import logging
import shlex
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from qa.cli.options import (
    EXTRACTIVE,
    DebugOption,
    LibraryOption,
    ModelOption,
    PromptOption,
    opened,
    settings_for,
    with_model,
)

if TYPE_CHECKING:
    from qa.assistant import Assistant
    from qa.config import Settings
    from qa.serving.options import Options

PACKAGES = ("fastapi", "uvicorn", "prometheus_client")


def register(app: typer.Typer) -> None:
    """Adds the command to the command line."""
    app.command("serve")(serve)


def serve(
    ctx: typer.Context,
    host: Annotated[
        str, typer.Option("--host", metavar="HOST", help="Address to serve at; another one needs a key.")
    ] = "127.0.0.1",
    port: Annotated[
        int, typer.Option("--port", metavar="N", min=0, max=65535, help="Port; 0 takes a free one.")
    ] = 8321,
    key: Annotated[
        str | None,
        typer.Option("--key", metavar="KEY", help="Key asked of clients; QA_SERVE_KEY keeps it out of ps."),
    ] = None,
    timeout: Annotated[
        float, typer.Option("--timeout", metavar="SECONDS", min=0.1, help="The longest a request may take.")
    ] = 120,
    max_concurrent: Annotated[
        int, typer.Option("--max-concurrent", metavar="N", min=1, max=1000, help="Questions at once.")
    ] = 64,
    rate: Annotated[
        int, typer.Option("--rate", metavar="N", min=0, help="Requests a minute of one client; 0: no limit.")
    ] = 600,
    grace: Annotated[
        float,
        typer.Option("--grace", metavar="SECONDS", min=0, help="What running requests get at the end."),
    ] = 10,
    allow_origin: Annotated[
        list[str] | None,
        typer.Option("--allow-origin", metavar="URL", help="Let this site's pages use it; may be repeated."),
    ] = None,
    verbose: Annotated[
        bool, typer.Option("--verbose", help="Log what was asked, too.", show_default=False)
    ] = False,
    model: ModelOption = None,
    prompt: PromptOption = None,
    library: LibraryOption = None,
    debug: DebugOption = False,
) -> None:
    """Serve the library over HTTP: JSON, and OpenAI's chat completions.

    For programs on this machine it asks for nothing; to serve others, give a key. Articles that are ingested
    meanwhile are found at once. Ctrl-C stops it. Needs the extra: pip install 'qa[serve]'.

    \b
    Examples:
      qa serve
      qa serve --port 9000 --model openai:gpt-5-mini
      QA_SERVE_KEY=... qa serve --host 0.0.0.0
    """
    _need_packages()
    from pydantic import SecretStr

    from qa.serving.options import Options

    settings = with_model(settings_for(ctx, library, debug=debug), model, prompt)
    options = Options(
        host=host,
        port=port,
        key=settings.serve_key if key is None else SecretStr(key),
        timeout=timeout,
        grace=grace,
        max_concurrent=max_concurrent,
        rate=rate,
        origins=tuple(allow_origin or ()),
        verbose=verbose,
    )
    options.check()
    _check_model(settings)
    _run(settings, options)


def _need_packages() -> None:
    from importlib.util import find_spec

    from qa.errors import MissingExtraError

    missing = [name for name in PACKAGES if find_spec(name) is None]
    if missing:
        packages = "package" if len(missing) == 1 else "packages"
        raise MissingExtraError(
            f"serving needs the {packages} {' and '.join(missing)}", "pip install 'qa[serve]'"
        )


def _check_model(settings: Settings) -> None:
    """A wrong name or a missing key is said now, and not to the first client."""
    if settings.model:
        from qa.models.chat import open_chat_model

        open_chat_model(settings)


def _run(settings: Settings, options: Options) -> None:
    from dataclasses import replace

    from qa.assistant import Assistant
    from qa.cli.terminal import note
    from qa.serving.http import app
    from qa.serving.running import listening
    from qa.serving.running import serve as run

    with opened(settings) as opened_library, Assistant(settings, library=opened_library) as assistant:
        sock = listening(options)
        with sock:
            options = replace(options, port=sock.getsockname()[1])
            application = app(assistant, options)
            _warm_up(assistant)
            _log_to_stderr()
            _say_where(assistant, options)
            run(application, sock, on_stop=lambda: note("stopping; Ctrl-C again ends at once"))


def _warm_up(assistant: Assistant) -> None:
    """Opens the indexes, and what the extractive engine reads, so that the first question is not slow."""
    question = "Who was first?"
    if assistant.engine.name == EXTRACTIVE:
        assistant.ask(question)
    else:
        assistant.search(question)


def _say_where(assistant: Assistant, options: Options) -> None:
    from qa.cli.render import count
    from qa.cli.terminal import Line, note, show

    engine = assistant.engine
    with_what = f"{engine.name}, {engine.model}" if engine.model else engine.name
    key = ' -H "Authorization: Bearer $QA_SERVE_KEY"' if options.key else ""
    body = shlex.quote('{"question": "Who is attending Davos?"}')
    show(
        [
            Line(f"serving {count(assistant.library.count(), 'article')} ({with_what}) at {options.address}"),
            Line(
                f"try: curl -s {options.address}/api/ask -H 'Content-Type: application/json'{key} -d {body}"
            ),
            Line(f'OpenAI clients: base_url {options.address}/v1, model "qa"; all paths: /docs'),
        ]
    )
    sys.stdout.flush()
    if not assistant.library.count():
        note(
            "The library is empty. Add articles with: qa ingest PATH, or try the samples: qa ingest --samples"
        )
    if options.key is None:
        note("no key: every program on this machine may ask")


def _log_to_stderr() -> None:
    log = logging.getLogger("qa.serving")
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(asctime)s %(message)s", "%H:%M:%S"))
    log.handlers[:] = [handler]
    log.setLevel(logging.INFO)
    log.propagate = False
