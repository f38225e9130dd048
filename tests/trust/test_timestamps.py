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
from mou_service.trust import evidence, exchange, sign
from mou_service.trust.authority import Authority
from mou_service.trust.timestamps import HttpTimestamps, LocalTimestamps
from mou_service.trust.verify import verify
from tests.trust import makers
from tests.tsa import TimestampService

QUERY = {"Content-Type": "application/timestamp-query"}
Answer = Callable[[tsp.TimeStampReq], bytes]


class Server:
    """A time-stamp server that answers as the test at hand wants."""

    def __init__(self) -> None:
        self.answer: Answer = lambda request: b""
        self.requests = 0
        self.authorization = ""
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                outer.requests += 1
                outer.authorization = self.headers.get("Authorization", "")
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
                outer.finished = True

            def log_message(self, *_: object) -> None:
                pass

        self.slow = self.finished = False
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


def test_a_service_gives_the_time(service: TimestampService, halfway: bytes, authority: Authority) -> None:
    signed = stamp(halfway, HttpTimestamps(service.url(), roots=[service.certificate()]), authority)
    assert (signed.level, signed.placeholder) == ("B-LTA", False)
    verdict = verify(signed.pdf, roots=authority.roots, timestamp_roots=[service.certificate()])
    last = verdict.signatures[-1]
    assert (last.valid, last.kind, last.time_source) == (True, "timestamp", "timestamp")
    assert abs((last.at or makers.START) - datetime.now(UTC)).total_seconds() < 60
    assert {(each.level, each.proven_level) for each in verdict.signatures[:-1]} == {("B-LTA", "B-LTA")}


def test_its_evidence_is_in_the_file_and_asked_for_once(
    service: TimestampService, halfway: bytes, authority: Authority
) -> None:
    signed = stamp(halfway, HttpTimestamps(service.url(), roots=[service.certificate()]), authority)
    held = evidence.validation_data(signed.pdf)
    assert {service.certificate(name) for name in ("root", "issuer", "tsa")} <= set(held.certificates)
    assert len(held.ocsp_responses) == 1
    assert service.asked.count("/known/crls/root/latest.crl") == service.asked.count("/known/ocsp/issuer") == 1


def test_a_responder_that_is_away_leaves_the_list(
    service: TimestampService, halfway: bytes, authority: Authority
) -> None:
    service.away = ("/ocsp/",)
    signed = stamp(halfway, HttpTimestamps(service.url(), roots=[service.certificate()]), authority)
    held = evidence.validation_data(signed.pdf)
    assert signed.level == "B-LTA"
    assert not held.ocsp_responses


def test_a_time_without_its_evidence_is_asked_for_again(
    service: TimestampService, halfway: bytes, authority: Authority
) -> None:
    service.away = ("/ocsp/", "/crls/")
    with pytest.raises(EngineFailed, match="Nobody said whether the certificate “Known Issuer” was revoked") as caught:
        stamp(halfway, HttpTimestamps(service.url(), roots=[service.certificate()]), authority)
    assert not caught.value.permanent


def test_a_service_that_publishes_no_revocation_reaches_less(
    service: TimestampService, halfway: bytes, authority: Authority
) -> None:
    root = service.certificate(of="silent")
    signed = stamp(halfway, HttpTimestamps(service.url("silent"), roots=[root]), authority)
    assert signed.level == "B-T"
    verdict = verify(signed.pdf, roots=authority.roots, timestamp_roots=[root])
    assert verdict.outcome == "not_valid" and verdict.codes == {"incomplete", "placeholder_time"}
    assert {each.proven_level for each in verdict.signatures[:-1]} == {"B-T"}


