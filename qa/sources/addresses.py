"""Which network addresses may be fetched from: public ones.

A link must never reach into the reader's own network.
"""

from __future__ import annotations

import ipaddress
import queue
import socket
import threading
from collections.abc import Sequence

from qa.errors import FetchError

Network = ipaddress.IPv4Network | ipaddress.IPv6Network

_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_TUNNELS = (
    ipaddress.ip_network("2002::/16"),
    ipaddress.ip_network("2001::/32"),
    ipaddress.ip_network("64:ff9b:1::/48"),
)


def public_addresses(
    host: str, port: int, *, allow: Sequence[Network] = (), timeout: float = 10
) -> list[str]:
    """The addresses of `host`, in the resolver's order, all of them public or in `allow`. Raises
    FetchError.

    One address that is not public refuses the host, since which one is used would be left to chance.
    """
    addresses = _resolve(host, port, timeout)
    if not all(_allowed(address, allow) for address in addresses):
        raise FetchError(
            f"{host} is not on the public internet",
            "Only public addresses are fetched; save the page as a file.",
        )
    return addresses


def _allowed(text: str, allow: Sequence[Network]) -> bool:
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return False
    if any(address in network for network in allow if network.version == address.version):
        return True
    return _is_public(address)


def _is_public(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return _is_public(address.ipv4_mapped)
        if address in _NAT64:
            return _is_public(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
        if any(address in tunnel for tunnel in _TUNNELS):
            return False
    return address.is_global and not (address.is_multicast or address.is_reserved or address.is_unspecified)


def _resolve(host: str, port: int, timeout: float) -> list[str]:
    """The addresses of `host`, asked in a thread: the system's resolver knows no time limit."""
    answers: queue.Queue[list[str] | OSError | UnicodeError] = queue.Queue()

    def ask() -> None:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            answers.put(list(dict.fromkeys(str(item[4][0]) for item in found)))
        except (OSError, UnicodeError) as exc:
            answers.put(exc)

    threading.Thread(target=ask, daemon=True).start()
    try:
        answer = answers.get(timeout=max(timeout, 0.01))
    except queue.Empty:
        raise FetchError(f"looking up {host} took too long", "Try again later.") from None
    if isinstance(answer, Exception):
        raise FetchError(f"there is no host {host}", "Check the address and the connection.") from answer
    if not answer:
        raise FetchError(f"there is no host {host}", "Check the address and the connection.")
    return answer
