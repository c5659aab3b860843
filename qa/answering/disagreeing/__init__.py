"""Where sources do not agree: which statements answer the same thing with different values, and how that is said."""
