"""What kind of file something is: by its first bytes where they are plain, else by its media type or its
name's ending.
"""

from __future__ import annotations

import re
from pathlib import PurePath
from typing import Literal

from qa.errors import NotAnArticleError

Kind = Literal["text", "markdown", "html", "json", "feed", "pdf"]

SAMPLE = 4096
"""How many bytes from the start are enough to tell the kind."""

_ENDINGS: dict[str, Kind] = {
    ".txt": "text",
    ".text": "text",
    ".md": "markdown",
    ".markdown": "markdown",
    ".mdown": "markdown",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
    ".shtml": "html",
    ".json": "json",
    ".jsonl": "json",
    ".ndjson": "json",
    ".rss": "feed",
    ".atom": "feed",
    ".pdf": "pdf",
}
_MAGIC = (
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"II*\0", "a picture"),
    (b"MM\0*", "a picture"),
    (b"\x1f\x8b", "a compressed file"),
    (b"BZh", "a compressed file"),
    (b"\xfd7zXZ", "a compressed file"),
    (b"7z\xbc\xaf", "an archive"),
    (b"Rar!", "an archive"),
    (b"(\xb5/\xfd", "a compressed file"),
    (b"\x7fELF", "a program"),
    (b"MZ\x90", "a program"),
    (b"SQLite format 3", "a database"),
    (b"\xd0\xcf\x11\xe0", "an old Office document"),
    (b"{\\rtf", "a rich text document"),
    (b"ID3", "a sound file"),
    (b"OggS", "a sound file"),
    (b"RIFF", "a sound or picture file"),
    (b"%!PS", "a PostScript file"),
)
_OFFICE = {
    ".docx": "a Word document",
    ".xlsx": "a spreadsheet",
    ".pptx": "a presentation",
    ".odt": "an OpenDocument text",
    ".epub": "an e-book",
    ".pages": "a Pages document",
}
_HTML = re.compile(
    rb"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*(?:<!doctype\s+html|<html\b|<head\b|<body\b)",
    re.IGNORECASE | re.DOTALL,
)
_FRAGMENT = re.compile(rb"\s*<(?:article|main|div|section|p|h1|header|meta|title)\b[^<]*>", re.IGNORECASE)
_FEED = re.compile(
    rb"\s*(?:<\?xml[^>]*>\s*)?(?:<\?[^>]*>\s*|<!--.*?-->\s*|<!DOCTYPE[^>]*>\s*)*<(?:rss|feed|rdf:RDF)\b",
    re.IGNORECASE | re.DOTALL,
)
_JSON = re.compile(rb"\s*(?:\{\s*\"|\[\s*\{\s*\"|\{\s*\}|\[\s*\])")
_MARKDOWN = re.compile(rb"\s*#{1,2} \S|.*?\]\(https?://", re.DOTALL)
_SAVE_AS = "Save it as text, Markdown, HTML or PDF first."


def kind_of(start: bytes, *, name: str = "", content_type: str = "") -> Kind:
    """The kind of a source from its first SAMPLE bytes, its path or address, and its media type.

    Raises NotAnArticleError for a kind that holds no article text, such as a picture.
    """
    for magic, what in _MAGIC:
        if start.startswith(magic):
            raise NotAnArticleError(f"it is {what}", _SAVE_AS)
    ending = PurePath(name.split("?")[0]).suffix.lower() if name else ""
    if start.startswith(b"PK\x03\x04") or start[4:8] == b"ftyp":
        raise NotAnArticleError(f"it is {_OFFICE.get(ending, 'an archive or a media file')}", _SAVE_AS)
    start = start.removeprefix(b"\xef\xbb\xbf")
    if start.lstrip()[:5] == b"%PDF-":
        return "pdf"
    if _FEED.match(start):
        return "feed"
    if _HTML.match(start):
        return "html"
    return _media_kind(content_type) or _ENDINGS.get(ending) or _sniffed(start)


def _media_kind(content_type: str) -> Kind | None:
    if "html" in content_type:
        return "html"
    if "json" in content_type:
        return "json"
    if "markdown" in content_type:
        return "markdown"
    if content_type == "application/pdf":
        return "pdf"
    return (
        "feed"
        if content_type in {"application/rss+xml", "application/atom+xml", "application/rdf+xml"}
        else None
    )


def _sniffed(start: bytes) -> Kind:
    if _JSON.match(start):
        return "json"
    if _FRAGMENT.match(start):
        return "html"
    if start.lstrip().startswith(b"<?xml"):
        raise NotAnArticleError("it is XML, but neither a feed nor a page", "RSS, Atom and XHTML are read.")
    return "markdown" if _MARKDOWN.match(start) else "text"
