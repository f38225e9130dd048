"""Signing a frozen PDF: certification, signatures, seal and document time-stamp, each as one incremental revision.

The document is given as bytes, or as a file that is open for reading and writing. Of a file only what has to be known
is read, and the revision is written behind its end: a large document is never in memory. A file that an error came
upon is to be thrown away; a part of the revision may be in it.
"""

from __future__ import annotations

import asyncio
import io
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO, Generic, Literal

from pyhanko.pdf_utils.generic import DictionaryObject
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter, enumerate_sig_fields
from pyhanko.sign.signers.pdf_cms import PdfCMSSignedAttributes
from pyhanko.sign.signers.pdf_signer import (
    PdfSignatureMetadata,
    PdfSigner,
)
from pyhanko.sign.timestamps import TimeStamper

from mou_service.core import clock
from mou_service.core.errors import EngineFailed, Missing, Refused, Stale
from mou_service.trust.increments import (
    CERTIFICATION_FIELD,
    DIGEST,
    PDF,
    Writer,
    add,
    certification_field,
    closed,
    embed,
    opened,
    problems_explained,
    stopped,
    style,
    timestamp_pdf,
)
from mou_service.trust.keys import Credential, ValidationData
from mou_service.trust.timestamps import LocalTimestamps, TimestampSource

Level = Literal["B-B", "B-T", "B-LT", "B-LTA"]

_CHANGES_OF_CERTIFICATE = 4


@dataclass(frozen=True)
class Signed(Generic[PDF]):
    """The signed document, new bytes or the file that was given, and the PAdES level that this act reached.

    `placeholder` says that the time in it comes from the service's own clock: the level is then one of form only.
    """

    pdf: PDF
    level: Level
    placeholder: bool = False


@dataclass(frozen=True)
class _Act:
    """What the three kinds of signature differ in."""

    field: str
    credential: Credential
    reason: str
    location: str
    contact: str | None
    name: str
    level: Level
    timestamps: TimestampSource | None
    at: datetime
    stamp: bytes | None = None
    certifies: bool = False

    @property
    def timestamper(self) -> TimeStamper | None:
        source = self.timestamps if self.level != "B-B" else None
        return stopped(source, self.at).timestamper if source is not None else None


def certify(
    pdf: PDF,
    *,
    credential: Credential,
    reason: str = "Frozen for signature",
    location: str = "",
    level: Level = "B-B",
    timestamps: TimestampSource | None = None,
    at: datetime | None = None,
) -> Signed[PDF]:
    """The platform's invisible certification: from here on only the empty signature fields may be filled.

    It has to come before every signature; all other fields exist already, or could not be filled any more.
    """
    act = _Act(
        field=CERTIFICATION_FIELD,
        credential=credential,
        reason=reason,
        location=location,
        contact=None,
        name=credential.name,
        level=level,
        timestamps=timestamps,
        at=at or clock.now(),
        certifies=True,
    )
    return _perform(pdf, act)


def sign(
    pdf: PDF,
    *,
    field: str,
    credential: Credential,
    stamp: bytes,
    reason: str,
    location: str,
    contact: str | None = None,
    name: str | None = None,
    level: Level = "B-B",
    timestamps: TimestampSource | None = None,
    at: datetime | None = None,
) -> Signed[PDF]:
    """Fill the empty signature `field`, drawn with `stamp` (a one-page PDF as large as the field).

    Earlier signatures stay valid. `Missing`: there is no such field. `Stale`: it is signed already. `Refused`: the
    document is locked. `EngineFailed`: the time-stamp source failed, and nothing of lower level is made instead.
    `name` is the full name as shown, where it is longer than a certificate may hold.
    """
    act = _Act(
        field=field,
        credential=credential,
        reason=reason,
        location=location,
        contact=contact,
        name=name or credential.name,
        level=level,
        timestamps=timestamps,
        at=at or clock.now(),
        stamp=stamp,
    )
    return _perform(pdf, act)


def seal(
    pdf: PDF,
    *,
    field: str,
    credential: Credential,
    stamp: bytes,
    reason: str,
    location: str,
    level: Level = "B-B",
    timestamps: TimestampSource | None = None,
    at: datetime | None = None,
) -> Signed[PDF]:
    """The institution's seal: the last signature. A lock in the field (all fields, no changes) takes effect with it."""
    return sign(
        pdf,
        field=field,
        credential=credential,
        stamp=stamp,
        reason=reason,
        location=location,
        level=level,
        timestamps=timestamps,
        at=at,
    )


