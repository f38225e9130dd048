"""The service as a person starts it, and people with a real browser."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright

from mou_service.settings import ROOT

PATIENCE = 60.0
CHROMIUM = next(
    (path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), None
)
FLAGS = "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update"


@pytest.fixture(autouse=True)
def _closed_network() -> None:
    """The browser is a process of its own; the service under test sends nothing anywhere."""


@pytest.fixture(scope="session")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A demonstration on an empty folder, started as `make run` starts it."""
    folder = tmp_path_factory.mktemp("service")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    # Everybody signs in from one address here, many times in an hour.
    settings = {
        "INSTANCE": str(folder), "PORT": str(port), "DEMO": "yes", "FLASK_APP": "wsgi", "SIGN_IN_LIMIT": "600 per minute",
    }  # fmt: skip
    log = (folder / "log.txt").open("w")
    service = subprocess.Popen(
        [sys.executable, "-m", "flask", "mou", "start"], cwd=ROOT, env={**os.environ, **settings}, stdout=log,
        stderr=subprocess.STDOUT, start_new_session=True,
    )  # fmt: skip
    url = f"http://127.0.0.1:{port}"
    try:
        _wait_for(f"{url}/healthz", service, folder / "log.txt")
        yield url
    finally:
        service.terminate()
        try:
            service.wait(timeout=15)
        finally:
            if service.poll() is None:
                os.killpg(service.pid, signal.SIGKILL)
            log.close()


def _wait_for(url: str, service: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        assert service.poll() is None, log.read_text()
        try:
            with urllib.request.urlopen(url, timeout=1):
                return
        except OSError:
            time.sleep(0.2)
    raise AssertionError(f"{url} did not answer\n{log.read_text()}")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        if os.environ.get("REQUIRE_BROWSER"):
            pytest.fail("Chromium is not installed.")
        pytest.skip("Chromium is not installed: nothing was looked at in a browser.")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS.split())
        yield opened
        opened.close()


People = Callable[..., Page]


@pytest.fixture
def somebody(browser: Browser, address: str) -> Iterator[People]:
    """Opens a window of its own for a person; a message in the console is a fault.

    With `refusals`, what the browser says of answers that did not come is none: there the test is about them.
    """
    faults: list[str] = []
    contexts = []

    def open_window(
        name: str = "", *, width: int = 1280, height: int = 900, locale: str = "en-GB", refusals: bool = False
    ) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": height}, locale=locale, base_url=address, accept_downloads=True,
            reduced_motion="reduce",
        )  # fmt: skip
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.on("console", lambda m: None if _harmless(m, refusals) else faults.append(f"{page.url}: {m.text}"))
        page.on("pageerror", lambda error: faults.append(f"{page.url}: {error}"))
        if name:
            page.goto("/")
            page.get_by_role("button", name=f"Sign in as {name}").click()
            page.wait_for_url("**/")
        return page

    yield open_window
    for context in contexts:
        context.close()
    assert faults == []


def _harmless(message: ConsoleMessage, refusals: bool) -> bool:
    return message.type not in ("error", "warning") or (refusals and "Failed to load resource" in message.text)
