"""Bounds on what one client may ask: so many requests a minute, so large a body, so long to send it."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable
from ipaddress import IPv6Address, ip_address

from starlette.types import Receive

from qa.serving.errors import ClientGoneError, RefusedError

MOST_CLIENTS = 10_000
"""So many clients are remembered; the one that was heard of longest ago is forgotten first."""
BODY_SECONDS = 30
_FEWEST_AT_ONCE = 10


class Buckets:
    """A token bucket for each client: `per_minute` requests a minute on average, a tenth of them (at least
    10) at once. For one thread, that of the event loop.

    Source: the token bucket of J. Turner, "New directions in communications (or which way to the information
    age?)", IEEE Communications Magazine 24(10), 1986.
    """

    def __init__(self, per_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._rate = per_minute / 60
        self._most = float(min(max(per_minute // 10, _FEWEST_AT_ONCE), max(per_minute, 1)))
        self._clock = clock
        self._known: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, client: str) -> float:
        """Counts a request of this client; 0 if it may go on, else the seconds until the next one may."""
        if not self._rate:
            return 0.0
        now = self._clock()
        tokens, then = self._known.pop(client, (self._most, now))
        tokens = min(tokens + (now - then) * self._rate, self._most)
        wait = 0.0 if tokens >= 1 else (1 - tokens) / self._rate
        self._known[client] = (tokens if wait else tokens - 1, now)
        if len(self._known) > MOST_CLIENTS:
            self._known.popitem(last=False)
        return wait


def client_of(host: str) -> str:
    """What counts as one client: an IPv4 address, or the /64 network of an IPv6 address, of which one machine
    has as many addresses as it likes.
    """
    try:
        address = ip_address(host)
    except ValueError:
        return host
    if isinstance(address, IPv6Address):
        return address.ipv4_mapped.exploded if address.ipv4_mapped else address.exploded[:19]
    return host


async def read_body(receive: Receive, length: str, most: int) -> bytes:
    """The body of a request; `length` is its Content-Length, "" where it has none. Raises RefusedError for
    one that is too large or takes too long, ClientGoneError.
    """
    if length.isdigit() and int(length) > most:
        raise _too_large(most)
    parts: list[bytes] = []
    size, more = 0, True
    try:
        async with asyncio.timeout(BODY_SECONDS):
            while more:
                message = await receive()
                if message["type"] == "http.disconnect":
                    raise ClientGoneError
                parts.append(message.get("body", b""))
                size += len(parts[-1])
                if size > most:
                    raise _too_large(most)
                more = message.get("more_body", False)
    except TimeoutError as exc:
        raise RefusedError(
            408, "slow-request", f"the request did not come within {BODY_SECONDS} s", "Send it again.", _CLOSE
        ) from exc
    return b"".join(parts)


_CLOSE = {"Connection": "close"}


def _too_large(most: int) -> RefusedError:
    message = f"the request has more than {most:,} bytes"
    return RefusedError(413, "too-large", message, "Send less at a time.", _CLOSE)
