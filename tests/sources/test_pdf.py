from __future__ import annotations

import builtins
import io
from typing import Any

import pytest
from pypdf import PdfWriter

from qa.sources import Skipped
from qa.types import Article

from .conftest import ReadFile


def pdf(*pages: list[str]) -> bytes:
    """A PDF made by hand: each page's lines from top to bottom, in Helvetica."""
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    kids = []
    for lines in pages:
        shown = " ".join(f"({line}) Tj T*" for line in lines)
        stream = f"BT /F1 11 Tf 13 TL 50 780 Td {shown} ET"
        objects.append(f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream")
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Resources << /Font << /F1 3 0 R >> >>"
            f" /Contents {len(objects)} 0 R >>"
        )
        kids.append(f"{len(objects)} 0 R")
    objects[1] = f"<< /Type /Pages /Kids [{' '.join(kids)}] /Count {len(kids)} >>"
    body, offsets = "%PDF-1.4\n", []
    for number, content in enumerate(objects, start=1):
        offsets.append(len(body))
        body += f"{number} 0 obj\n{content}\nendobj\n"
    table = "".join(f"{offset:010} 00000 n \n" for offset in offsets)
    return (
        f"{body}xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}"
        f"trailer << /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{len(body)}\n%%EOF\n"
    ).encode("latin-1")


PAGE = [
    "The harbour bridge reopened on Monday after eleven months of re-",
    "pairs, the city engineer said, and the first drivers crossed it at",
    "dawn in heavy rain. The ferry that had carried them in the mean-",
    "time made its last trip on Sunday night.",
]


def test_text_with_hyphens_joined_and_lines_too(read_file: ReadFile) -> None:
    (found,) = read_file("a.pdf", pdf(PAGE))
    assert isinstance(found, Article)
    assert found.text == (
        "The harbour bridge reopened on Monday after eleven months of repairs, the city engineer said, and"
        " the first drivers crossed "
        "it at dawn in heavy rain. The ferry that had carried them in the meantime made its last trip on"
        " Sunday night."
    )
    assert found.published is None


def test_running_titles_and_page_numbers_go(read_file: ReadFile) -> None:
    pages = [["The Example, Portsville", *PAGE, str(number)] for number in range(1, 5)]
    (found,) = read_file("a.pdf", pdf(*pages))
    assert isinstance(found, Article)
    assert "The Example, Portsville" not in found.text
    assert not any(char.isdigit() for char in found.text)


def test_a_pdf_without_text_is_skipped(read_file: ReadFile) -> None:
    (found,) = read_file("a.pdf", pdf([]))
    assert isinstance(found, Skipped)
    assert "OCR" in found.hint


def test_an_encrypted_pdf_is_skipped(read_file: ReadFile) -> None:
    writer = PdfWriter(clone_from=io.BytesIO(pdf(PAGE)))
    writer.encrypt("secret", algorithm="RC4-128")
    stream = io.BytesIO()
    writer.write(stream)
    (found,) = read_file("a.pdf", stream.getvalue())
    assert isinstance(found, Skipped)
    assert "encrypted" in found.reason


@pytest.mark.parametrize("damaged", [b"%PDF-1.4\n", b"%PDF-1.4\n%%EOF", pdf(PAGE)[:300]])
def test_a_damaged_pdf_is_skipped(read_file: ReadFile, damaged: bytes) -> None:
    (found,) = read_file("a.pdf", damaged)
    assert isinstance(found, Skipped)


def test_without_the_extra_the_hint_says_how_to_get_it(
    read_file: ReadFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = builtins.__import__

    def without_pypdf(name: str, *args: Any, **kwargs: Any) -> Any:
        if name.split(".")[0] == "pypdf":
            raise ImportError(name)
        return real(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", without_pypdf)
    (found,) = read_file("a.pdf", pdf(PAGE))
    assert isinstance(found, Skipped)
    assert found.hint == "pip install 'qa[pdf]'"
