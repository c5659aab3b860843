"""A Chromium that tests drive: over a pipe, in the words of the DevTools protocol, so that no driver has to
be installed.

Source: https://chromedevtools.github.io/devtools-protocol/ (`--remote-debugging-pipe`: JSON, NUL after each).
"""

from __future__ import annotations

import base64
import json
import os
import select
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
SECONDS = 30
_READ, _WRITE = 3, 4
_QUIET = (
    "--headless=new",
    "--remote-debugging-pipe",
    "--no-sandbox",  # tests may run as root in a container; the pages are our own
    "--no-first-run",
    "--no-default-browser-check",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-extensions",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-breakpad",
    "--hide-scrollbars",
    "--force-color-profile=srgb",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)
_KEYS = {
    "Enter": (13, "\r"),
    "Tab": (9, ""),
    "Escape": (27, ""),
    " ": (32, " "),
    "ArrowDown": (40, ""),
    "ArrowRight": (39, ""),
}
_SHIFT = 8
# Where to click an element, [x, y]; in words why not yet: it moves from one frame to the next, or something
# else lies over it. What comes in late pushes a button away from under the mouse.
_STILL = """
(async () => {
  const wanted = document.querySelector(%s);
  if (!wanted) return "it is not there";
  wanted.scrollIntoView({ block: "center" });
  const middle = () => {
    const box = wanted.getBoundingClientRect();
    return [box.x + box.width / 2, box.y + box.height / 2];
  };
  const before = middle();
  for (let frames = 0; frames < 2; frames += 1) await new Promise(requestAnimationFrame);
  const now = middle();
  if (before.some((value, i) => value !== now[i])) return "it moves";
  const hit = document.elementFromPoint(...now);
  if (wanted.contains(hit) || hit?.closest("label")?.control === wanted) return now;
  return `${hit?.outerHTML.slice(0, 200)} lies there`;
})()
"""


def installed() -> str:
    """The Chromium of this machine, "" where there is none."""
    return next((found for name in NAMES if (found := shutil.which(name))), "")


class Pipe:
    """What is said to a browser and what it says."""

    def __init__(self, read: int, write: int) -> None:
        self._read, self._write = read, write
        self._rest = b""
        self._last = 0
        self.events: list[dict[str, Any]] = []

    def call(self, method: str, session: str = "", **params: Any) -> dict[str, Any]:
        """The result of a command; events that come meanwhile are kept. Raises RuntimeError."""
        self._last += 1
        message: dict[str, Any] = {"id": self._last, "method": method, "params": params}
        if session:
            message["sessionId"] = session
        data = json.dumps(message).encode() + b"\0"
        while data:
            data = data[os.write(self._write, data) :]
        until = time.monotonic() + SECONDS
        while True:
            told = self._next(until)
            if told is None:
                raise RuntimeError(f"the browser does not answer {method}")
            if told.get("id") != self._last:
                self.events.append(told)
            elif "error" in told:
                raise RuntimeError(f"{method}: {told['error']['message']}")
            else:
                result: dict[str, Any] = told["result"]
                return result

    def listen(self, seconds: float) -> None:
        """Takes in what the browser says by itself."""
        until = time.monotonic() + seconds
        while (told := self._next(until)) is not None:
            self.events.append(told)

    def _next(self, until: float) -> dict[str, Any] | None:
        while b"\0" not in self._rest:
            ready, _, _ = select.select([self._read], [], [], max(until - time.monotonic(), 0))
            if not ready:
                return None
            piece = os.read(self._read, 1 << 16)
            if not piece:
                raise RuntimeError("the browser has ended")
            self._rest += piece
        message, self._rest = self._rest.split(b"\0", 1)
        told: dict[str, Any] = json.loads(message)
        return told


