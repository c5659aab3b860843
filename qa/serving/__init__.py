"""Serving: HTTP, OpenAI-compatible, MCP."""
