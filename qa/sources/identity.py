"""The canonical form of an address, and the id an article keeps: from its address, else from its text."""

from __future__ import annotations

import hashlib
import re
from urllib.parse import SplitResult, parse_qsl, urlencode, urlsplit, urlunsplit

_TRACKING = re.compile(
    r"(?:utm_\w*|at_\w+|mc_\w+|fbclid|gclid|gclsrc|dclid|gbraid|wbraid|yclid|msclkid|igshid|igsh|twclid"
    r"|ttclid|li_fat_id"
    r"|_hsenc|_hsmi|vero_id|oly_\w+|cmpid|cmp|ocid|smid|sref|ito|ns_\w+|spm|xtor|guccounter|guce_\w+|taid"
    r"|share_id|__twitter_\w+)",
    re.IGNORECASE,
)
_PATH_END = re.compile(r"[/\s]+$")
_ID_LENGTH = 16


def canonical_url(url: str) -> str:
    """`url` with a lower-case host and without fragment, credentials, default port, tracking parameters and
    trailing slash.

    "" when it is no http(s) address.
    """
    parts = _split(url)
    if parts is None:
        return ""
    kept = [(k, v) for k, v in parse_qsl(parts.query, keep_blank_values=True) if not _TRACKING.fullmatch(k)]
    host = (parts.hostname or "").rstrip(".")
    if ":" in host:
        host = f"[{host}]"
    default = {"http": 80, "https": 443}[parts.scheme]
    if parts.port is not None and parts.port != default:
        host = f"{host}:{parts.port}"
    return urlunsplit((parts.scheme, host, _PATH_END.sub("", parts.path), urlencode(kept), ""))


def article_id(url: str, text: str) -> str:
    """16 hex characters of a SHA-256: over the canonical address with scheme and "www." folded and
    parameters sorted, else over the text with its whitespace folded. The same article again has the same
    id.
    """
    address = canonical_url(url)
    if address:
        parts = urlsplit(address)
        query = urlencode(sorted(parse_qsl(parts.query, keep_blank_values=True)))
        key = f"url:{parts.netloc.removeprefix('www.')}{parts.path}?{query}"
    else:
        key = "text:" + " ".join(text.split())
    return hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()[:_ID_LENGTH]


def same_site(one: str, other: str) -> bool:
    """Whether two addresses are on one host, or one host lies under the other ("amp.example.org" under
    "example.org").
    """
    a, b = (_host(url) for url in (one, other))
    return bool(a and b) and (a == b or a.endswith("." + b) or b.endswith("." + a))


def _host(url: str) -> str:
    parts = _split(url)
    return (parts.hostname or "").removeprefix("www.") if parts else ""


def _split(url: str) -> SplitResult | None:
    try:
        parts = urlsplit(url.strip())
        parts.port  # noqa: B018  # reading the port is what checks it
    except ValueError:
        return None
    return parts if parts.scheme in {"http", "https"} and parts.hostname else None
