"""Anything a newsroom has, to Articles: text, Markdown, HTML, JSONL, RSS and Atom, PDF; from files,
folders, addresses and stdin.

`discover` expands what the user names, `read` yields the articles of one source. Nothing is guessed: what
an article does not say about itself stays empty.
"""

from qa.sources.dates import parse_date, parse_day, parse_when
from qa.sources.discovery import discover
from qa.sources.identity import article_id, canonical_url
from qa.sources.material import Fetch, Fetched, Given, Skipped, Source, Stripped
from qa.sources.reading import read

__all__ = [
    "Fetch",
    "Fetched",
    "Given",
    "Skipped",
    "Source",
    "Stripped",
    "article_id",
    "canonical_url",
    "discover",
    "parse_date",
    "parse_day",
    "parse_when",
    "read",
]
