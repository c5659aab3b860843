"""Every error that `qa` raises on purpose, each with the next step and the exit code it ends a command with.

    QAError
    ├── UsageError             the call itself is wrong: an empty question, a date that is no date (2)
    ├── ConfigError            qa.toml or a QA_ variable holds a value that cannot be used (2)
    ├── MissingExtraError      the feature needs an extra that is not installed

    ├── SourceError            something offered for ingest cannot become an article
    │   ├── FetchError         a URL could not be fetched, or may not be
    │   └── NotAnArticleError  it was read, but holds no article text
    ├── LibraryError           the library on disk
    │   ├── LibraryLockedError     another process is writing
    │   ├── LibraryDamagedError    the catalogue itself cannot be read
    │   ├── EmbedderMismatchError  made with another embedder
    │   └── ArticleNotFoundError   no such article
    ├── ConversationError      a kept conversation cannot be read or written
    ├── PromptError            a prompt file, its name, version or variables (2)
    └── ModelError             the language model
        ├── ModelConfigError       no such provider or a missing package (2)
        ├── ModelAuthError         401 or 403
        ├── ModelNotFoundError     404
        ├── RateLimitedError       429, after the retries
        ├── QuotaExceededError     429 because the account has no credit; never retried
        ├── ModelTimeoutError      no reply in time
        ├── ModelUnreachableError  no connection
        ├── ModelServerError       5xx, after the retries, or a stream cut half way
        ├── ModelOutputError       a reply that is not what was asked for, after one repair
        └── ModelRefusedError      the model declined to answer

A message says what is wrong and where; `hint` says what to do next. Errors of other packages are translated
once, at the seam, with `raise ... from exc`. Exit code 1 where no other is given in brackets.
"""

from __future__ import annotations


class QAError(Exception):
    """What went wrong, with `hint` (the next step, may be empty) and `exit_code` (what a command ends
    with).
    """

    exit_code = 1

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class UsageError(QAError):
    """The call is wrong as it stands; nothing was done."""

    exit_code = 2


class ConfigError(QAError):
    """A setting cannot be used; the message names the setting and where it came from."""

    exit_code = 2


class MissingExtraError(QAError):
    """A feature needs a package that the core install leaves out."""


class SourceError(QAError):
    """One thing offered for ingest cannot become an article; the others go on."""


class FetchError(SourceError):
    """A URL could not be fetched, or may not be fetched."""


class NotAnArticleError(SourceError):
    """The input was read but holds no article text."""


class LibraryError(QAError):
    """The library on disk cannot do what was asked."""


class LibraryLockedError(LibraryError):
    """Another process holds the library's write lock."""


class LibraryDamagedError(LibraryError):
    """The catalogue, which is the truth, cannot be read."""


class EmbedderMismatchError(LibraryError):
    """The library's vectors were made with another embedder."""


class ArticleNotFoundError(LibraryError):
    """No article in the library has that id."""


class ConversationError(QAError):
    """A kept conversation cannot be read or written; the message names the file."""


class PromptError(QAError):
    """A prompt is unknown, malformed, or was given the wrong variables."""

    exit_code = 2


class ModelError(QAError):
    """The language model did not give an answer that can be used."""


class ModelConfigError(ModelError):
    """The model's name or provider cannot be opened."""

    exit_code = 2


class ModelAuthError(ModelError):
    """The provider refused the key."""


class ModelNotFoundError(ModelError):
    """The provider does not know the model."""


class RateLimitedError(ModelError):
    """The provider said 'too many requests', also after the retries."""


class QuotaExceededError(ModelError):
    """The account has no credit left; retrying would not help, so it is not tried."""


class ModelTimeoutError(ModelError):
    """No reply within the time limit."""


class ModelUnreachableError(ModelError):
    """No connection to the provider."""


class ModelServerError(ModelError):
    """The provider failed (5xx), or broke off a stream."""


class ModelOutputError(ModelError):
    """The reply is not what was asked for, also after one repair attempt; `reply` is its text, as far as it
    is known."""

    def __init__(self, message: str, hint: str = "", reply: str = "") -> None:
        super().__init__(message, hint)
        self.reply = reply


class ModelRefusedError(ModelError):
    """The model declined to answer."""
