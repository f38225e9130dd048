"""A signature that somebody made elsewhere: taken only when it is that signature, in that place, and nothing else.

What comes back has to be, byte for byte, what was handed out, and one revision behind it. Decided one by one:

* Both forms of signature that programs write are taken: ETSI.CAdES.detached (PAdES), and adbe.pkcs7.detached, which
  Acrobat makes when nobody tells it otherwise. The second has no PAdES level, and none is claimed for it.
* A time-stamp inside the signature, and validation data written before it, belong to it and stay.
* Validation data that a program writes behind its signature (PAdES B-LT of several libraries) are read and left out:
  no signature covers them, and what the service fetches itself stands in the sealed file.
* That the program notes its name and the time in the metadata, locks the field, or adds form defaults is no change
  (`revisions`). A document time-stamp, a lock on the document, a second signature, a comment is refused by name.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

from asn1crypto import ocsp, x509
from pyhanko.sign.fields import enumerate_sig_fields
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

from mou_service.trust import drawings, names, objects, revisions, revocation, structure
from mou_service.trust.bounds import Limits, Reader, TooComplexError, Watch
from mou_service.trust.chains import Judge, Store, load_roots, read_store
from mou_service.trust.keys import ValidationData
from mou_service.trust.verdict import Finding
from mou_service.trust.verify import verify

_log = logging.getLogger(__name__)

FORMS = ("/ETSI.CAdES.detached", "/adbe.pkcs7.detached")
#: What a signature with its drawing may add to the document.
LARGEST_ADDITION = 8 * 1024 * 1024
#: A computer's clock may be wrong by so much; what it says without naming its zone, by a day.
CLOCKS_DIFFER = timedelta(hours=1)
_UNZONED = timedelta(hours=14)
_DIGESTS = frozenset({"sha256", "sha384", "sha512", "sha3_256", "sha3_384", "sha3_512"})
_SMALLEST_KEY = {"rsa": 2048, "rsassa_pss": 2048, "ec": 256}
_LIMITS = Limits()


@dataclass(frozen=True)
class Refusal:
    """Why the file is not taken: a code of `REFUSALS` or of the verdict, and its facts."""

    code: str
    facts: dict[str, Any] = field(default_factory=dict)


class NotThatSignatureError(Exception):
    """The file adds something else than the signature that was asked for."""

    def __init__(self, *refusals: Refusal) -> None:
        super().__init__(", ".join(f"{each.code} {each.facts}" for each in refusals))
        self.refusals = refusals


@dataclass(frozen=True)
class Handed:
    """What was handed out: the revision, the first one of all, the place to sign, and when."""

    pdf: bytes
    frozen: bytes
    field: str
    since: datetime


@dataclass(frozen=True)
class Trusted:
    """Whom we believe what; see `verify`."""

    roots: Sequence[bytes]
    timestamp_roots: Sequence[bytes]
    signer_roots: Sequence[bytes]
    #: Accepted for the signatures that are there already, whether they still are or not.
    earlier_signer_roots: Sequence[bytes] = ()


@dataclass(frozen=True)
class Brought:
    """What came back and fits."""

    #: The next revision of the document; it ends where the signature ends.
    pdf: bytes
    #: From the root to the person's certificate.
    path: tuple[x509.Certificate, ...]
    #: The certificates of the path, and whatever the program wrote about their revocation.
    data: ValidationData
    #: When the program says it was signed.
    claimed: datetime | None
    #: Whether a time-stamp inside the signature says it too, and of a source we know.
    timestamped: bool
    pades: bool
    drawn: bool
    #: What the drawing lacks to be archival; see `drawings`.
    lacks: tuple[str, ...] = ()
    #: Bytes behind the signature that were only validation data and were left out.
    left_out: int = 0

    @property
    def certificate(self) -> x509.Certificate:
        return self.path[-1]

    @property
    def covered(self) -> bool:
        """Whether the file itself says of every certificate of the path that it was not revoked."""
        lists = [names.load_revocation_list(der) for der in self.data.revocation_lists]
        return revocation.covered(
            self.path, lists=lists, answers=[ocsp.OCSPResponse.load(der) for der in self.data.ocsp_responses]
        )


def examine(content: bytes, *, handed: Handed, trusted: Trusted, at: datetime) -> Brought:
    """The signature in `content`, if it is the one that was asked for; never asks the network.

    Raises `NotThatSignatureError` with everything that speaks against it.
    """
    _check_bytes(content, handed)
    watch = Watch(_LIMITS.seconds + _LIMITS.seconds_per_megabyte * len(content) / 1_000_000)
    try:
        return _examine(content, handed, trusted, at=at, watch=watch)
    except NotThatSignatureError:
        raise
    except TooComplexError as problem:
        raise NotThatSignatureError(Refusal("too_complex")) from problem
    except Exception as problem:  # a file from outside may break a parser in any way; that is a refusal, no crash
        _log.info("a file that was signed elsewhere could not be read", exc_info=True)
        raise NotThatSignatureError(Refusal("unreadable")) from problem


def _check_bytes(content: bytes, handed: Handed) -> None:
    if not content.startswith(b"%PDF-"):
        raise NotThatSignatureError(Refusal("not_a_pdf"))
    if len(content) > len(handed.pdf) + LARGEST_ADDITION:
        raise NotThatSignatureError(Refusal("too_large", {"limit": LARGEST_ADDITION // (1024 * 1024)}))
    if content == handed.pdf:
        raise NotThatSignatureError(Refusal("not_signed", {"field": handed.field}))
    if not content.startswith(handed.pdf):
        started_from = handed.pdf.startswith(content) or content.startswith(handed.frozen)
        raise NotThatSignatureError(Refusal("another_state" if started_from else "rewritten"))
    ending = structure.ending(content)
    if content[ending.body :].strip():
        code = "truncated" if ending.truncated else "trailing_bytes"
        raise NotThatSignatureError(Refusal(code, {"count": ending.behind}))


def _examine(content: bytes, handed: Handed, trusted: Trusted, *, at: datetime, watch: Watch) -> Brought:
    content = content[: structure.ending(content).body]
    reader = Reader(content, watch=watch, limits=_LIMITS)
    before = Reader(handed.pdf, watch=watch, limits=_LIMITS)
    value, place, empty_place = _the_signature(reader, before, handed)
    first_new = int(before.xrefs.total_revisions)
    if int(value.signed_revision) != first_new:
        raise NotThatSignatureError(Refusal("several_revisions"))
    end = int(value.byte_range[2]) + int(value.byte_range[3])
    _check_behind(reader, first_new, content, end, field=handed.field)
    kept = content[:end]
    refusals = [*_about_form(value, place), *_about_strength(value), *_about_time(value, handed, at=at)]
    refusals += _about_verdict(kept, value, handed, trusted, at=at, reader=reader)
    if refusals:
        raise NotThatSignatureError(*refusals)
    store = read_store(reader)
    times = load_roots([*trusted.roots, *trusted.timestamp_roots])
    judge = Judge(load_roots(trusted.signer_roots), times, store, at, watch)
    standing = asyncio.run(judge.signature(value, at=at))
    if not standing.trusted:  # or only by somebody who was accepted earlier
        raise NotThatSignatureError(_unknown(value, reader))
    # A time-stamp inside may speak for a certificate that ended since; here it is the person's today, or nobody's.
    if not standing.path[-1].not_valid_before <= at <= standing.path[-1].not_valid_after:
        raise NotThatSignatureError(_validity(standing.path[-1], at))
    drawn = not objects.same(objects.raw(place, "/AP"), objects.raw(empty_place, "/AP"))
    return Brought(
        pdf=kept,
        path=standing.path,
        data=_data(standing.path, store),
        claimed=_zoned(value.self_reported_timestamp),
        timestamped=standing.stamp.trusted,
        pades=objects.get(value.sig_object, "/SubFilter") == FORMS[0],
        drawn=drawn,
        lacks=tuple(drawings.lacks(objects.get(place, "/AP"))) if drawn else (),
        left_out=len(content) - end,
    )


def _the_signature(reader: Reader, before: Reader, handed: Handed) -> tuple[EmbeddedPdfSignature, Any, Any]:
    """The new signature, its field now, and its field as it was."""
    known = {str(name): (value, ref) for name, value, ref in enumerate_sig_fields(before)}
    filled = {str(name): ref for name, value, ref in enumerate_sig_fields(reader) if value is not None}
    new = {name: ref for name, ref in filled.items() if name not in known or known[name][0] is None}
    others = sorted(new.keys() - {handed.field})
    times = [name for name in others if objects.get(new[name].get_object()["/V"], "/Type") == "/DocTimeStamp"]
    if times:
        raise NotThatSignatureError(Refusal("document_timestamp"))
    if others:
        code = "second_signature" if handed.field in new else "wrong_field"
        raise NotThatSignatureError(Refusal(code, {"fields": others, "field": handed.field}))
    if handed.field not in new:
        raise NotThatSignatureError(Refusal("not_signed", {"field": handed.field}))
    place = new[handed.field].get_object()
    value = EmbeddedPdfSignature(reader, place, handed.field)
    byte_range = tuple(int(number) for number in value.byte_range)
    # The signed bytes end with their revision, so the check of the rest of the file is that of `_check_behind`.
    covered = reader.stream.getvalue()[: byte_range[2] + byte_range[3]] if len(byte_range) == 4 else b""
    if (problem := structure.coverage_problem(covered, byte_range, value.pkcs7_content)) is not None:
        raise NotThatSignatureError(Refusal(problem, {"field": handed.field}))
    return value, place, known[handed.field][1].get_object()


def _check_behind(reader: Reader, signed: int, content: bytes, end: int, *, field: str) -> None:
    """Behind the signature there may be validation data, which are left out, and nothing else."""
    if structure.ending(content[:end]).behind:
        raise NotThatSignatureError(Refusal("byte_range_game"))
    found: list[Finding] = []
    for number in range(signed + 1, int(reader.xrefs.total_revisions)):
        found += revisions.review(revisions.Step(reader, number, signed={field: False}, locked=False))
    if found:
        raise NotThatSignatureError(*(_refusal(each) for each in found))


# --- what each check says ----------------------------------------------------------------------------------------


def _about_form(value: EmbeddedPdfSignature, place: Any) -> list[Refusal]:
    refusals = []
    form = str(objects.get(value.sig_object, "/SubFilter") or "?")
    if form not in FORMS:
        refusals.append(Refusal("form", {"form": form.lstrip("/")}))
    if "/Reference" in value.sig_object or "/Lock" in place:
        refusals.append(Refusal("locks"))
    return refusals


def _about_strength(value: EmbeddedPdfSignature) -> list[Refusal]:
    digest, key = value.signer_info["digest_algorithm"]["algorithm"].native, value.signer_cert.public_key
    if digest not in _DIGESTS:
        return [Refusal("weak", {"what": digest.upper()})]
    if key.algorithm in _SMALLEST_KEY and key.bit_size < _SMALLEST_KEY[key.algorithm]:
        return [Refusal("weak", {"what": f"{key.algorithm.upper()} {key.bit_size}"})]
    return []


def _about_time(value: EmbeddedPdfSignature, handed: Handed, *, at: datetime) -> list[Refusal]:
    said = value.self_reported_timestamp
    if said is None:
        return []
    margin = CLOCKS_DIFFER if said.tzinfo else _UNZONED
    moment = _zoned(said)
    assert moment is not None
    if handed.since - margin <= moment <= at + margin:
        return []
    return [Refusal("time", {"said": moment, "since": handed.since})]


def _about_verdict(
    kept: bytes, value: EmbeddedPdfSignature, handed: Handed, trusted: Trusted, *, at: datetime, reader: Reader
) -> list[Refusal]:
    """What anybody who verifies the document would say of it, except that others have still to sign."""
    certificate = value.signer_cert
    if not certificate.not_valid_before <= at <= certificate.not_valid_after:
        return [_validity(certificate, at)]
    verdict = verify(
        kept, roots=trusted.roots, timestamp_roots=trusted.timestamp_roots,
        signer_roots=(*trusted.signer_roots, *trusted.earlier_signer_roots), at=at,
    )  # fmt: skip
    refusals = []
    for finding in verdict.errors:
        if finding.code == "foreign_signature_added" and finding.facts["field"] == handed.field:
            refusals.append(_unknown(value, reader))
        elif finding.code != "incomplete":
            refusals.append(_refusal(finding))
    ours = next((each for each in verdict.signatures if each.field == handed.field), None)
    if not refusals and (ours is None or not (ours.valid and ours.own_certificate)):
        refusals.append(Refusal("signature_damaged", {"field": handed.field}))
    return refusals


def _unknown(value: EmbeddedPdfSignature, reader: Reader) -> Refusal:
    """Whose authority it is that we were told nothing about, with the fingerprint to compare where the file has it."""
    usage = value.signer_cert.key_usage_value
    if usage is not None and "non_repudiation" not in usage.native:
        return Refusal("not_for_signing")
    path = [value.signer_cert]
    known = {each.subject.dump(): each for each in (*value.other_embedded_certs, *read_store(reader).certificates)}
    while not path[-1].self_issued and (issuer := known.get(path[-1].issuer.dump())) and issuer not in path:
        path.append(issuer)
    top = path[-1]
    if len(path) == 1 and top.self_issued:
        return Refusal("self_made", {"name": names.read(top.subject).name})
    facts = {"authority": top.issuer.human_friendly, "issuer": value.signer_cert.issuer.human_friendly, "sha256": ""}
    return Refusal("authority", {**facts, "sha256": top.sha256.hex() if top.self_issued else ""})


def _validity(certificate: x509.Certificate, at: datetime) -> Refusal:
    if certificate.not_valid_before > at:
        return Refusal("not_yet_valid", {"day": certificate.not_valid_before})
    return Refusal("expired", {"day": certificate.not_valid_after})


def _refusal(finding: Finding) -> Refusal:
    return Refusal(finding.code, {key: value for key, value in finding.facts.items() if key != "revision"})


# --- what is kept ------------------------------------------------------------------------------------------------


def _data(path: Sequence[x509.Certificate], store: Store) -> ValidationData:
    """The path, and those statements of the file that speak of it: nobody fills our documents with anything else."""
    pairs = list(pairwise(path))

    def speaks(**statement: Any) -> bool:
        return any(revocation.covered(pair, **{"lists": (), "answers": (), **statement}) for pair in pairs)

    return ValidationData(
        certificates=tuple(each.dump() for each in path),
        revocation_lists=tuple(each.dump() for each in store.revocation_lists if speaks(lists=[each])),
        ocsp_responses=tuple(each.dump() for each in store.ocsp_responses if speaks(answers=[each])),
    )


def _zoned(moment: datetime | None) -> datetime | None:
    return moment.replace(tzinfo=UTC) if moment is not None and moment.tzinfo is None else moment
