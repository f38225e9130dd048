"""One file looked at over sixty years: with its time-stamp renewed and without, after ends and revocations."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from mou_service.trust import sign
from mou_service.trust.authority import Authority, open_authority
from mou_service.trust.keys import Credential, KeySigner
from mou_service.trust.sign import Level
from mou_service.trust.verdict import Expected, Verdict
from mou_service.trust.verify import verify
from tests.trust import makers
from tests.trust.clockhouse import Clockhouse, Stamps

FIELDS = ("Signatory1", "Seal")


def years(count: float) -> datetime:
    return makers.START + timedelta(days=365 * count)


@pytest.fixture(scope="module")
def house() -> Clockhouse:
    return Clockhouse(since=years(-1))


@pytest.fixture(scope="module")
def signed(authority: Authority) -> bytes:
    pdf = makers.certified(authority, fields=FIELDS)
    for minutes, field in enumerate(FIELDS, start=1):
        pdf = makers.sign_field(pdf, authority, field, minutes=minutes)
    return pdf


@pytest.fixture(scope="module")
def stamped(signed: bytes, authority: Authority, house: Clockhouse) -> bytes:
    """Stamped ten minutes after, with a certificate that lasts for fifteen years."""
    return stamp(signed, authority, house.source(since=years(-1), until=years(15)), at=years(0) + timedelta(minutes=10))


def stamp(pdf: bytes, authority: Authority, source: Stamps, *, at: datetime, level: Level = "B-LTA") -> bytes:
    # After the end of our own certificates we have nothing to add about them, and need not.
    evidence = authority.validation_data(at) if at < years(18) else None
    return sign.timestamp(pdf, source=source, evidence=evidence, level=level, at=at).pdf


def judge(pdf: bytes, authority: Authority, house: Clockhouse, at: datetime, **options: object) -> Verdict:
    return verify(pdf, roots=authority.roots, timestamp_roots=house.roots, at=at, **options)  # type: ignore[arg-type]


def test_while_the_time_stamp_lasts(stamped: bytes, authority: Authority, house: Clockhouse) -> None:
    for at in (years(1), years(11), years(14.9)):
        verdict = judge(stamped, authority, house, at)
        assert (verdict.outcome, verdict.codes) == ("valid", set())
        assert verdict.protected_until == years(15)
        assert {each.proven_level for each in verdict.signatures[:-1]} == {"B-LTA"}


def test_without_renewal_it_says_what_held_and_since_when_nobody_vouches(
    stamped: bytes, authority: Authority, house: Clockhouse
) -> None:
    verdict = judge(stamped, authority, house, years(25))
    assert verdict.outcome == "lapsed"
    assert verdict.errors == ()
    assert {each.code: each.facts for each in verdict.findings} == {
        "protection_ended": {"since": years(15).date().isoformat()}
    }
    assert all(each.lapsed == years(15) and not each.valid and each.was_valid for each in verdict.signatures)
    assert verdict.protected_until is None


def test_what_then_still_holds_is_the_record_of_the_archive(
    stamped: bytes, authority: Authority, house: Clockhouse
) -> None:
    known = verify(stamped, roots=authority.roots).sha256
    expected = Expected(known, revisions=4, since="2026-03-27")
    verdict = judge(stamped, authority, house, years(25), expected=expected)
    assert verdict.codes == {"protection_ended", "archived_bytes_equal", "register_vouches"}
    assert verdict.findings[-1].sentence.endswith("it has had exactly these bytes since 2026-03-27.")


def test_a_change_is_an_error_even_then(stamped: bytes, authority: Authority, house: Clockhouse) -> None:
    changed = stamped.replace(b"good faith", b"GOOD FAITH", 1)
    changed = changed if changed != stamped else bytes([*stamped[:3000], stamped[3000] ^ 1, *stamped[3001:]])
    assert judge(changed, authority, house, years(25)).outcome == "not_valid"


def test_renewed_once_and_twice(stamped: bytes, authority: Authority, house: Clockhouse) -> None:
    once = stamp(stamped, authority, house.source(since=years(10), until=years(30)), at=years(14))
    for at in (years(14.5), years(25)):
        assert (judge(once, authority, house, at).outcome, judge(once, authority, house, at).codes) == ("valid", set())
    twice = stamp(once, authority, house.source(since=years(28), until=years(50)), at=years(29))
    # Root and issuer of our own authority ended after twenty years; what they said before was stamped.
    for at in (years(29.5), years(45)):
        verdict = judge(twice, authority, house, at)
        assert (verdict.outcome, verdict.codes) == ("valid", set()), at
        assert verdict.protected_until == years(50)
        assert {each.proven_level for each in verdict.signatures if each.kind != "timestamp"} == {"B-LTA"}
    assert judge(twice, authority, house, years(51)).outcome == "lapsed"


def test_renewed_too_late_is_not_renewed(stamped: bytes, authority: Authority, house: Clockhouse) -> None:
    late = stamp(stamped, authority, house.source(since=years(10), until=years(30)), at=years(16))
    verdict = judge(late, authority, house, years(17))
    assert verdict.outcome == "lapsed"
    assert verdict.findings[-1].facts == {"since": years(15).date().isoformat()}
    assert [each.valid for each in verdict.signatures if each.kind == "timestamp"] == [False, True]


def test_a_short_time_stamp_takes_nothing_from_signatures_that_hold_by_themselves(
    signed: bytes, authority: Authority, house: Clockhouse
) -> None:
    short = stamp(signed, authority, house.source(since=years(-1), until=years(2)), at=years(0) + timedelta(hours=1))
    verdict = judge(short, authority, house, years(5))
    assert (verdict.outcome, verdict.codes) == ("valid", {"time_ended"})
    assert {each.level for each in verdict.signatures[:-1]} == {"B-B"}


def test_without_any_time_stamp_it_holds_as_long_as_its_certificates(
    signed: bytes, authority: Authority, house: Clockhouse
) -> None:
    assert judge(signed, authority, house, years(9)).outcome == "valid"
    verdict = judge(signed, authority, house, years(11))
    assert (verdict.outcome, verdict.codes) == ("lapsed", {"protection_ended"})


@pytest.mark.parametrize(("level", "seen"), [("B-T", "B-T"), ("B-LT", "B-LT"), ("B-LTA", "B-LTA")])
def test_the_level_that_was_wanted_is_the_level_that_is_found(
    level: Level, seen: str, signed: bytes, authority: Authority, house: Clockhouse
) -> None:
    pdf = stamp(signed, authority, house.source(since=years(-1), until=years(15)), at=years(0.01), level=level)
    verdict = judge(pdf, authority, house, years(0.02))
    assert (verdict.outcome, verdict.codes) == ("valid", set())
    assert {each.proven_level for each in verdict.signatures if each.kind != "timestamp"} == {seen}


# --- certificates that were taken back ----------------------------------------------------------------------------


@pytest.fixture
def ours(tmp_path: Path) -> Authority:
    """An authority that a test may revoke with."""
    return open_authority(tmp_path, b"secret", institution="Own", country="CN", at=makers.START)


def a_revoked_signer(ours: Authority, house: Clockhouse, *, after_years: float) -> tuple[bytes, list[bytes]]:
    pdf = makers.sign_field(makers.certified(ours, fields=("Signatory1",)), ours, "Signatory1")
    pdf = stamp(pdf, ours, house.source(since=years(-1), until=years(15)), at=years(0) + timedelta(minutes=10))
    serial = judge(pdf, ours, house, years(0.1)).signatures[1].serial
    ours.revoke(serial, reason="left", at=years(after_years))
    return pdf, [ours.revocation_list(years(max(after_years, 0) + 0.1))]


def test_taken_back_later_than_it_signed(ours: Authority, house: Clockhouse) -> None:
    pdf, newest = a_revoked_signer(ours, house, after_years=3)
    assert judge(pdf, ours, house, years(5), revocation_lists=newest).outcome == "valid"
    renewed = stamp(pdf, ours, house.source(since=years(10), until=years(30)), at=years(14))
    assert judge(renewed, ours, house, years(25), revocation_lists=newest).outcome == "valid"
    # Without renewal nobody can tell any more which of the two came first; the file shows that signing did.
    assert judge(pdf, ours, house, years(25), revocation_lists=newest).outcome == "lapsed"


def test_taken_back_before_it_signed(ours: Authority, house: Clockhouse) -> None:
    pdf, newest = a_revoked_signer(ours, house, after_years=0)
    for at in (years(5), years(25)):
        verdict = judge(pdf, ours, house, at, revocation_lists=newest)
        assert verdict.outcome == "not_valid"
        assert "certificate_revoked" in verdict.codes


def test_a_time_stamp_whose_certificate_was_taken_back_proves_no_time(ours: Authority) -> None:
    broken = Clockhouse(since=years(-1))
    source = broken.source(since=years(-1), until=years(15))
    pdf = stamp(
        makers.sign_field(makers.certified(ours, fields=("Signatory1",)), ours, "Signatory1"), ours, source, at=years(1)
    )
    broken.revoked.append((source.certificate.serial_number, years(0.5), "superseded"))
    newest = list(broken.validation_data(years(2)).revocation_lists)
    for at in (years(3), years(25)):
        verdict = judge(pdf, ours, broken, at, revocation_lists=newest)
        assert verdict.outcome == "not_valid"
        assert "certificate_revoked" in verdict.codes


# --- times that cannot be -----------------------------------------------------------------------------------------


def test_a_signature_dated_before_its_certificate(authority: Authority, house: Clockhouse) -> None:
    person = authority.issue_person("Ann Example", "Somewhere", at=makers.START + timedelta(days=30))
    pdf = sign.sign(
        makers.certified(authority, fields=("Signatory1",)), field="Signatory1", credential=person,
        stamp=makers.a_stamp(), reason="", location="", at=makers.START,
    ).pdf  # fmt: skip
    verdict = judge(pdf, authority, house, years(1))
    assert verdict.outcome == "not_valid"
    assert {each.code: each.facts for each in verdict.errors} == {
        "signed_before_certificate": {"field": "Signatory1", "since": "2026-04-26"}
    }


def test_a_signature_dated_after_the_end_of_its_certificate(authority: Authority, house: Clockhouse) -> None:
    person = authority.issue_person("Ann Example", "Somewhere", at=makers.START, valid=timedelta(days=30))
    assert isinstance(person.signer, KeySigner)
    pdf = sign.sign(
        makers.certified(authority, fields=("Signatory1",)), field="Signatory1",
        credential=Credential(person.signer, person.chain), stamp=makers.a_stamp(), reason="", location="",
        at=makers.START + timedelta(days=60),
    ).pdf  # fmt: skip
    verdict = judge(pdf, authority, house, years(1))
    assert (verdict.outcome, [each.code for each in verdict.errors]) == ("not_valid", ["certificate_expired"])