class Page:
    """A page in a browser."""

    def __init__(self, pipe: Pipe, session: str) -> None:
        self._pipe, self._session = pipe, session
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(f"{domain}.enable")

    def call(self, method: str, **params: Any) -> dict[str, Any]:
        """The result of a command to this page."""
        return self._pipe.call(method, self._session, **params)

    def go(self, address: str) -> None:
        """Opens an address and waits until it is loaded."""
        told = self.call("Page.navigate", url=address)
        assert "errorText" not in told, told
        self.wait("document.readyState === 'complete' && location.href !== 'about:blank'")

    def run(self, script: str) -> Any:
        """The value of an expression in the page, a promise's own value."""
        told = self.call("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in told:
            detail = told["exceptionDetails"]
            raise RuntimeError(
                f"{script}: {detail.get('exception', {}).get('description') or detail['text']}"
            )
        return told["result"].get("value")

    def wait(self, condition: str) -> None:
        """Waits until an expression is true. Raises AssertionError with what the page says."""
        until = time.monotonic() + SECONDS
        while time.monotonic() < until:
            with suppress(RuntimeError):  # the page may be changing to another one
                if self.run(f"Boolean({condition})"):
                    return
            time.sleep(0.03)
        raise AssertionError(f"never true: {condition}\n{self.run('document.body.innerText')}")

    def press(self, *keys: str, shift: bool = False) -> None:
        """Presses keys, one after the other."""
        for key in keys:
            code, text = _KEYS[key]
            held = {
                "key": key,
                "code": key,
                "windowsVirtualKeyCode": code,
                "modifiers": _SHIFT if shift else 0,
            }
            if text:
                self.call("Input.dispatchKeyEvent", type="keyDown", text=text, **held)
            else:
                self.call("Input.dispatchKeyEvent", type="rawKeyDown", **held)
            self.call("Input.dispatchKeyEvent", type="keyUp", **held)

    def type(self, text: str) -> None:
        """Types into what has the focus."""
        self.call("Input.insertText", text=text)

    def click(self, selector: str) -> None:
        """Clicks where an element is, as a mouse does, once it stands still and nothing lies over it.

        Raises AssertionError with what lies there instead.
        """
        until = time.monotonic() + SECONDS
        where = self.run(_STILL % json.dumps(selector))
        while not isinstance(where, list):
            assert time.monotonic() < until, f"cannot click {selector}: {where}"
            time.sleep(0.03)
            where = self.run(_STILL % json.dumps(selector))
        mouse = {"x": where[0], "y": where[1], "button": "left", "clickCount": 1}
        self.call("Input.dispatchMouseEvent", type="mousePressed", **mouse)
        self.call("Input.dispatchMouseEvent", type="mouseReleased", **mouse)

    def size(self, width: int, height: int) -> None:
        """Makes the window so large, in CSS pixels."""
        self.call(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=width < 600,
        )

    def prefer(self, **features: str) -> None:
        """What the reader prefers: prefers_color_scheme="dark"."""
        told = [{"name": name.replace("_", "-"), "value": value} for name, value in features.items()]
        self.call("Emulation.setEmulatedMedia", features=told)

    def picture(self) -> bytes:
        """What the window shows, as PNG."""
        return base64.b64decode(self.call("Page.captureScreenshot", format="png")["data"])

    def complaints(self) -> list[str]:
        """What is in the console as a warning or an error, script errors, and violations of the policy."""
        self._pipe.listen(0.1)
        found = []
        for event in self._mine():
            params = event["params"]
            match event["method"]:
                case "Runtime.exceptionThrown":
                    detail = params["exceptionDetails"]
                    found.append(str(detail.get("exception", {}).get("description") or detail["text"]))
                case "Runtime.consoleAPICalled" if params["type"] in ("error", "warning", "assert"):
                    found.append(" ".join(str(a.get("value", a.get("description"))) for a in params["args"]))
                case "Log.entryAdded" if params["entry"]["level"] in ("error", "warning"):
                    found.append(f"{params['entry']['text']} {params['entry'].get('url', '')}")
        return found

    def requests(self) -> list[str]:
        """The addresses that the page asked for."""
        self._pipe.listen(0.1)
        sent = [e for e in self._mine() if e["method"] == "Network.requestWillBeSent"]
        return [event["params"]["request"]["url"] for event in sent]

    def _mine(self) -> list[dict[str, Any]]:
        return [event for event in self._pipe.events if event.get("sessionId") == self._session]


class Browser:
    """A running browser."""

    def __init__(self, pipe: Pipe) -> None:
        self._pipe = pipe

    @contextmanager
    def page(self) -> Iterator[Page]:
        """A new page, without anything that an earlier one has stored; closed at the end."""
        context = self._pipe.call("Target.createBrowserContext")["browserContextId"]
        target = self._pipe.call("Target.createTarget", url="about:blank", browserContextId=context)
        attached = self._pipe.call("Target.attachToTarget", targetId=target["targetId"], flatten=True)
        try:
            yield Page(self._pipe, attached["sessionId"])
        finally:
            self._pipe.call("Target.disposeBrowserContext", browserContextId=context)


@contextmanager
def browsing(program: str, folder: Path, more: Sequence[str] = ()) -> Iterator[Browser]:
    """A browser that keeps its things in `folder`; ended at the end."""
    to_read, to_write = os.pipe()
    from_read, from_write = os.pipe()
    # The browser reads from 3 and writes to 4, whatever numbers the pipes have here.
    begin = (
        "import fcntl, os, sys; r, w = (fcntl.fcntl(int(n), fcntl.F_DUPFD, 10) for n in sys.argv[1:3]);"
        f"os.dup2(r, {_READ}); os.dup2(w, {_WRITE}); os.execv(sys.argv[3], sys.argv[3:])"
    )
    command = [program, *_QUIET, f"--user-data-dir={folder}", *more]
    process = subprocess.Popen(
        [sys.executable, "-c", begin, str(to_read), str(from_write), *command],
        pass_fds=(to_read, from_write),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.close(to_read)
    os.close(from_write)
    pipe = Pipe(from_read, to_write)
    try:
        yield Browser(pipe)
    finally:
        with suppress(RuntimeError, OSError):
            pipe.call("Browser.close")
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        os.close(from_read)
        os.close(to_write)
