"""How a server is run: address, key, limits. Values only."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from ipaddress import ip_address
from typing import NamedTuple

from pydantic import SecretStr

from qa.errors import ConfigError

PORT = 8321


class Turn(NamedTuple):
    """One earlier message of a chat: "user" or "assistant", and its text."""

    role: str
    text: str


StandAlone = Callable[[Sequence[Turn], str], str]
"""Rewrites a follow-up so that it can be understood alone, from the earlier turns (oldest first) and the
question. Called in a worker thread, and may call a model."""


@dataclass(frozen=True)
class Options:
    """How a server is run.

    `key` is asked of every client, if there is one. `timeout` is how many seconds a request may take, `grace`
    how many those in progress get at the end, `keep_alive` after how many a silent stream says that it is
    still there. `max_concurrent` bounds the questions and summaries at work, `rate` the requests a minute of
    one client (0: no bound), `most_bytes` the body of a request. `origins` are the web origins whose pages
    may use the server from a browser, beside its own. `verbose` logs what was asked. `stand_alone` makes
    follow-ups stand alone in another way than `qa chat` does.
    """

    host: str = "127.0.0.1"
    port: int = PORT
    key: SecretStr | None = None
    timeout: float = 120
    grace: float = 10
    keep_alive: float = 15
    max_concurrent: int = 64
    rate: int = 600
    most_bytes: int = 1 << 20
    origins: tuple[str, ...] = ()
    verbose: bool = False
    stand_alone: StandAlone | None = None

    @property
    def loopback(self) -> bool:
        """Whether only this machine can reach the server."""
        return is_loopback(self.host)

    @property
    def address(self) -> str:
        """Where the server is found, as a URL."""
        return f"http://{f'[{self.host}]' if ':' in self.host else self.host}:{self.port}"

    def check(self) -> None:
        """Raises ConfigError for options that would leave the server open."""
        key = self.key.get_secret_value() if self.key else ""
        if self.key is not None and not (key.isascii() and key.isprintable() and key.strip() == key and key):
            raise ConfigError(
                "the key of the server is empty, or has characters that no header can carry",
                "Use letters, digits, - and _.",
            )
        if not self.loopback and not key:
            raise ConfigError(
                f"other machines can reach {self.host}, and there is no key",
                "Set QA_SERVE_KEY to a long random text, or leave --host out to serve this machine alone.",
            )


def is_loopback(host: str) -> bool:
    """Whether a host, without its port and brackets, is this machine and no other."""
    if host.lower() == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
