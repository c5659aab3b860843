from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.sources import article_id, canonical_url
from qa.sources.identity import same_site

PLAIN = "https://example.org/world/bridge-reopens"


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/world/bridge-reopens",
        "https://www.example.org/world/bridge-reopens/",
        "HTTPS://EXAMPLE.ORG/world/bridge-reopens",
        "https://example.org:443/world/bridge-reopens#comments",
        "https://example.org/world/bridge-reopens?utm_source=mail&utm_medium=x&fbclid=1&gclid=2",
        "https://reader:secret@example.org/world/bridge-reopens",
        "  https://example.org./world/bridge-reopens ",
    ],
)
def test_ways_to_write_one_address_have_one_id(url: str) -> None:
    assert article_id(url, "one text") == article_id(PLAIN, "another text")


@pytest.mark.parametrize(
    "url",
    [
        "https://example.org/world/Bridge-Reopens",
        "https://example.org/world/bridge-reopens?page=2",
        "https://example.com/world/bridge-reopens",
        "https://example.org:8443/world/bridge-reopens",
        "https://example.org/world",
    ],
)
def test_other_addresses_have_other_ids(url: str) -> None:
    assert article_id(url, "") != article_id(PLAIN, "")


def test_the_order_of_parameters_does_not_matter() -> None:
    one, other = "https://example.org/?a=1&b=2", "https://example.org/?b=2&a=1"
    assert article_id(one, "") == article_id(other, "")


def test_without_an_address_the_text_makes_the_id() -> None:
    assert article_id("", "A bridge  reopened.\n\nAgain.") == article_id("", "A bridge reopened. Again.")
    assert article_id("", "A bridge reopened.") != article_id("", "A bridge closed.")
    assert article_id("mailto:desk@example.org", "A bridge.") == article_id("", "A bridge.")


def test_an_address_is_not_mistaken_for_a_text() -> None:
    assert article_id(PLAIN, "") != article_id("", "url:example.org/world/bridge-reopens?")


@given(st.text(max_size=80), st.text(max_size=80))
def test_any_id_is_16_hex_characters(url: str, text: str) -> None:
    found = article_id(url, text)
    assert len(found) == 16
    assert int(found, 16) >= 0
    assert found == article_id(url, text)


@given(st.text(max_size=80))
def test_the_canonical_form_is_stable(rest: str) -> None:
    once = canonical_url(f"https://example.org/{rest}")
    assert canonical_url(once) == once


@pytest.mark.parametrize(
    "url", ["", "example.org/x", "ftp://example.org/x", "https://", "http://[::1", "http://a:b/"]
)
def test_what_is_no_web_address_has_no_canonical_form(url: str) -> None:
    assert canonical_url(url) == ""


def test_same_site() -> None:
    assert same_site("https://www.example.org/a", "https://amp.example.org/a")
    assert not same_site("https://example.org/a", "https://notexample.org/a")
    assert not same_site("", "")