def test_a_root_that_vouches_for_times_vouches_for_no_person(
    service: TimestampService, halfway: bytes, authority: Authority, stranger: Authority
) -> None:
    forged = makers.sign_field(halfway, stranger, "Signatory2", minutes=2)
    verdict = verify(forged, roots=authority.roots, timestamp_roots=stranger.roots)
    assert "foreign_signature_added" in verdict.codes
    unknown = stamp(
        halfway, HttpTimestamps(service.url("foreign"), roots=[service.certificate(of="foreign")]), authority
    )
    verdict = verify(unknown.pdf, roots=authority.roots, timestamp_roots=[service.certificate()])
    assert "foreign_signature_added" in verdict.codes


def test_a_foreign_service_is_not_believed(service: TimestampService, halfway: bytes, authority: Authority) -> None:
    with pytest.raises(EngineFailed, match="“Foreign Time Stamping Unit”, which leads to none of the roots"):
        stamp(halfway, HttpTimestamps(service.url("foreign"), roots=[service.certificate()]), authority)


def test_a_server_that_changes_its_certificate_between_two_answers(
    service: TimestampService, server: Server, halfway: bytes, authority: Authority
) -> None:
    def by_turns(request: tsp.TimeStampReq) -> bytes:
        which = "silent" if server.requests == 1 else "foreign"
        return exchange.ask(service.url(which), seconds=5, largest=20_000, body=request.dump(), headers=QUERY)

    server.answer = by_turns
    roots = [service.certificate(of=name) for name in ("silent", "foreign")]
    signed = stamp(halfway, HttpTimestamps(server.url, roots=roots), authority)
    held = evidence.validation_data(signed.pdf)
    assert {service.certificate("tsa", of=name) for name in ("silent", "foreign")} <= set(held.certificates)


def test_a_clock_that_is_wrong_is_noticed(
    server: Server, halfway: bytes, authority: Authority, stranger: Authority
) -> None:
    server.answer = granted(stranger.timestamps.at(makers.START))
    with pytest.raises(EngineFailed, match="its clock or ours is wrong"):
        stamp(halfway, HttpTimestamps(server.url, roots=stranger.roots), authority)


def test_a_password_is_sent_and_never_shown(server: Server, halfway: bytes, authority: Authority) -> None:
    address = server.url.replace("http://", "http://mou:s%40fe@") + "?key=hidden"
    source = HttpTimestamps(address, roots=authority.roots)
    server.answer = refused
    with pytest.raises(EngineFailed) as caught:
        stamp(halfway, source, authority)
    assert server.authorization == "Basic bW91OnNAZmU="
    assert server.url in str(caught.value) and source.name == server.url
    assert "fe@" not in str(caught.value) and "hidden" not in str(caught.value)


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
        stamp(halfway, HttpTimestamps(server.url, roots=authority.roots), authority)
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
        stamp(halfway, HttpTimestamps(server.url, roots=authority.roots), authority)


def test_a_server_that_trickles_is_left(server: Server, halfway: bytes, authority: Authority) -> None:
    server.slow, server.answer = True, lambda request: bytes(100_000)
    with pytest.raises(EngineFailed, match="did not answer"):
        stamp(halfway, HttpTimestamps(server.url, roots=authority.roots, seconds=0.3), authority)
    assert not server.finished, "the whole answer was waited for"


def test_a_server_that_is_not_there(halfway: bytes, authority: Authority) -> None:
    gone = Server()
    gone.close()
    with pytest.raises(EngineFailed, match="did not answer"):
        stamp(halfway, HttpTimestamps(gone.url, roots=authority.roots, seconds=2), authority)


def test_a_signature_is_not_made_at_a_lower_level_instead(server: Server, authority: Authority) -> None:
    server.answer = refused
    with pytest.raises(EngineFailed):
        sign.certify(
            makers.a_frozen_document(),
            credential=authority.platform,
            level="B-T",
            timestamps=HttpTimestamps(server.url, roots=authority.roots),
        )


def test_an_address_that_is_none() -> None:
    with pytest.raises(ValueError, match="http"):
        HttpTimestamps("file:///etc/passwd", roots=())