def timestamp(
    pdf: PDF,
    *,
    source: TimestampSource,
    evidence: ValidationData | None = None,
    level: Level = "B-LTA",
    at: datetime | None = None,
) -> Signed[PDF]:
    """Embed what validates all signatures later and stamp the whole file with a document time-stamp.

    `evidence` is the validation data of the signers' authority as of now. Called again on the result, it renews.
    For B-T there is the time-stamp only; for B-LT the data follow it, and nothing protects them. A source that gives
    no statements about its own certificates reaches B-T, whatever was asked for: see `Signed.level`.
    """
    if level == "B-B":
        raise ValueError("level B-B has no time-stamp")
    moment = at or clock.now()
    file = opened(pdf)
    if level == "B-T":
        with problems_explained():
            timestamp_pdf(Writer(file), source, moment)
        return Signed(closed(file, pdf), level, placeholder=source.placeholder)
    end = file.seek(0, io.SEEK_END)
    for _ in range(_CHANGES_OF_CERTIFICATE):
        from_source = source.validation_data(moment)
        file.truncate(end)
        with problems_explained():
            _protect(file, source, (evidence or ValidationData()) + from_source, level=level, at=moment)
        # A server may stamp with another certificate than a moment ago: what validates it has to be in the file.
        if source.validation_data(moment) == from_source:
            complete = from_source.revocation_lists or from_source.ocsp_responses
            return Signed(closed(file, pdf), level if complete else "B-T", placeholder=source.placeholder)
    raise EngineFailed("timestamps", "The time-stamp service stamps with another certificate each time it is asked.")


def _protect(file: BinaryIO, source: TimestampSource, data: ValidationData, *, level: Level, at: datetime) -> None:
    """The time-stamp and the data: the data below it at B-LTA, else in a revision of their own after it."""
    writer = Writer(file)
    if level == "B-LTA":
        embed(writer, data)
    timestamp_pdf(writer, source, at)
    if level == "B-LT":
        add(file, data)


def _perform(pdf: PDF, act: _Act) -> Signed[PDF]:
    if act.level != "B-B" and act.timestamps is None:
        raise ValueError(f"level {act.level} needs a source of time-stamps")
    with problems_explained():
        file = opened(pdf)
        writer = Writer(file)
        _check_field(writer, act)
        signature = asyncio.run(_sign(writer, act))
        reached: Level = "B-B" if act.level == "B-B" else "B-T"
        if act.level in ("B-LT", "B-LTA") and (data := _validation_data(act)) is not None:
            add(file, data, signature=signature)
            reached = "B-LT"
    stamped = act.timestamps if act.level != "B-B" else None
    return Signed(closed(file, pdf), reached, placeholder=stamped is not None and stamped.placeholder)


def _check_field(writer: Writer, act: _Act) -> None:
    found = {name: (value is not None, ref) for name, value, ref in enumerate_sig_fields(writer.prev)}
    signed = {name for name, (is_signed, _) in found.items() if is_signed}
    if act.certifies:
        if signed:
            raise Refused("The document is signed already; it has to be certified before the first signature.")
        return
    if act.field not in found:
        raise Missing(f"The document has no signature field “{act.field}”.")
    if act.field in signed:
        raise Stale(f"The field “{act.field}” is signed already.")
    # pyHanko heeds the certification only; what a lock forbids it would do, and break the signature that locked.
    if locks := [name for name in sorted(signed) if _locks(found[name][1].get_object())]:
        raise Refused(f"The signature in “{locks[0]}” has locked the document; nobody can sign it any more.")


def _locks(field: DictionaryObject) -> bool:
    return "/Lock" in field and "/P" in field["/Lock"] and field["/Lock"]["/P"] == MDPPerm.NO_CHANGES.value


def _validation_data(act: _Act) -> ValidationData | None:
    """All that validates this signature and its time-stamp, or None if a part is not to be had."""
    if act.credential.validation_data is None or act.timestamps is None:
        return None
    source = act.timestamps.validation_data(act.at)
    if not (source.revocation_lists or source.ocsp_responses):
        return None
    return act.credential.validation_data(act.at) + source


async def _sign(writer: Writer, act: _Act) -> bytes:
    """The signature as it stands in the file, in hexadecimal."""
    signer = _signer(act)
    session = signer.init_signing_session(writer, existing_fields_only=not act.certifies)
    session.system_time = act.at
    # Our own parts have a known greatest length; a server's token may grow between two requests.
    tight = act.timestamper is None or isinstance(act.timestamps, LocalTimestamps)
    reserved = await session.estimate_signature_container_size(None, tight=tight)
    prepared = session.prepare_tbs_document(None, reserved)
    digest, _ = prepared.digest_tbs_document(in_place=True)
    done = await prepared.perform_signature(digest.document_digest, PdfCMSSignedAttributes(signing_time=act.at))
    contents: bytes = done.sig_contents
    return contents


def _signer(act: _Act) -> PdfSigner:
    metadata = PdfSignatureMetadata(
        field_name=act.field,
        md_algorithm=DIGEST,
        subfilter=SigSeedSubFilter.PADES,
        certify=act.certifies,
        # Of a later signature only the lock of its field decides.
        docmdp_permissions=MDPPerm.FILL_FORMS if act.certifies else None,  # type: ignore[arg-type]
        name=act.name,
        reason=act.reason or None,
        location=act.location or None,
        contact_info=act.contact,
    )
    return PdfSigner(
        metadata,
        act.credential.signer,
        timestamper=act.timestamper,
        stamp_style=style(act.stamp),
        new_field_spec=certification_field() if act.certifies else None,
    )
