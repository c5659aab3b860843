"""What `from qa import ...` gives, and that it is described."""

from __future__ import annotations

import inspect

import pytest

import qa

PROMISED = {
    "Answer", "Article", "Assistant", "Citation", "Conversation", "Filters", "Library", "Passage", "QAError",
    "Settings", "Statement", "Summary", "__version__",
}  # fmt: skip


def test_the_names_are_the_promised_ones():
    assert set(qa.__all__) == PROMISED
    assert set(dir(qa)) == PROMISED


@pytest.mark.parametrize("name", sorted(PROMISED))
def test_each_name_is_there(name):
    assert getattr(qa, name) is not None


def test_another_name_is_not():
    with pytest.raises(AttributeError, match="nonsense"):
        qa.nonsense  # noqa: B018


FOREIGN = {"settings_customise_sources"}  # pydantic's own


@pytest.mark.parametrize("name", sorted(PROMISED - {"__version__"}))
def test_each_class_and_what_it_offers_is_described(name):
    found = getattr(qa, name)
    assert inspect.getdoc(found)
    for member, value in vars(found).items():
        offered = inspect.isfunction(value) or isinstance(value, property | classmethod)
        if offered and not member.startswith("_") and member not in FOREIGN:
            assert inspect.getdoc(value), f"{name}.{member} says nothing of itself"
