"""The files of the web page, without a browser: nothing inline, nothing from elsewhere, no text as markup,
colours that can be read.
"""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

import qa

WEB = Path(qa.__file__).parent / "serving" / "web"
FILES = sorted(path.name for path in WEB.iterdir())
SCRIPTS = [name for name in FILES if name.endswith(".js")]
AS_MARKUP = re.compile(
    r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|createContextualFragment|setHTMLUnsafe|srcdoc"
    r"|DOMParser|\beval\b|new Function|setTimeout\(\s*[\"'`]|\.style\.|cssText|setAttribute\(\s*[\"']style"
)


class _Markup(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        if self.tags and data.strip():
            self.texts.append((self.tags[-1][0], data))


@pytest.fixture(scope="module")
def markup() -> _Markup:
    found = _Markup()
    found.feed((WEB / "index.html").read_text("utf-8"))
    return found


def _code(name: str) -> str:
    """A file without its comments."""
    text = (WEB / name).read_text("utf-8")
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    return re.sub(r"(^|\s)//.*", "", text) if name.endswith(".js") else text


def test_names_are_plain() -> None:
    assert {"index.html", "app.js", "style.css"} <= set(FILES)
    assert [name for name in FILES if not re.fullmatch(r"[a-z]+\.(html|js|css|svg)", name)] == []


def test_nothing_is_inline(markup: _Markup) -> None:
    assert [(tag, name) for tag, given in markup.tags for name in given if name.startswith("on")] == []
    assert [tag for tag, given in markup.tags if "style" in given or tag == "style"] == []
    assert all(given.get("src") for tag, given in markup.tags if tag == "script")
    assert [text for tag, text in markup.texts if tag == "script"] == []


def test_nothing_is_from_elsewhere(markup: _Markup) -> None:
    addresses = [
        given[name] for _, given in markup.tags for name in ("href", "src", "action") if name in given
    ]
    assert addresses
    for address in addresses:
        assert address is not None
        assert re.match(r"/(?!/)|#", address), address
        if address.startswith("/web/"):
            assert address.removeprefix("/web/") in FILES
    for name in FILES:
        code = _code(name).replace("http://www.w3.org/2000/svg", "")
        assert not re.search(r"https?://|[\"'(]//", code), name
        assert not re.search(r"@import|url\(", code), name


@pytest.mark.parametrize("name", SCRIPTS)
def test_scripts_take_text_as_text_and_import_each_other(name: str) -> None:
    code = _code(name)
    assert AS_MARKUP.findall(code) == []
    imported = re.findall(r"(?:from|import)\s*\(?\s*[\"']([^\"']+)[\"']", code)
    assert [file for file in imported if file.removeprefix("./") not in SCRIPTS] == []
    assert code.count("\n") < 400


def test_every_field_has_a_name(markup: _Markup) -> None:
    labelled = {given["for"] for tag, given in markup.tags if tag == "label" and "for" in given}
    for tag, given in markup.tags:
        if tag in ("input", "select", "textarea") and given.get("type") != "radio":
            assert given["id"] in labelled or given.get("aria-label"), given
    ids = [given["id"] for _, given in markup.tags if "id" in given]
    assert len(ids) == len(set(ids))
    for _, given in markup.tags:
        for name in ("aria-describedby", "aria-labelledby", "for"):
            assert (given.get(name) or ids[0]) in ids


def test_every_element_that_the_scripts_ask_for_is_there(markup: _Markup) -> None:
    ids = {given["id"] for _, given in markup.tags if "id" in given}
    asked = {found for name in SCRIPTS for found in re.findall(r"\bat\(\"([\w-]+)\"\)", _code(name))}
    assert asked
    assert asked - ids == set()


# ---------------------------------------------------------------- colours

TEXT_PAIRS = [
    ("ink", "paper"),
    ("ink", "sheet"),
    ("ink", "tint"),
    ("soft", "paper"),
    ("soft", "sheet"),
    ("soft", "tint"),
    ("accent", "paper"),
    ("accent", "sheet"),
    ("accent", "tint"),
    ("on-accent", "accent"),
    ("firm", "paper"),
    ("open", "paper"),
    ("open", "sheet"),
    ("denied", "paper"),
    ("denied", "tint"),
    ("on-mark", "mark"),
]
EDGE_PAIRS = [
    ("edge", "paper"),
    ("edge", "sheet"),
    ("edge", "tint"),
    ("accent", "paper"),
    ("accent", "sheet"),
]


def _colours(dark: bool) -> dict[str, str]:
    blocks = re.findall(r":root \{(.*?)\}", _code("style.css"), flags=re.DOTALL)
    assert len(blocks) == 2
    found: dict[str, str] = {}
    for block in blocks[: 2 if dark else 1]:
        found |= dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", block))
    return found


def _contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours: https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio"""
    bright, dim = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (bright + 0.05) / (dim + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("dark", [False, True])
def test_text_and_edges_have_contrast(dark: bool) -> None:
    colours = _colours(dark)
    low = [pair for pair in TEXT_PAIRS if _contrast(*(colours[name] for name in pair)) < 4.5]
    low += [pair for pair in EDGE_PAIRS if _contrast(*(colours[name] for name in pair)) < 3]
    assert low == []


def test_every_colour_of_the_style_is_named() -> None:
    code = _code("style.css")
    used = set(re.findall(r"var\(--([\w-]+)\)", code)) - {"serif", "sans"}
    assert used <= set(_colours(dark=True))
    outside = re.sub(r":root \{.*?\}", "", code, flags=re.DOTALL)
    assert re.findall(r"#[0-9a-fA-F]{3,8}\b(?=\s*[;,)])", outside) == []
