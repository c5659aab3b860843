"""What a comparison or a run looks like in a terminal, a pull request, a CI viewer, on a page.

`material` gathers what is shown of each question, once for all formats; `figures` has the means and their
standard errors; `marking` finds the words to mark; `text`, `markdown`, `junit` and `page` are the formats.
Article and model text is untrusted in all of them. Nothing here prints.
"""
