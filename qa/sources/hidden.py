"""What of a page a reader does not see: hidden by an attribute, a style, a rule of the page's own style
sheets, or by what it is. What is hidden can say anything, so none of it is an article's text.

Only what the page itself says is looked at: no style sheet is fetched, no script is run.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

_DIGITS = r"-(?:\d{4,}|[5-9]\d\d)(?:px|pt)?\b|-\d{3,}(?:em|rem|vw|vh|%)"
_GONE = re.compile(
    r"display\s*:\s*none|(?<!content-)visibility\s*:\s*(?:hidden|collapse)|content-visibility\s*:\s*hidden|mso-hide\s*:\s*all"
    r"|font-size\s*:\s*(?:0{1,9}(?:\.0{0,9})?(?:px|r?em|%|pt)?|(?:0?\.\d+|[12](?:\.\d+)?)(?:px|pt)|0?\.0\d*r?em|[0-5]%)\s*(?:;|!|$)"
    rf"|(?:left|right|top|bottom|text-indent|margin-left)\s*:\s*(?:{_DIGITS})"
    rf"|translate(?:3d|[xy])?\(\s*(?:[^,()]+,\s*)?(?:{_DIGITS})|scale[xy]?\(\s*0(?:\.0+)?\s*[,)]"
    r"|clip\s*:\s*rect\(\s*(?:[01](?:px)?[\s,]*){4}\)|clip-path\s*:\s*(?:inset\(\s*(?:50|100)%|circle\(\s*0)",
    re.IGNORECASE,
)
_NO_ROOM = re.compile(
    r"(?<![\w-])(?:height|width)\s*:\s*[01](?:\.\d+)?(?:px|r?em|%)?\s*(?:;|!|$)", re.IGNORECASE
)
_CUT = re.compile(r"overflow(?:-[xy])?\s*:\s*(?:hidden|clip)", re.IGNORECASE)
_CLEAR = re.compile(r"(?<![\w-])opacity\s*:\s*(?:0?\.0\d*|0)\s*%?\s*(?:;|!|$)", re.IGNORECASE)
_COLOR = re.compile(r"(?<![\w-])color\s*:\s*([^;!]+)", re.IGNORECASE)
_GROUND = re.compile(r"(?<![\w-])background(?:-color|-image)?\s*:\s*([^;!]+)", re.IGNORECASE)
_HEX = re.compile(r"#([0-9a-f]{3,8})\b", re.IGNORECASE)
_RGB = re.compile(r"rgba?\(\s*(\d+)[\s,]+(\d+)[\s,]+(\d+)(?:[\s,/]+([\d.]+%?))?\s*\)", re.IGNORECASE)
_NAMED = {"white": (255, 255, 255), "snow": (255, 250, 250), "ivory": (255, 255, 240), "black": (0, 0, 0)}
_ALIKE = 24

# What style sheets everywhere call text that is for screen readers alone.
_CLASSES = frozenset(
    """sr-only visually-hidden visuallyhidden screen-reader-text screen-reader-only a11y-hidden
        element-invisible assistive-text""".split()
)
_BORDER = re.compile(r"[{};]")
_SIMPLE = re.compile(r"[a-z]*([.#])(-?[_a-z][\w-]*)", re.IGNORECASE)
_LARGEST_SHEET = 500_000
_LEAST_LEFT = 200

_Color = tuple[int, int, int]


class _Rules(NamedTuple):
    """Classes and ids that the page's own style sheets hide."""

    classes: frozenset[str]
    ids: frozenset[str]


_NO_WORDS = frozenset({"script", "style", "template", "noscript", "svg", "head", "title", "link", "meta"})


def drop_hidden(tree: Any) -> int:
    """Takes elements off the tree that a reader does not see, but never the page itself. Returns how many
    words they held.

    What scripts often show later (see-through, hidden from screen readers or by a rule) stays where nothing
    readable would be left without it.
    """
    rules = _rules(tree)
    words = 0
    for element in _elements(tree):
        if is_hidden(element.tag, element.attrib) or _has_ground_color(element):
            words += _remove(element)
    late = [element for element in _elements(tree) if _shown_late(element, rules)]
    if not late:
        return words
    inside = {id(part) for element in late for part in element.iter()}
    left, hidden = _readable(tree, inside)
    if left >= _LEAST_LEFT or left >= hidden:
        words += sum(_remove(element) for element in late)
    return words


def _readable(tree: Any, inside: set[int]) -> tuple[int, int]:
    """How many characters of paragraphs (of anything, where there are none) stand outside and inside."""
    paragraphs = list(tree.iter("p")) or [e for e in _elements(tree) if e.tag not in {"script", "style"}]
    counted = [0, 0]
    for part in paragraphs:
        counted[id(part) in inside] += len("".join(part.itertext() if part.tag == "p" else part.text or ""))
    return counted[0], counted[1]


def without_comments(text: str) -> str:
    """`text` without the HTML comments in it; one that does not end is left."""
    return _without(text, "<!--", "-->")


