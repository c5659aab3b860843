"""What no honest page or feed has, and what takes a parser hours: refused before anything is parsed."""

from __future__ import annotations

import re

from qa.errors import NotAnArticleError

MOST_ELEMENTS = 100_000
MOST_ATTRIBUTES = 2_000
_LONG = 20_000
_TAG = re.compile(r"<[a-zA-Z][^<>]*")
_VALUE = re.compile(r""""[^"]*"|'[^']*'""")


def refuse_bomb(markup: str) -> None:
    """Raises NotAnArticleError for more than 100,000 elements, or 2,000 attributes of one element.

    libxml2 and expat compare each attribute with all before it; trafilatura does as much with the parts of
    one paragraph.
    """
    elements = 0
    for tag in _TAG.finditer(markup):
        elements += 1
        # A long value (an embedded picture, a page's data) is no list of attributes.
        if tag.end() - tag.start() > _LONG and len(_VALUE.sub("", tag[0]).split()) > MOST_ATTRIBUTES:
            raise NotAnArticleError(
                "an element in it has thousands of attributes", "Save the article's text and add that."
            )
    if elements > MOST_ELEMENTS:
        raise NotAnArticleError(
            f"it has more than {MOST_ELEMENTS:,} elements", "Save the article's text and add that."
        )


def refuse_attribute_bomb(data: bytes) -> None:
    """The same for the attributes alone: a long feed has many elements. Raises NotAnArticleError."""
    for tag in re.finditer(rb"<[a-zA-Z][^<>]{%d,}" % _LONG, data):
        refuse_bomb(tag[0].decode("latin-1"))
