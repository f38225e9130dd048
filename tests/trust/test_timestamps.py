"""Time-stamps over HTTP from a real server on this machine, and every way such a server can fail."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from asn1crypto import tsp

from mou_service.core.errors import EngineFailed
from mou_service.trust import sign
from mou_service.trust.authority import Authority
from mou_service.trust.timestamps import HttpTimestamps, LocalTimestamps
from mou_service.trust.verify import verify
from tests.trust import makers

Answer = Callable[[tsp.TimeStampReq], bytes]


class Server:
    """A time-stamp server that answers as the test at hand wants."""

    def __init__(self) -> None:
        self.answer: Answer = lambda request: b""
        self.requests = 0
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                outer.requests += 1
                body = self.rfile.read(int(self.headers["Content-Length"]))
                assert self.headers["Content-Type"] == "application/timestamp-query"
                answer = outer.answer(tsp.TimeStampReq.load(body))
                self.send_response(200)
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                for start in range(0, len(answer), 1000):
                    self.wfile.write(answer[start : start + 1000])
                    if outer.slow:
                        time.sleep(0.1)

            def log_message(self, *_: object) -> None:
                pass

        self.slow = False
        self._http = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._http.server_port}/tsa"
        threading.Thread(target=self._http.serve_forever, args=(0.01,), daemon=True).start()

    def close(self) -> None:
        self._http.shutdown()
        self._http.server_close()


@pytest.fixture
def server() -> Iterator[Server]:
    running = Server()
    yield running
    running.close()


def granted(source: LocalTimestamps, **changes: object) -> Answer:
    """What a server with this key answers; with `changes` it answers to a request that was not made."""

    def answer(request: tsp.TimeStampReq) -> bytes:
        for key, value in changes.items():
            target = request["message_imprint"] if key == "hashed_message" else request
            target[key] = value
        return bytes(asyncio.run(source.async_request_tsa_response(request)).dump())

    return answer


def refused(request: tsp.TimeStampReq) -> bytes:
    status = tsp.PKIStatusInfo({"status": "rejection", "status_string": ["no contract"], "fail_info": {"bad_request"}})
    content = bytes(status.dump())
    return b"\x30" + bytes([len(content)]) + content


def stamp(pdf: bytes, source: HttpTimestamps, authority: Authority) -> sign.Signed:
    return sign.timestamp(pdf, source=source, evidence=authority.validation_data(makers.START), at=makers.START)


def test_a_server_gives_the_time(server: Server, halfway: bytes, authority: Authority, stranger: Authority) -> None:
    server.answer = granted(stranger.timestamps)
    source = HttpTimestamps(server.url)
    signed = stamp(halfway, source, authority)
    assert (signed.level, signed.placeholder) == ("B-T", False)
    verdict = verify(signed.pdf, roots=(*authority.roots, *stranger.roots))
    assert verdict.signatures[-1].valid
    assert abs((verdict.signatures[-1].at or makers.START) - datetime.now(UTC)).total_seconds() < 60
    unknown = verify(signed.pdf, roots=authority.roots)
    assert "foreign_signature_added" in unknown.codes


def test_a_server_is_asked_once_more_only_the_first_time(
    server: Server, halfway: bytes, authority: Authority, stranger: Authority
) -> None:
    server.answer = granted(stranger.timestamps)
    source = HttpTimestamps(server.url)
    once = stamp(halfway, source, authority).pdf
    assert server.requests == 2
    stamp(once, source, authority)
    assert server.requests == 3


def test_known_evidence_of_a_server_reaches_the_archive_level(
    server: Server, halfway: bytes, authority: Authority, stranger: Authority
) -> None:
    server.answer = granted(stranger.timestamps)
    source = HttpTimestamps(server.url, evidence=stranger.validation_data(makers.START))
    assert stamp(halfway, source, authority).level == "B-LTA"


FAILURES: list[tuple[Answer, str]] = [
    (refused, "refused the time-stamp: no contract, bad_request"),
    (lambda request: b"<html>Sign in</html>", "no time-stamp"),
    (lambda request: b"", "no time-stamp"),
    (lambda request: bytes(300_000), "no time-stamp"),
]


@pytest.mark.parametrize(("answer", "words"), FAILURES)
def test_a_server_that_fails(answer: Answer, words: str, server: Server, halfway: bytes, authority: Authority) -> None:
    server.answer = answer
    with pytest.raises(EngineFailed, match=words) as caught:
        stamp(halfway, HttpTimestamps(server.url), authority)
    assert not caught.value.permanent
    assert server.url in str(caught.value)


@pytest.mark.parametrize(
    ("changes", "words"), [({"hashed_message": bytes(32)}, "something other"), ({"nonce": 7}, "another request")]
)
def test_a_server_that_answers_another_question(
    changes: dict[str, object],
    words: str,
    server: Server,
    halfway: bytes,
    authority: Authority,
    stranger: Authority,
) -> None:
    server.answer = granted(stranger.timestamps, **changes)
    with pytest.raises(EngineFailed, match=words):
        stamp(halfway, HttpTimestamps(server.url), authority)


def test_a_server_that_trickles_is_left(server: Server, halfway: bytes, authority: Authority) -> None:
    server.slow, server.answer = True, lambda request: bytes(100_000)
    started = time.monotonic()
    with pytest.raises(EngineFailed, match="did not answer"):
        stamp(halfway, HttpTimestamps(server.url, seconds=0.3), authority)
    assert time.monotonic() - started < 3


def test_a_server_that_is_not_there(halfway: bytes, authority: Authority) -> None:
    gone = Server()
    gone.close()
    with pytest.raises(EngineFailed, match="did not answer"):
        stamp(halfway, HttpTimestamps(gone.url, seconds=2), authority)


def test_a_signature_is_not_made_at_a_lower_level_instead(server: Server, authority: Authority) -> None:
    server.answer = refused
    with pytest.raises(EngineFailed):
        sign.certify(
            makers.a_frozen_document(),
            credential=authority.platform,
            level="B-T",
            timestamps=HttpTimestamps(server.url),
        )


def test_an_address_that_is_none() -> None:
    with pytest.raises(ValueError, match="http"):
        HttpTimestamps("file:///etc/passwd")
