"""The process: a socket of our own, and an end in good order.

The first SIGTERM or Ctrl-C stops taking requests, gives those in progress `Options.grace` seconds, and ends
with exit code 0; a second one ends at once.
"""

from __future__ import annotations

import asyncio
import errno
import os
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

import uvicorn
from fastapi import FastAPI

from qa.errors import ConfigError, QAError
from qa.serving.desk import Desk
from qa.serving.options import Options

INTERRUPTED = 130
KEEP_ALIVE = 75
"""Seconds that a connection without a request is kept: longer than clients keep theirs (httpx, and so
OpenAI's client, 5 s), or a request may meet the server hanging up.
"""
_SIGNALS = (signal.SIGINT, signal.SIGTERM)
_MARGIN = 2
"""Seconds for responses that say that the server stops to go out."""


def listening(options: Options) -> socket.socket:
    """A socket at the options' address, port 0 meaning any that is free. Raises QAError where that cannot be
    had, ConfigError for a host that is none.
    """
    family = socket.AF_INET6 if ":" in options.host else socket.AF_INET
    found = socket.socket(family, socket.SOCK_STREAM)
    try:
        found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        found.bind((options.host, options.port))
        found.listen(2048)
    except (OSError, OverflowError) as exc:
        found.close()
        raise _cannot(exc, options) from exc
    return found


def serve(application: FastAPI, sock: socket.socket, *, on_stop: Callable[[], None] = lambda: None) -> None:
    """Serves until a signal comes; returns when all is done. `on_stop` is called when the first one comes."""
    desk: Desk = application.state.desk
    config = uvicorn.Config(
        application,
        log_config=None,
        log_level="critical",  # `qa.serving.watching` logs; uvicorn would repeat it, with tracebacks
        access_log=False,
        ws="none",
        server_header=False,
        proxy_headers=False,  # a client could say that it is another one
        timeout_keep_alive=KEEP_ALIVE,
        timeout_graceful_shutdown=int(desk.options.grace) + _MARGIN,
        lifespan="off",
    )
    Server(config, desk, on_stop).run(sockets=[sock])
    if desk.asking.threads or desk.looking.threads:
        # Threads that wait for a model: the interpreter must not be taken down under them.
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(0)


class Server(uvicorn.Server):
    """uvicorn's server, with our way to end."""

    def __init__(
        self, config: uvicorn.Config, desk: Desk, on_stop: Callable[[], None] = lambda: None
    ) -> None:
        super().__init__(config)
        self._desk = desk
        self._on_stop = on_stop

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """uvicorn raises the signal again when all is done, so that the process would not end with 0."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = {number: signal.signal(number, self.handle_exit) for number in _SIGNALS}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Asks to stop; the second time, ends."""
        if self.should_exit:
            os._exit(INTERRUPTED)
        self.should_exit = True
        self._on_stop()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """No new requests; those in progress are told, when their time is over, that the server stops."""
        over = asyncio.get_running_loop().call_later(self._desk.options.grace, self._desk.stop)
        await super().shutdown(sockets)
        over.cancel()


def _cannot(exc: Exception, options: Options) -> QAError:
    number = exc.errno if isinstance(exc, OSError) else None
    if isinstance(exc, socket.gaierror) or number == errno.EADDRNOTAVAIL:
        return ConfigError(
            f"{options.host} is no address of this machine",
            "Use 127.0.0.1 for this machine alone, 0.0.0.0 for all of its addresses.",
        )
    if number == errno.EADDRINUSE:
        return QAError(
            f"port {options.port} of {options.host} is in use",
            f"Stop what uses it, or take another one: qa serve --port {options.port + 1}",
        )
    if number == errno.EACCES:
        return QAError(
            f"port {options.port} needs the rights of an administrator", "Take one above 1023, such as 8321."
        )
    return QAError(f"{options.host}:{options.port} cannot be served: {exc}", "Try another --port.")
