"""What a user opens: a folder of articles that can be added to, removed from and searched, and that loses
nothing."""

from qa.library.library import Library
from qa.library.reports import AddReport, Finding, LibraryStats, Progress

__all__ = ["AddReport", "Finding", "Library", "LibraryStats", "Progress"]
