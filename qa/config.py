"""Settings: values only. They come from arguments, then `QA_` environment variables, then `qa.toml`, then
the defaults here.

`qa.toml` is looked for in the current folder, or where `QA_CONFIG` points. Its keys are the field names of
`Settings`.
"""

from __future__ import annotations

import os
import tomllib
from pathlib import Path
from typing import Any, Self

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from qa.errors import ConfigError

CONFIG_FILE = "qa.toml"


def default_library() -> Path:
    """The folder of the library when none is named: `qa/library` in the platform's user data folder."""
    from platformdirs import user_data_path

    return user_data_path("qa", appauthor=False) / "library"


def config_path() -> Path:
    """The settings file that is read: `QA_CONFIG`, else `qa.toml` in the current folder (which need not
    exist).
    """
    return Path(os.environ.get("QA_CONFIG") or CONFIG_FILE)


def reach_this_machine_directly() -> None:
    """Has every HTTP client in this process leave out the proxy that the environment names where the address
    is this machine's own, such as that of a local model or a Chroma server: no proxy can reach it, and the
    questions would go out to it."""
    if not any(name.lower().endswith("_proxy") and name.lower() != "no_proxy" for name in os.environ):
        return
    spared = os.environ.get("no_proxy") or os.environ.get("NO_PROXY") or ""
    names = [name.strip() for name in spared.split(",") if name.strip()]
    names += [name for name in ("localhost", "127.0.0.1", "::1") if name not in names]
    os.environ["NO_PROXY"] = os.environ["no_proxy"] = ",".join(names)


class Settings(BaseSettings):
    """Every setting, with its default. Environment: `QA_` and the name in capitals, such as `QA_MODEL`."""

    model_config = SettingsConfigDict(
        env_prefix="QA_", extra="forbid", frozen=True, env_ignore_empty=True, protected_namespaces=()
    )

    library: Path = Field(default_factory=default_library, description="folder of the library")
    embedder: str = Field(
        "wordllama", description='"wordllama", or "openai:NAME" or another provider LangChain opens'
    )
    chroma_url: str | None = Field(None, description="address of a Chroma server; unset means embedded")
    dense_weight: float = Field(
        0.3, ge=0, le=1, description="weight of the vector leg beside 1 for the word leg"
    )
    passages: int = Field(8, ge=1, le=50, description="how many passages an answer is built from (-k)")
    lock_timeout: float = Field(60, ge=0, description="seconds to wait for another writer")
    model: str | None = Field(
        None, description='"openai:gpt-5-mini", "ollama:..."; unset means the extractive engine'
    )
    base_url: str | None = Field(None, description="address of an OpenAI-compatible server")
    api_key: SecretStr | None = Field(
        None, description="key for the model; unset means the provider's own variable"
    )
    model_timeout: float = Field(
        60, gt=0, description="seconds without a reply before a model call is given up"
    )
    model_retries: int = Field(2, ge=0, le=10, description="retries after 429, 5xx or a lost connection")
    context_tokens: int = Field(
        16_000, ge=4_000, description="how many tokens the model takes in one call, the reply included"
    )
    calls_at_once: int = Field(
        4, ge=1, le=32, description="how many model calls a summary of many articles makes at once"
    )
    temperature: float | None = Field(
        None, ge=0, le=2, description="sampling temperature; unset means the model's own"
    )
    prompt: str = Field("answer", description='"answer" means the newest version, "answer@v1" that one')
    serve_key: SecretStr | None = Field(
        None, description="key that `qa serve` asks of its clients; needed to serve other machines"
    )
    tracing: bool = Field(
        False, description="allow LangSmith tracing, which sends questions and articles out"
    )

    @field_validator("library")
    @classmethod
    def _expand_home(cls, value: Path) -> Path:
        return value.expanduser()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        path = config_path()
        if os.environ.get("QA_CONFIG") and not path.is_file():
            raise ConfigError(
                f"QA_CONFIG names {path}, which is no file", "Point QA_CONFIG at a TOML file or unset it."
            )
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls, path)

    @classmethod
    def load(cls, **overrides: Any) -> Self:
        """Settings from `overrides` (None is ignored), environment, file and defaults. Raises ConfigError,
        which names the setting.
        """
        try:
            return cls(**{name: value for name, value in overrides.items() if value is not None})
        except ValidationError as exc:
            raise ConfigError(_explain(exc), _where()) from exc
        except tomllib.TOMLDecodeError as exc:
            raise ConfigError(
                f"{config_path()} is not valid TOML: {exc}", "Correct the file, or move it away."
            ) from exc
        except OSError as exc:
            raise ConfigError(
                f"{config_path()} cannot be read: {exc.strerror}", "Check its permissions."
            ) from exc
        except UnicodeDecodeError as exc:
            raise ConfigError(f"{config_path()} is not UTF-8 text", "Save it as UTF-8.") from exc


def _explain(exc: ValidationError) -> str:
    lines = []
    for error in exc.errors():
        name = ".".join(str(part) for part in error["loc"]) or "settings"
        if error["type"] == "extra_forbidden":
            lines.append(f"there is no setting called {name!r}")
        else:
            lines.append(
                f"setting {name!r}: {error['msg'][0].lower()}{error['msg'][1:]} (got {error['input']!r})"
            )
    return "; ".join(lines)


def _where() -> str:
    path = config_path()
    file = f"{path.resolve()} and " if path.is_file() else ""
    return f"Look in {file}the QA_ environment variables; `qa settings` lists every setting."
