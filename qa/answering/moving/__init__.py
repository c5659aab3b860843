"""Stories that move: what changed between two versions of an article, and in an answer."""