def _without(text: str, opening: str, closing: str) -> str:
    kept, at = [], 0
    while (start := text.find(opening, at)) >= 0 and (end := text.find(closing, start + len(opening))) >= 0:
        kept.append(text[at:start])
        at = end + len(closing)
    return "".join([*kept, text[at:]])


def is_hidden(tag: str, attributes: Mapping[str, str]) -> bool:
    """Whether an element's own tag and attributes hide it."""
    style = attributes.get("style") or ""
    return (
        tag in {"template", "noscript"}
        or (tag == "dialog" and "open" not in attributes)
        or "hidden" in attributes
        or not _CLASSES.isdisjoint((attributes.get("class") or "").lower().split())
        or _hides(style)
    )


def _hides(style: str) -> bool:
    if not style:
        return False
    if _GONE.search(style) or (_NO_ROOM.search(style) and _CUT.search(style)):
        return True
    color = _COLOR.search(style)
    return bool(color and "background-clip" not in style.lower() and _is_clear(color[1]))


def _elements(tree: Any) -> list[Any]:
    return [e for e in tree.iter() if isinstance(e.tag, str) and e.tag not in {"html", "body", "head"}]


def _shown_late(element: Any, rules: _Rules) -> bool:
    classes = (element.get("class") or "").split()
    return (
        (element.get("aria-hidden") or "").strip().lower() == "true"
        or bool(_CLEAR.search(element.get("style") or ""))
        or not rules.classes.isdisjoint(classes)
        or element.get("id") in rules.ids
    )


def _remove(element: Any) -> int:
    """Removes an element and keeps the text that follows it, which lxml would remove with it. Returns how
    many words went with it.
    """
    parent = element.getparent()
    if parent is None:
        return 0
    words = 0 if element.tag in _NO_WORDS else len(" ".join(element.itertext()).split())
    if element.tail:
        before = element.getprevious()
        if before is not None:
            before.tail = (before.tail or "") + element.tail
        else:
            parent.text = (parent.text or "") + element.tail
    parent.remove(element)
    return words


# ---------------------------------------------------------------- style sheets of the page


def _rules(tree: Any) -> _Rules:
    classes: set[str] = set()
    ids: set[str] = set()
    for sheet in tree.iter("style"):
        text = sheet.text or ""
        if len(text) > _LARGEST_SHEET or (sheet.get("media") or "all").lower() not in {"all", "screen"}:
            continue
        for selectors, style in _plain_rules(_without(text, "/*", "*/")):
            if not (_hides(style) or _CLEAR.search(style)):
                continue
            for selector in selectors.split(","):
                if simple := _SIMPLE.fullmatch(selector.strip()):
                    (classes if simple[1] == "." else ids).add(simple[2])
    return _Rules(frozenset(classes), frozenset(ids))


def _plain_rules(sheet: str) -> Iterator[tuple[str, str]]:
    """Selectors and style of each rule, without those inside others: what holds for print or for small
    screens says nothing of what a reader sees.
    """
    depth, begun, selectors, opened = 0, 0, "", 0
    for border in _BORDER.finditer(sheet):
        if border.group() == "{":
            if depth == 0:
                selectors, opened = sheet[begun : border.start()].strip(), border.end()
            depth += 1
        elif border.group() == "}":
            depth = max(0, depth - 1)
            if depth == 0:
                begun = border.end()
                if not selectors.startswith("@"):
                    yield selectors, sheet[opened : border.start()]
        elif depth == 0:
            begun = border.end()


# ---------------------------------------------------------------- white on white


def _has_ground_color(element: Any) -> bool:
    """Whether the element's text has the colour of what it stands on: white, where nothing else is said."""
    style = element.get("style") or ""
    written = _COLOR.search(style)
    color = _color(written[1] if written else element.get("color") or "" if element.tag == "font" else "")
    if color is None:
        return False
    grounds = (_ground(e) for e in (element, *element.iterancestors()))
    ground = _color(next((g for g in grounds if g), "white"))
    return ground is not None and sum(abs(a - b) for a, b in zip(color, ground, strict=True)) <= _ALIKE


def _ground(element: Any) -> str:
    """What the element says of its background, "" if nothing."""
    written = _GROUND.search(element.get("style") or "")
    return written[1] if written else element.get("bgcolor") or ""


def _color(written: str) -> _Color | None:
    written = written.strip().lower()
    if rgb := _RGB.search(written):
        return int(rgb[1]), int(rgb[2]), int(rgb[3])
    if found := _HEX.search(written):
        digits = found[1] if len(found[1]) >= 6 else "".join(d * 2 for d in found[1])
        return int(digits[:2], 16), int(digits[2:4], 16), int(digits[4:6], 16)
    return next((_NAMED[word] for word in written.split() if word in _NAMED), None)


def _is_clear(written: str) -> bool:
    """Whether a colour is see-through."""
    written = written.strip().lower()
    rgb = _RGB.search(written)
    return written == "transparent" or bool(rgb and rgb[4] and float(rgb[4].rstrip("%")) == 0)
