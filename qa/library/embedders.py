"""Turns texts into vectors. WordLlama is built in; `provider:model` opens any embedding model that
LangChain opens."""

from __future__ import annotations

import hashlib
import importlib.util
import re
import threading
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

from qa.errors import ConfigError, LibraryError, ModelError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Vectors = NDArray[np.float32]


class Embedder(Protocol):
    """Anything that turns texts into vectors. Equal `name`, `revision` and `dimension` mean: the same text,
    the same vector."""

    @property
    def name(self) -> str: ...

    @property
    def revision(self) -> str: ...

    @property
    def dimension(self) -> int: ...

    def embed(self, texts: Sequence[str]) -> Vectors:
        """One row for each text: float32 [n, dimension], each row of length 1, or of zeros where a text has
        no words."""
        ...


def open_embedder(name: str, *, base_url: str | None = None, api_key: str | None = None) -> Embedder:
    """The embedder called `name`: "wordllama", "hashing" (a fake for tests) or LangChain's
    "provider:model".

    Nothing is loaded before the first text. `base_url` and `api_key` go to the provider "openai" only.
    Raises ConfigError for a name that cannot be opened.
    """
    if name == "wordllama":
        return WordLlamaEmbedder()
    if name == "hashing":
        return HashingEmbedder()
    if ":" not in name:
        raise ConfigError(
            f"There is no embedder called {name!r}",
            'Use "wordllama", or "provider:model" such as "openai:NAME".',
        )
    return LangChainEmbedder(name, base_url=base_url, api_key=api_key)


class WordLlamaEmbedder:
    """Static word vectors, averaged (256 numbers). They come with the `wordllama` package; nothing is
    downloaded.

    Reads the package's two files itself: importing the package costs a quarter of a second (it brings
    `requests`), switches the root logger to INFO for the whole process, and its own loader looks for the
    tokenizer in the wrong folder. A test holds the vectors equal to the package's own.
    """

    name = "wordllama"
    dimension = 256
    _MODEL = "l2_supercat"
    _BATCH = 64

    _loaded: ClassVar[tuple[Any, Vectors] | None] = None  # one copy for all: 32 MB, read-only
    _lock: ClassVar[threading.Lock] = threading.Lock()

    @property
    def revision(self) -> str:
        """Version of the package that the weights came with, and which of its models."""
        return f"{version('wordllama')}/{self._MODEL}_{self.dimension}"

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors of `texts`, float32 [n, 256]."""
        import numpy as np

        tokenizer, weights = self._load()
        rows = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for start in range(0, len(texts), self._BATCH):
            encoded = tokenizer.encode_batch_fast(
                list(texts[start : start + self._BATCH]), add_special_tokens=False
            )
            for row, item in enumerate(encoded, start):
                if item.ids:
                    rows[row] = weights[np.asarray(item.ids)].mean(axis=0)
        return unit_length(rows)

    def _load(self) -> tuple[Any, Vectors]:
        with WordLlamaEmbedder._lock:
            if WordLlamaEmbedder._loaded is None:
                WordLlamaEmbedder._loaded = self._read_files()
            return WordLlamaEmbedder._loaded

    def _read_files(self) -> tuple[Any, Vectors]:
        import numpy as np
        from safetensors.numpy import load_file
        from tokenizers import Tokenizer

        spec = importlib.util.find_spec("wordllama")
        if spec is None or not spec.origin:
            raise LibraryError(
                "The wordllama package is missing", "Install qa again, or set another embedder."
            )
        package = Path(spec.origin).parent
        try:
            tokenizer = Tokenizer.from_file(
                str(package / "tokenizers" / f"{self._MODEL}_tokenizer_config.json")
            )
            tokenizer.no_truncation()
            tokenizer.no_padding()
            weights = load_file(package / "weights" / f"{self._MODEL}_{self.dimension}.safetensors")[
                "embedding.weight"
            ]
        except Exception as exc:
            raise LibraryError(
                f"The wordllama package in {package} is damaged: {exc}", "Install wordllama again."
            ) from exc
        return tokenizer, np.ascontiguousarray(weights, dtype=np.float32)


class HashingEmbedder:
    """Word counts hashed into few numbers: deterministic, instant, needs nothing. The fake that tests use."""

    name = "hashing"
    revision = "1"

    def __init__(self, dimension: int = 64) -> None:
        self.dimension = dimension

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors of `texts`, float32 [n, dimension]."""
        import numpy as np

        rows = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for row, text in enumerate(texts):
            for word in re.findall(r"\w+", text.casefold()):
                number = int.from_bytes(hashlib.blake2b(word.encode(), digest_size=8).digest(), "big")
                rows[row, (number >> 1) % self.dimension] += 1 if number & 1 else -1
        return unit_length(rows)


class LangChainEmbedder:
    """Any embedding model that LangChain's `init_embeddings` opens, named "provider:model".

    The provider says nothing about revisions, so `revision` is the model's name alone.
    """

    _BATCH = 128

    def __init__(self, name: str, *, base_url: str | None = None, api_key: str | None = None) -> None:
        self.name = name
        self.revision = name.partition(":")[2]
        self._options: dict[str, Any] = {}
        if name.startswith("openai:"):
            # Otherwise it fetches a tokenizer file from the network and sends token ids, which other servers
            # do not understand.
            self._options["check_embedding_ctx_length"] = False
            self._options |= {k: v for k, v in (("base_url", base_url), ("api_key", api_key)) if v}
        self._model: Any = None
        self._dimension = 0
        self._lock = threading.Lock()

    @property
    def dimension(self) -> int:
        """How many numbers a vector has; the provider is asked once."""
        if not self._dimension:
            self.embed(["dimension"])
        return self._dimension

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors of `texts`, float32 [n, dimension]. Raises ModelError, ConfigError."""
        import numpy as np

        model = self._open()
        rows: list[list[float]] = []
        for start in range(0, len(texts), self._BATCH):
            batch = list(texts[start : start + self._BATCH])
            try:
                answer = model.embed_documents(batch)
            except Exception as exc:
                raise ModelError(
                    f"The embedder {self.name} failed: {exc}", "Check its key, address and quota."
                ) from exc
            if len(answer) != len(batch):
                raise ModelError(
                    f"The embedder {self.name} gave {len(answer)} vectors for {len(batch)} texts"
                )
            rows += answer
        if not rows:
            return np.zeros((0, self._dimension), dtype=np.float32)
        vectors = np.asarray(rows, dtype=np.float32)
        if (
            vectors.ndim != 2
            or (self._dimension and vectors.shape[1] != self._dimension)
            or not np.isfinite(vectors).all()
        ):
            raise ModelError(
                f"The embedder {self.name} gave vectors that cannot be used", "Set another embedder."
            )
        self._dimension = vectors.shape[1]
        return unit_length(vectors)

    def _open(self) -> Any:
        with self._lock:
            if self._model is None:
                from langchain.embeddings import init_embeddings

                try:
                    self._model = init_embeddings(self.name, **self._options)
                except Exception as exc:
                    raise ConfigError(
                        f"The embedder {self.name} cannot be opened: {exc}", "Check setting 'embedder'."
                    ) from exc
            return self._model


def unit_length(rows: Vectors) -> Vectors:
    """The rows scaled to length 1, in place; rows of zeros stay."""
    import numpy as np

    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    np.divide(rows, lengths, out=rows, where=lengths > 0)
    return rows
