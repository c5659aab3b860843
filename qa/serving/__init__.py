"""The library to other programs: over HTTP, as JSON of our own types and as OpenAI's chat completions
(`qa serve`, the extra `serve`), and as tools for agents (`qa mcp`, the extra `mcp`).

`qa.serving.http.app(assistant, options)` is the application, `qa.serving.running.serve` the process;
`qa.serving.mcp` speaks the Model Context Protocol.
"""
