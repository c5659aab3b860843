"""The evaluation suite: annotated facts, a grader that needs no model, runs that can be replayed, and a gate
that can say "cannot tell". The data is in `eval/`; the command is `qa eval`.
"""
