"""One contract for every embedder."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import numpy as np
import pytest

from qa.errors import ConfigError, ModelError
from qa.library.embedders import HashingEmbedder, LangChainEmbedder, WordLlamaEmbedder, open_embedder

TEXTS = ["The ferry will close.", "A museum opens in June.", "", "Zelenskyy — Łódź, 東京 😀", "word " * 3000]


class _Server(BaseHTTPRequestHandler):
    """An OpenAI-compatible embeddings endpoint: four numbers for each text, from its length."""

    seen: list[dict] = []  # noqa: RUF012 - what came in, for the tests

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.seen.append(body)
        data = [
            {"object": "embedding", "index": i, "embedding": [float(len(t)), 1.0, 2.0, float(t[:1] == "T")]}
            for i, t in enumerate(body["input"])
        ]
        reply = json.dumps({"object": "list", "data": data, "model": body["model"], "usage": {}}).encode()
        if body["model"] == "broken":
            reply = b'{"error": {"message": "no such model"}}'
        self.send_response(404 if body["model"] == "broken" else 200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(reply)))
        self.end_headers()
        self.wfile.write(reply)

    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def address():
    with HTTPServer(("127.0.0.1", 0), _Server) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/v1"
        server.shutdown()


@pytest.fixture(params=["hashing", "wordllama", "openai:small"])
def embedder(request, address):
    return open_embedder(request.param, base_url=address, api_key="key")


def test_contract(embedder):
    rows = embedder.embed(TEXTS)
    assert rows.dtype == np.float32
    assert rows.shape == (len(TEXTS), embedder.dimension)
    assert np.isfinite(rows).all()
    lengths = np.linalg.norm(rows, axis=1)
    assert all(abs(n - 1) < 1e-5 or n == 0 for n in lengths)
    assert embedder.name
    assert embedder.revision
    assert np.array_equal(rows, embedder.embed(TEXTS))
    assert np.allclose(rows[:1], embedder.embed(TEXTS[:1]), atol=1e-6)
    assert embedder.embed([]).shape[0] == 0


def test_wordllama_gives_the_vectors_of_its_own_package():
    import wordllama

    own = wordllama.WordLlama.load(cache_dir=Path(wordllama.__file__).parent, disable_download=True)
    texts = ["The ferry will close.", "A museum opens in June, says Łukasz."]
    assert np.allclose(WordLlamaEmbedder().embed(texts), own.embed(texts, norm=True), atol=1e-5)


def test_openai_gets_texts_and_not_token_numbers(address):
    LangChainEmbedder("openai:small", base_url=address, api_key="key").embed(["The ferry"])
    assert _Server.seen[-1]["input"] == ["The ferry"]


def test_a_failing_provider_is_a_model_error(address):
    with pytest.raises(ModelError, match="openai:broken failed"):
        LangChainEmbedder("openai:broken", base_url=address, api_key="key").embed(["The ferry"])


@pytest.mark.parametrize("name", ["glove", "", "nowhere:model"])
def test_an_unknown_embedder_is_a_config_error(name):
    with pytest.raises(ConfigError):
        open_embedder(name).embed(["x"])


def test_hashing_tells_texts_apart():
    a, b, c = HashingEmbedder().embed(
        ["the ferry is late", "the ferry is late today", "museum opens in June"]
    )
    assert a @ b > a @ c
