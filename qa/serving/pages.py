"""What a browser can open: the web page, where there is one, and a list of what the API has."""

from __future__ import annotations

from html import escape
from pathlib import Path
from typing import Any

from fastapi import APIRouter, FastAPI
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, Response

from qa import __version__
from qa.errors import LibraryError

WEB = Path(__file__).parent / "web"
INDEX = "index.html"
_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".ico": "image/vnd.microsoft.icon",
    ".webmanifest": "application/manifest+json",
    ".woff2": "font/woff2",
    ".txt": "text/plain; charset=utf-8",
}
CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)


def routes(application: FastAPI, folder: Path = WEB) -> APIRouter:
    """/, /web/* and /docs. The files are those that are in `folder` now; no other name reaches the disk."""
    router = APIRouter(include_in_schema=False)
    files = _files(folder)

    @router.get("/")
    async def index() -> Response:
        return _file(files[INDEX]) if INDEX in files else _listing(application)

    @router.get("/web/{name:path}")
    async def web(name: str) -> Response:
        if name not in files:
            raise HTTPException(404)
        return _file(files[name])

    @router.get("/docs")
    async def docs() -> Response:
        return _listing(application)

    return router


def _files(folder: Path) -> dict[str, Path]:
    if not folder.is_dir():
        return {}
    found = (path for path in sorted(folder.rglob("*")) if path.is_file() and path.suffix in _TYPES)
    return {path.relative_to(folder).as_posix(): path for path in found}


def _file(path: Path) -> Response:
    try:
        data = path.read_bytes()
    except OSError as exc:
        raise LibraryError(f"{path.name} cannot be read: {exc.strerror}", "Install qa again.") from exc
    headers = {"Content-Security-Policy": CSP, "Cache-Control": "no-cache"}
    return Response(data, headers=headers, media_type=_TYPES[path.suffix])


def _listing(application: FastAPI) -> HTMLResponse:
    """Every path with what it does; plain HTML, because the usual page loads its script from elsewhere."""
    rows = [
        f"<dt><code>{method.upper()} {escape(path)}</code></dt>"
        f"<dd>{escape(described.get('summary', ''))}. {escape(described.get('description', ''))}</dd>"
        for path, methods in application.openapi()["paths"].items()
        for method, described in methods.items()
    ]
    page = (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>qa API</title></head><body>'
        f"<h1>qa {escape(__version__)}</h1><p>The whole description, for programs: "
        f'<a href="/openapi.json">/openapi.json</a>.</p><dl>{"".join(rows)}</dl></body></html>'
    )
    return HTMLResponse(page)


def described(application: FastAPI, problem: dict[str, Any], *, key: bool = False) -> dict[str, Any]:
    """The OpenAPI document, with the schema of problems, which no route returns by itself, and with the `key`
    that clients must send, if there is one.
    """
    from fastapi.openapi.utils import get_openapi

    document = get_openapi(
        title="qa",
        version=__version__,
        description="Answers and summaries from news articles, every sentence traced to its source.",
        routes=application.routes,
    )
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    for name, schema in problem.pop("$defs", {}).items():
        schemas.setdefault(name, schema)
    schemas["Problem"] = problem
    for methods in document["paths"].values():
        for operation in methods.values():
            # FastAPI adds its own form of a validation error, which is not what is sent here.
            operation["responses"].pop("422", None)
    if key:
        document["components"]["securitySchemes"] = {"key": {"type": "http", "scheme": "bearer"}}
        document["security"] = [{"key": []}]
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    return document
