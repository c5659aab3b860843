"""Bytes to text: byte order marks, a declared charset, UTF-8, then the older Western code page."""

from __future__ import annotations

import codecs
import re

from qa.errors import NotAnArticleError

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark it starts with
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CONTROLS = re.compile(r"[\x01-\x08\x0e-\x1a\x1c-\x1f]")
_MANY_CONTROLS = 0.02
_WESTERN_SHARE = 0.2
_SAMPLE = 65_536


def decode(data: bytes, charset: str = "") -> str:
    """The text of `data`.

    `charset` is what its sender declared ("" unknown). Raises NotAnArticleError for binary data.
    """
    text = _decode(data, charset)
    if "\0" in text or len(_CONTROLS.findall(text[:_SAMPLE])) > _MANY_CONTROLS * min(len(text), _SAMPLE):
        raise NotAnArticleError(
            "it holds binary data, not text", "Give a text, Markdown, HTML, JSONL, feed or PDF file."
        )
    return text


def _decode(data: bytes, charset: str) -> str:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data.decode(encoding, "replace")
    # a wide charset is believed at once, its bytes may pass for UTF-8; others are often declared wrongly
    wide = charset.lower().startswith(("utf-16", "utf-32", "iso-2022", "hz"))
    for encoding in (charset, "utf-8") if wide else ("utf-8", charset):
        try:
            return data.decode(encoding) if encoding else data.decode("ascii")
        except (UnicodeDecodeError, LookupError, ValueError):
            continue
    high = sum(byte > 127 for byte in data[:_SAMPLE])
    if high > _WESTERN_SHARE * min(len(data), _SAMPLE):
        # Cyrillic, Greek or Japanese in a legacy encoding is mostly above 127; Western text is not
        from charset_normalizer import from_bytes

        best = from_bytes(data[:_SAMPLE]).best()
        if best is not None:
            return data.decode(best.encoding, "replace")
    return data.decode("cp1252", "replace")
