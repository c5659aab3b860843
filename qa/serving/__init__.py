"""`qa serve`: the library over HTTP, as JSON of our own types and as OpenAI's chat completions. Needs the
extra `serve`.

`qa.serving.http.app(assistant, options)` is the application, `qa.serving.running.serve` the process.
"""
