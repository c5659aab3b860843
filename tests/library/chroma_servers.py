"""A real Chroma server in a process of its own, which can be killed and started again; and something in front
of it that is slow, hangs, or answers 500.
"""

from __future__ import annotations

import contextlib
import http.client
import random
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

SECONDS_TO_START = 60


class ChromaRun:
    """`chroma run` on the loopback address, on the same port through all its lives; `url` is where."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._process: subprocess.Popen[bytes] | None = None
        self.start()

    def start(self) -> None:
        """Starts it if it does not run, and waits until it answers; again where it ends at once, because
        another program was given the port meanwhile."""
        if self._process is not None:
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        chroma = Path(sys.executable).with_name("chroma")
        command = [chroma, "run", "--path", self.folder, "--host", "127.0.0.1", "--port", str(self.port)]
        end = time.monotonic() + SECONDS_TO_START
        while time.monotonic() < end:
            if self._process is None or self._process.poll() is not None:
                self._process = subprocess.Popen(
                    command, cwd=self.folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
                )
            time.sleep(0.05)
            if self._answers() and self._process.poll() is None:
                return
        raise AssertionError("chroma run did not start")

    def _answers(self) -> bool:
        asking = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        with contextlib.closing(asking), contextlib.suppress(OSError, http.client.HTTPException):
            asking.request("GET", "/api/v2/heartbeat")
            return asking.getresponse().status == 200
        return False

    def kill(self) -> None:
        """SIGKILL."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait()

    def restart(self, *, empty: bool = False) -> None:
        """Killed, and started again, with what it had or with nothing."""
        self.kill()
        if empty:
            shutil.rmtree(self.folder)
        self.start()

    def names(self) -> list[str]:
        """The names of its collections."""
        with self.client() as client:
            return [collection.name for collection in client.list_collections()]

    @contextlib.contextmanager
    def client(self) -> Iterator[object]:
        """A client of Chroma's own, closed wholly at the end."""
        import chromadb

        from qa.library.chroma_server import sessions

        client = chromadb.HttpClient(host="127.0.0.1", port=self.port)
        try:
            yield client
        finally:
            client.close()
            for session in sessions(client):
                session.close()


class Between:
    """Stands between a client and a server and passes all on, until `mode` says otherwise: "pass", "hang"
    (takes the request, never answers), "500", "refuse" (closes at once), "slow" (30 ms for each answer)."""

    def __init__(self, port: int) -> None:
        self.mode, self._behind = "pass", port
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._open: list[socket.socket] = []
        self.port = self._listening.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self._closing = threading.Event()
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        """Lets go of everybody."""
        self._closing.set()
        for one in (self._listening, *self._open):
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()

    def _accept(self) -> None:
        while not self._closing.is_set():
            try:
                client, _ = self._listening.accept()
            except OSError:
                return
            self._open.append(client)
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        """Request by request, so that a connection that is kept open meets a new mode too."""
        with contextlib.suppress(OSError), client:
            behind: socket.socket | None = None
            while data := client.recv(1 << 20):
                if self.mode == "refuse":
                    return
                if self.mode == "hang":
                    self._closing.wait()
                    return
                if self.mode == "500":
                    client.sendall(
                        b"HTTP/1.1 500 Oh dear\r\nContent-Length: 5\r\nConnection: close\r\n\r\nsorry"
                    )
                    return
                if behind is None:
                    behind = socket.create_connection(("127.0.0.1", self._behind))
                    self._open.append(behind)
                    threading.Thread(target=self._back, args=(behind, client), daemon=True).start()
                behind.sendall(data)

    def _back(self, behind: socket.socket, client: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := behind.recv(1 << 20):
                if self.mode == "slow":
                    self._closing.wait(0.03)
                client.sendall(data)
        with contextlib.suppress(OSError):
            client.close()


def free_port() -> int:
    """A port that nobody listens on; below those that the system gives to connections (32,768 and up), so
    that it stays free while a server is down."""
    for port in random.sample(range(20_000, 32_000), 100):
        with contextlib.suppress(OSError), socket.socket() as free:
            free.bind(("127.0.0.1", port))
            return port
    raise AssertionError("no port is free")
