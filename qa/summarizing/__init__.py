"""Summaries: of one article, of a story told by several, of what happened between two days."""
