"""How far the words of a source support a statement: a number from 0 to 1."""
