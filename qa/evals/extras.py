"""Says at once, before anything was asked or paid for, when a package of the extra `eval` is not
installed."""

from __future__ import annotations

import importlib

from qa.errors import MissingExtraError


def need(*packages: str) -> None:
    """Raises MissingExtraError, which names those of `packages` that cannot be imported."""
    missing = []
    for package in packages:
        try:
            importlib.import_module(package)
        except ImportError:
            missing.append(package)
    if missing:
        raise MissingExtraError(f"this needs the package {' and '.join(missing)}", "pip install 'qa[eval]'")
