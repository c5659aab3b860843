"""Prompts and sample articles are found in a checkout and in an installed wheel."""

from __future__ import annotations

from pathlib import Path

import pytest

from qa import resources
from qa.errors import QAError
from qa.resources import resource, sample_articles

REPOSITORY = Path(__file__).resolve().parents[1]


def test_in_a_checkout_they_are_the_checkouts():
    assert resource("prompts") == REPOSITORY / "prompts"
    assert sample_articles() == REPOSITORY / "eval" / "samples"


def test_there_are_samples_and_a_prompt():
    assert len(list(sample_articles().glob("*.txt"))) >= 12
    assert (resource("prompts") / "answer" / "v1.yaml").is_file()


def test_in_a_wheel_they_are_the_packages_own(tmp_path, monkeypatch):
    package = tmp_path / "site-packages" / "qa"
    for folder in ("prompts", "eval/samples"):
        (package / "data" / folder).mkdir(parents=True)
    monkeypatch.setattr(resources, "_PACKAGE", package)
    assert resource("prompts") == package / "data" / "prompts"
    assert sample_articles() == package / "data" / "eval" / "samples"


def test_a_folder_of_the_same_name_beside_an_installed_package_is_not_taken(tmp_path, monkeypatch):
    package = tmp_path / "site-packages" / "qa"
    (package / "data" / "prompts").mkdir(parents=True)
    (tmp_path / "site-packages" / "prompts").mkdir()
    monkeypatch.setattr(resources, "_PACKAGE", package)
    assert resource("prompts") == package / "data" / "prompts"


def test_what_is_missing_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr(resources, "_PACKAGE", tmp_path / "qa")
    with pytest.raises(QAError, match="prompts"):
        resource("prompts")
