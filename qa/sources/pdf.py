"""PDF to an article, by pypdf (the extra `pdf`).

A PDF's own dates are when the file was made, so they are not used.
"""

from __future__ import annotations

import io
import logging
import re
from collections import Counter
from datetime import datetime

from qa.errors import MissingExtraError, NotAnArticleError
from qa.sources.clean import paragraphs
from qa.sources.material import Found
from qa.sources.text import read_text

logging.getLogger("pypdf").addHandler(logging.NullHandler())  # its remarks are not for our stderr

_MOST_PAGES = 500
_HYPHEN = re.compile(r"(?<=[^\W\d_])[-\u2010](?: (?!(?:and|or|to|und|oder|et|y)\b)|\n\n)(?=[^\W\d_A-Z])")
_PAGE_NUMBER = re.compile(r"(?:page |p\. ?|- ?)?\d{1,4}(?: ?(?:/|of) ?\d{1,4})?(?: ?-)?", re.IGNORECASE)


def read_pdf(data: bytes, *, now: datetime) -> Found:
    """The article in a PDF.

    Raises MissingExtraError, and NotAnArticleError when it is encrypted, damaged or holds no text.
    """
    pages = _pages(data)
    lines = [[line.strip() for line in page.split("\n")] for page in pages]
    # a line on top or at the foot of most pages is the page's furniture
    edges = Counter(line for page in lines for line in {*page[:2], *page[-2:]} if line)
    running = {line for line, count in edges.items() if count >= 3 and count > len(pages) / 2}
    text = "\n".join(
        line for page in lines for line in page if line not in running and not _PAGE_NUMBER.fullmatch(line)
    )
    # lines are joined first: a word put together before would hide where the lines were wrapped
    text = _HYPHEN.sub("", "\n\n".join(paragraphs(text)))
    if not any(map(str.isalpha, text)):
        raise NotAnArticleError(
            "the PDF holds no text, only pictures", "Run it through text recognition (OCR) first."
        )
    return read_text(text, markdown=False, now=now)


def _pages(data: bytes) -> list[str]:
    try:
        from pypdf import PdfReader
        from pypdf.errors import DependencyError
    except ImportError as exc:
        raise MissingExtraError("reading PDF needs the package pypdf", "pip install 'qa[pdf]'") from exc
    try:
        reader = PdfReader(io.BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            raise NotAnArticleError("the PDF is encrypted", "Save it without a password.")
        if len(reader.pages) > _MOST_PAGES:
            raise NotAnArticleError(
                f"the PDF has more than {_MOST_PAGES} pages", "Give the pages of one article."
            )
        return [page.extract_text() for page in reader.pages]
    except NotAnArticleError:
        raise
    except DependencyError as exc:
        raise NotAnArticleError("the PDF is encrypted", "Save it without a password.") from exc
    except Exception as exc:  # pypdf raises many kinds on damaged files
        raise NotAnArticleError("the PDF is damaged", "Print it to a new PDF, or save its text.") from exc
