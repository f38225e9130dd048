#!/usr/bin/env python3
"""Check a bag of evidence. Needs Python 3.8 or newer and the openssl program, and nothing else.

    python3 check.py                      the bag this script lies in
    python3 check.py BAG.zip              or the folder it was unpacked to
    python3 check.py --root 12AB… BAG     also see that it rests on the root whose fingerprint you were given

It reads every file again: the manifests of the bag, the chain of the trail, each signature and each time-stamp in
each PDF. It asks no network. Exit status: 0 everything fits, 1 something does not, 2 it could not be checked.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any
from urllib.parse import unquote

UTC = timezone.utc  # noqa: UP017  # Python 3.8 knows no other name
RANGE = re.compile(rb"/ByteRange\s*\[\s*(\d+)\s+(\d+)\s+(\d+)\s+(\d+)\s*\]")
STATED = re.compile(r"/M\s*\(D:(\d{14})(?:Z|([+-])(\d\d)'?(\d\d))?")
REASON = re.compile(r"final file ([0-9a-f]{64}); head of the trail ([0-9a-f]{64})")
DIGESTS = {"608648016503040201": "sha256", "608648016503040202": "sha384", "608648016503040203": "sha512"}
KINDS = {"certification": "certified", "signatory": "signed", "witness": "witnessed", "seal": "sealed",
         "timestamp": "time-stamped"}  # fmt: skip
MESSAGE_DIGEST = "2a864886f70d010904"
SIGNATURE_TIMESTAMP = "2a864886f70d010910020e"
TIMESTAMP_INFO = "2a864886f70d0109100104"
#: So long openssl may take for one thing; it needs a moment.
SECONDS = 120


class WrongError(Exception):
    """Why something does not hold, as a sentence."""


class HinderedError(Exception):
    """Why nothing can be said here, of the bag or against it, as a sentence."""


class Report:
    """What was found, printed as it is found."""

    def __init__(self) -> None:
        self.wrong = 0

    def say(self, mark: str, text: str) -> None:
        self.wrong += mark == "BAD"
        # What stands in the bag may not move the cursor, nor write a line of ours.
        print(f"{mark:>5}  {''.join(each if each.isprintable() else '?' for each in text)}")

    def check(self, what: str, work: Callable[..., str], *given: object) -> bool:
        """Do the work and say what it found, or why it does not hold."""
        mark, more = self.tried(work, *given)
        self.say(mark, f"{what}: {more}")
        return mark == "ok"

    def tried(self, work: Callable[..., str], *given: object) -> tuple[str, str]:
        try:
            return "ok", work(*given)
        except WrongError as problem:
            return "BAD", str(problem)
        except HinderedError:
            raise
        except Exception as problem:  # a file that was made to break us may do so in any way
            return "BAD", f"it cannot be read ({problem or type(problem).__name__})"


# The bag (RFC 8493)


class Bag:
    """A bag as a folder or a .zip: its files by their paths."""

    def __init__(self, path: Path) -> None:
        #: Names that a .zip has twice: two programs would unpack two different files.
        self.twice: list[str] = []
        if path.is_dir():
            root = path if (path / "bagit.txt").exists() else _only_folder(path)
            self.files: dict[str, Any] = {
                str(p.relative_to(root).as_posix()): p for p in sorted(root.rglob("*")) if p.is_file()
            }
            self._zip: zipfile.ZipFile | None = None
        else:
            self._zip = zipfile.ZipFile(path)
            names = [name for name in self._zip.namelist() if not name.endswith("/")]
            self.twice = sorted(name for name, count in Counter(names).items() if count > 1)
            top = names[0].split("/")[0] + "/" if names else ""
            self.files = {(name[len(top) :] if name.startswith(top) else "../" + name): name for name in names}

    def read(self, name: str) -> bytes:
        if name not in self.files:
            raise WrongError(f"{name} is missing")
        place = self.files[name]
        return self._zip.read(str(place)) if self._zip else Path(place).read_bytes()

    def json(self, name: str) -> dict[str, Any]:
        found = json.loads(self.read(name).decode("utf-8"))
        return found if isinstance(found, dict) else {"items": found}

    def under(self, folder: str, ending: str = "") -> list[Any]:
        return [name for name in sorted(self.files) if name.startswith(folder) and name.endswith(ending)]


def _only_folder(path: Path) -> Path:
    inside = [each for each in path.iterdir() if (each / "bagit.txt").exists()]
    return inside[0] if len(inside) == 1 else path


def manifest(bag: Bag, name: str) -> dict[str, Any]:
    listed = {}
    for line in bag.read(name).decode("utf-8").splitlines():
        digest, _, path = line.partition("  ")
        listed[unquote(path)] = digest
    return listed


def check_files(bag: Bag, name: str, *, payload: bool) -> str:
    listed = manifest(bag, name)
    if bag.twice:
        raise WrongError("{} is there twice".format(", ".join(bag.twice)))
    for path, digest in listed.items():
        if path not in bag.files:
            raise WrongError(f"{path} is missing")
        if hashlib.sha256(bag.read(path)).hexdigest() != digest:
            raise WrongError(f"{path} was changed")
    there = [p for p in bag.files if p.startswith("data/") == payload and p != "tagmanifest-sha256.txt"]
    added = [path for path in there if path not in listed]
    if added:
        raise WrongError("{} was added".format(", ".join(added)))
    return f"{len(listed)} files, none missing, none changed, none added"


# The trail


def check_trail(bag: Bag) -> str:
    previous, withheld, lines = "0" * 64, 0, trail(bag)
    if not lines:
        raise WrongError("it is empty")
    for number, line in enumerate(lines, 1):
        if line["seq"] != number:
            raise WrongError(f"line {number} is missing or out of place")
        if line["previous"] != previous:
            raise WrongError(f"line {number} does not continue the line before it")
        if line.get("withheld"):
            withheld += 1
        elif line["hash"] != event_hash(line):
            raise WrongError(f"line {number} was changed")
        previous = line["hash"]
    more = f", {withheld} of them withheld: only their hashes are here" if withheld else ""
    return f"{len(lines)} events, each continues the one before it{more}"


def trail(bag: Bag) -> list[Any]:
    text = bag.read("data/trail/trail.jsonl").decode("utf-8")
    return [json.loads(line) for line in text.split("\n") if line]


def event_hash(line: dict[str, Any]) -> str:
    keys = ("stream", "seq", "at", "name", "actor", "actor_id", "facts", "previous")
    text = json.dumps([line[key] for key in keys], ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def check_trail_fits(bag: Bag) -> str:
    """What the trail says of the files is so: each state of the file that it names is a beginning of the final file."""
    final = bag.read("data/documents/final.pdf")
    told = {line["name"]: line["facts"] for line in trail(bag) if not line.get("withheld")}
    archived = told.get("agreement.archive", {})
    if archived.get("final") != hashlib.sha256(final).hexdigest():
        raise WrongError("the event agreement.archive does not name documents/final.pdf")
    known = {state["sha256"] for state in bag.json("data/signatures/index.json")["states"]}
    package = told.get("agreement.execute", {}).get("package")
    for line in trail(bag):
        facts = line.get("facts", {})
        if facts.get("package") == package and line.get("name", "").startswith(("slot.", "package.")):
            missing = [facts[key] for key in ("frozen", "after") if facts.get(key) and facts[key] not in known]
            if missing:
                raise WrongError("event {} names a state that the final file never had".format(line["seq"]))
    for state in bag.json("data/signatures/index.json")["states"]:
        if hashlib.sha256(final[: state["length"]]).hexdigest() != state["sha256"]:
            raise WrongError("its first {} bytes are not those of state {}".format(state["length"], state["number"]))
    return "every state of the file that the trail names is a beginning of documents/final.pdf"


def check_bound(bag: Bag) -> str:
    """The completion certificate is sealed, and names the final file and the head of the trail in its reason."""
    made = signatures(bag.read("data/documents/certificate.pdf"))
    found = next(
        (match for match in (REASON.search(each.words) for each in made if not each.message.is_token) if match), None
    )
    if not found:
        raise WrongError("it does not name the final file and the head of the trail")
    if found.group(1) != hashlib.sha256(bag.read("data/documents/final.pdf")).hexdigest():
        raise WrongError("it was made for another final file")
    heads = [line["seq"] for line in trail(bag) if line["hash"] == found.group(2)]
    if not heads:
        raise WrongError("the trail does not hold the event that was its newest then")
    return f"it names documents/final.pdf and event {heads[0]} of the trail, and with it every event before"


def check_renewed(bag: Bag, name: str) -> str:
    final = bag.read("data/documents/final.pdf")
    if bag.read(name)[: len(final)] != final:
        raise WrongError("it does not begin with documents/final.pdf")
    return "documents/final.pdf, unchanged, with newer time-stamps behind it"


# DER, as far as signatures need it


class Node:
    """One value in DER (or BER): its tag, and where it begins and ends."""

    def __init__(self, data: bytes, at: int = 0) -> None:
        self.data, self.at, self.tag = data, at, data[at]
        self.end = self.stop = at
        first = data[at + 1]
        self.start = at + 2 + (first & 0x7F if first > 0x80 else 0)
        if first == 0x80:
            inner = self.start
            while data[inner : inner + 2] != b"\0\0":
                inner = Node(data, inner).end
            self.stop, self.end = inner, inner + 2
        else:
            length = int.from_bytes(data[at + 2 : self.start], "big") if first > 0x80 else first
            self.stop = self.end = self.start + length
        if self.end > len(data):
            raise ValueError("a value is longer than the file")

    @property
    def raw(self) -> bytes:
        return self.data[self.at : self.end]

    @property
    def value(self) -> bytes:
        if self.tag == 0x24:  # an octet string in pieces
            return b"".join(each.value for each in self.parts)
        return self.data[self.start : self.stop]

    @property
    def parts(self) -> list[Any]:
        found, at = [], self.start
        while at < self.stop:
            found.append(Node(self.data, at))
            at = found[-1].end
        return found

    @property
    def moment(self) -> datetime:
        text = self.value.decode("ascii").split(".")[0].rstrip("Z")
        if self.tag == 0x17:
            text = ("20" if text[:2] < "50" else "19") + text
        return datetime.strptime(text, "%Y%m%d%H%M%S").replace(tzinfo=UTC)


class Certificate:
    """Of an X.509 certificate what is needed to find it and to say until when it is good."""

    def __init__(self, der: bytes) -> None:
        body = Node(der).parts[0].parts
        body = body[1:] if body[0].tag == 0xA0 else body
        self.der, self.serial, self.issuer, self.subject = der, body[0].value, body[2].raw, body[4].raw
        self.begins: datetime = body[3].parts[0].moment
        self.ends: datetime = body[3].parts[1].moment

    @property
    def name(self) -> str:
        done = openssl("x509", "-inform", "DER", "-noout", "-subject", "-nameopt", "multiline,utf8,-esc_msb",
                       given=self.der)  # fmt: skip
        lines = [line.partition("=") for line in done.stdout.decode("utf-8", "replace").splitlines()]
        parts = {key.strip(): value.strip() for key, _, value in lines}
        return parts.get("commonName") or parts.get("organizationName") or "nobody named"


class Message:
    """A CMS message: a signature, or the token of a time-stamp."""

    def __init__(self, der: bytes) -> None:
        signed = Node(der).parts[1].parts[0].parts
        content = signed[2].parts
        self.is_token = content[0].value.hex() == TIMESTAMP_INFO
        self.content = content[1].parts[0].value if len(content) > 1 else b""
        self.certificates = [Certificate(each.raw) for part in signed if part.tag == 0xA0 for each in part.parts]
        signer = signed[-1].parts[0].parts
        self.digest = DIGESTS.get(signer[2].parts[0].value.hex(), "")
        attributes = [part for part in signer[3:] if part.tag in (0xA0, 0xA1)]
        self.attributes = {
            each.parts[0].value.hex(): each.parts[1].parts[0] for part in attributes for each in part.parts
        }
        self.signature = next(part.value for part in signer[3:] if part.tag in (0x04, 0x24))
        issuer, serial = (part.value if part.tag == 0x02 else part.raw for part in signer[1].parts)
        held = [each for each in self.certificates if (each.issuer, each.serial) == (issuer, serial)]
        if not held:
            raise WrongError("it does not carry its signer's certificate")
        self.signer = held[0]

    @property
    def token_time(self) -> datetime:
        found: datetime = next(part.moment for part in Node(self.content).parts if part.tag == 0x18)
        return found

    def speaks_of(self, covered: bytes) -> bool:
        """Whether the digest that was signed is that of these bytes."""
        if self.is_token:
            imprint = Node(self.content).parts[2].parts
            digest, signed = DIGESTS.get(imprint[0].parts[0].value.hex(), ""), imprint[1].value
        else:
            digest, signed = self.digest, self.attributes[MESSAGE_DIGEST].value
        if not digest:
            raise WrongError("it uses a digest that is not SHA-256, SHA-384 or SHA-512")
        return bool(hashlib.new(digest, covered).digest() == signed)


# Signatures in PDF files


class Signature:
    """One signature of a PDF with the bytes it covers."""

    def __init__(self, pdf: bytes, found: tuple[bytes, ...]) -> None:
        start, before, after, rest = self.range = tuple(int(number) for number in found)
        self.end = after + rest
        if start != 0 or not before < after or self.end > len(pdf):
            raise WrongError("a signature does not say correctly which bytes it covers")
        gap = pdf[before:after]
        digits = gap[1:-1]
        if gap[:1] != b"<" or gap[-1:] != b">" or not re.match(rb"\A([0-9a-f]*|[0-9A-F]*)\Z", digits):
            raise WrongError("something is hidden in the place of a signature")
        value = bytes.fromhex(digits.decode("ascii"))
        self.der = Node(value).raw
        if value[len(self.der) :].strip(b"\0"):
            raise WrongError("something is hidden behind a signature")
        self.covered = pdf[:before] + pdf[after : self.end]
        self.message = Message(self.der)
        around = pdf[pdf.rfind(b" obj", 0, before) : before] + pdf[after : pdf.find(b"endobj", after)]
        #: What stands beside the signature in the file: reason, place, time.
        self.words = re.sub(r"\\([0-7]{3})", lambda each: chr(int(each.group(1), 8)), around.decode("latin-1"))

    @property
    def stated(self) -> datetime:
        """When it was made, as the signing computer stated."""
        found = STATED.search(self.words)
        if not found:
            return self.message.signer.begins
        moment = datetime.strptime(found.group(1), "%Y%m%d%H%M%S").replace(tzinfo=UTC)
        ahead = timedelta(hours=int(found.group(3) or 0), minutes=int(found.group(4) or 0))
        return moment + ahead if found.group(2) == "-" else moment - ahead


def signatures(pdf: bytes) -> list[Any]:
    found = RANGE.findall(pdf)
    if not found or len(found) != pdf.count(b"/ByteRange"):
        raise WrongError("it has no signature" if not found else "one of its signatures cannot be read")
    made = sorted((Signature(pdf, each) for each in found), key=lambda each: int(each.end))
    if made[-1].end != len(pdf):
        raise WrongError(f"{len(pdf) - made[-1].end} bytes stand behind the last signature")
    return made


class Examination:
    """Every signature of every PDF, against the roots in the bag."""

    def __init__(self, bag: Bag, report: Report, folder: Path) -> None:
        self.bag, self.report, self.folder = bag, report, folder
        self.index = bag.json("data/signatures/index.json")["signatures"]
        self.held = {pem_to_der(bag.read(name)) for name in bag.under("data/certificates/", ".pem")}
        self.certificates = [Certificate(der) for der in sorted(self.held)]
        self.others = self._pem("others.pem", "data/certificates/")
        self.roots = self._pem("roots.pem", "data/certificates/roots/")
        self.time_roots = self._pem("time-roots.pem", "data/certificates/roots", "data/certificates/time-roots/")
        self.crossed = self._crossed()
        self.revoked = self._revoked()
        lines = trail(bag) if "data/trail/trail.jsonl" in bag.files else []
        signed = [line["facts"] for line in lines if line.get("name") == "slot.sign"]
        #: What each certificate was used for, as the trail says.
        self.told = {facts["certificate"].lstrip("0"): facts["kind"] for facts in signed}
        #: What was confirmed: the entry of the index, whether it is a time-stamp, and how to confirm it with other roots.
        self.confirmed: list[tuple[dict[str, Any], bool, Callable[[str], None]]] = []

    def _pem(self, name: str, *folders: str) -> str:
        path = self.folder / name
        path.write_bytes(b"".join(self.bag.read(p) for f in folders for p in self.bag.under(f, ".pem")))
        return str(path)

    def _crossed(self) -> bytes:
        """Certificates of a later root by an earlier one. Alone they are believed by nobody, and lead to what is."""
        roots = {pem_to_der(self.bag.read(name)) for name in self.bag.under("data/certificates/roots/", ".pem")}
        names = {Certificate(der).subject for der in roots}
        found = [
            self.bag.read(name)
            for name in self.bag.under("data/certificates/", ".pem")
            for one in [Certificate(pem_to_der(self.bag.read(name)))]
            if one.subject in names and one.issuer != one.subject
        ]
        return b"".join(found)

    def document(self, name: str) -> None:
        found: list[Signature] = []

        def whole() -> str:
            found.extend(signatures(self.bag.read(name)))
            return f"{len(found)} signatures and time-stamps, the last covers the whole file"

        if not self.report.check(name[5:], whole):
            return
        listed = [each for each in self.index if each["document"] == name[5:]]
        if [tuple(each["byte_range"]) for each in listed] != [each.range for each in found]:
            self.report.say("BAD", f"{name[5:]}: its signatures are not those that signatures/index.json lists")
            return
        moment, said = None, []
        # A time-stamp vouches for everything before it: the last one is looked at first.
        for entry, signature in reversed([(listed[n], each) for n, each in enumerate(found)]):
            what = f"{entry['number']:>3}  {KINDS.get(entry['kind'], entry['kind'])}"
            mark, more = self.report.tried(self._one, entry, signature, moment)
            said.append((mark, f"{what}: {more}"))
            if mark == "ok" and signature.message.is_token:
                moment = signature.message.token_time
        for mark, text in reversed(said):
            self.report.say(mark, text)

    def _one(self, entry: dict[str, Any], signature: Signature, moment: datetime | None) -> str:
        message = signature.message
        if self.bag.read("data/" + entry["file"]) != signature.der:
            raise WrongError("{} is not the signature in the PDF".format(entry["file"]))
        if not message.speaks_of(signature.covered):
            raise WrongError("the bytes it covers were changed after it was made")
        unknown = [each for each in message.certificates if each.der not in self.held]
        if unknown:
            raise WrongError(f"the certificate of {unknown[0].name} is not in the bag")
        if self.told.get(message.signer.serial.hex().lstrip("0"), entry["kind"]) != entry["kind"]:
            raise WrongError("the trail says that it is another kind of act")
        own = self._own_time(entry, message)
        proven = min((each for each in (own, moment) if each), default=None)
        if message.is_token:
            at = proven or message.token_time

            def again(roots: str) -> None:
                self._token(signature.der, signature.covered, at, roots)

            again(self.time_roots)
            told = f"{message.token_time:%Y-%m-%d %H:%M:%S} UTC, by {message.signer.name}"
            if not moment and message.signer.ends < datetime.now(UTC):
                told += f" (nobody vouches for it since {message.signer.ends:%Y-%m-%d}; ask for a renewed copy)"
        else:
            at = proven or signature.stated

            def again(roots: str) -> None:
                self._signed(signature, at, roots)

            again(self.roots)
            told = f"{message.signer.name}, {signature.stated:%Y-%m-%d %H:%M:%S} UTC as stated"
            told += f", not later than {proven:%Y-%m-%d %H:%M:%S}" if proven else ", without a time-stamp"
        self._not_revoked(message.signer, at)
        self.confirmed.append((entry, message.is_token, again))
        return told

    def carried(self, root: bytes) -> list[dict[str, Any]]:
        """What of all that was confirmed rests on this root alone."""
        path = self.folder / "one-root.pem"
        path.write_bytes(root + self.crossed)
        return [entry for entry, _, again in self.confirmed if _holds(again, str(path))]

    def _own_time(self, entry: dict[str, Any], message: Message) -> datetime | None:
        token = message.attributes.get(SIGNATURE_TIMESTAMP)
        if token is None:
            return None
        if self.bag.read("data/" + entry["timestamp"]) != token.raw:
            raise WrongError("{} is not the time-stamp in the signature".format(entry["timestamp"]))
        inner = Message(token.raw)
        self._token(token.raw, message.signature, inner.token_time, self.time_roots)
        return inner.token_time

    def _signed(self, signature: Signature, at: datetime, roots: str) -> None:
        self._openssl("cms", "-verify", "-binary", "-inform", "DER", "-in", self._file("signature", signature.der),
                      "-content", self._file("covered", signature.covered), "-CAfile", roots,
                      "-certfile", self.others, "-purpose", "any", "-attime", str(int(at.timestamp())),
                      "-out", os.devnull)  # fmt: skip

    def _token(self, token: bytes, data: bytes, at: datetime, roots: str) -> None:
        self._openssl("ts", "-verify", "-token_in", "-in", self._file("token", token), "-data",
                      self._file("covered", data), "-CAfile", roots, "-untrusted", self.others,
                      "-attime", str(int(at.timestamp())))  # fmt: skip

    def _openssl(self, *words: str) -> None:
        done = openssl(*words)
        if done.returncode != 0:
            said = done.stderr.decode("utf-8", "replace").strip().splitlines()
            useful = [line for line in said if "erif" in line or "error" in line] or said or ["no reason given"]
            raise WrongError(f"openssl does not confirm it ({useful[-1].strip()})")

    def _file(self, name: str, content: bytes) -> str:
        path = self.folder / name
        try:
            path.write_bytes(content)
        except OSError as problem:
            raise HinderedError(f"{self.folder} cannot be written ({problem.strerror or problem})") from None
        return str(path)

    def _revoked(self) -> list[Any]:
        """(issuer, serial, since) of every certificate that the lists in the bag take back."""
        taken = []
        for name in self.bag.under("data/revocation/", ".crl"):
            der = self.bag.read(name)
            everybody = self._file("everybody.pem", Path(self.others).read_bytes())
            done = openssl("crl", "-inform", "DER", "-in", self._file("list", der), "-CAfile", everybody, "-noout")
            if b"verify OK" not in done.stderr + done.stdout:
                self.report.say("BAD", f"{name[5:]}: its issuer did not sign this list")
                continue
            parts = Node(der).parts[0].parts
            issuer = next(part for part in parts[1:] if part.tag == 0x30 and _is_name(part)).raw
            times = [n for n, part in enumerate(parts) if part.tag in (0x17, 0x18)]
            lists = [part for part in parts[times[-1] + 1 :] if part.tag == 0x30]
            for entry in lists[0].parts if lists else []:
                taken.append((issuer, entry.parts[0].value, entry.parts[1].moment))
        return taken

    def _not_revoked(self, certificate: Certificate, at: datetime) -> None:
        for issuer, serial, since in self.revoked:
            if (issuer, serial) == (certificate.issuer, certificate.serial) and since <= at:
                raise WrongError(f"its certificate was revoked on {since:%Y-%m-%d}")


def _holds(again: Callable[[str], None], roots: str) -> bool:
    try:
        again(roots)
    except WrongError:
        return False
    return True


def _is_name(node: Node) -> bool:
    return all(part.tag == 0x31 for part in node.parts) and bool(node.parts)


def pem_to_der(pem: bytes) -> bytes:
    lines = pem.decode("ascii").splitlines()
    return base64.b64decode("".join(line for line in lines if not line.startswith("-----")))


def openssl(*words: str, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    """Run openssl; what the machine trusts of itself does not count."""
    nowhere = {"SSL_CERT_FILE": os.devnull, "SSL_CERT_DIR": os.devnull, "LC_ALL": "C"}
    program = shutil.which("openssl")
    try:
        return subprocess.run(
            [program or "openssl", *words], input=given, capture_output=True, env={**os.environ, **nowhere},
            check=False, timeout=SECONDS,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise HinderedError(f"openssl gave no answer within {SECONDS} seconds") from None
    except OSError as problem:
        raise HinderedError(f"openssl cannot be run ({problem.strerror or problem})") from None


# All of it


def examine(bag: Bag, report: Report, wanted: list[str]) -> None:
    report.check("bag", lambda: check_files(bag, "manifest-sha256.txt", payload=True))
    report.check("bag, around it", lambda: check_files(bag, "tagmanifest-sha256.txt", payload=False))
    report.check("trail", check_trail, bag)
    with tempfile.TemporaryDirectory() as folder:
        examination = Examination(bag, report, Path(folder))
        for name in bag.under("data/documents/", ".pdf"):
            if not name.startswith("data/documents/ending-"):  # a paper of others, signed or not
                examination.document(name)
        report.check("documents/certificate.pdf", check_bound, bag)
        report.check("documents/final.pdf", check_trail_fits, bag)
        for name in bag.under("data/documents/renewed-", ".pdf"):
            report.check(name[5:], check_renewed, bag, name)
        compare_roots(bag, report, examination, wanted)


def compare_roots(bag: Bag, report: Report, examination: Examination, wanted: list[str]) -> None:
    """Tell what rests on which root; with roots that were named, all that the institution vouches for has to be theirs.

    The completion certificate names the final file and the trail, so whoever sealed it vouches for both. A named root
    that merely lies in the bag proves nothing.
    """
    print("\nEverything above rests on these roots. Compare their fingerprints (SHA-256) with those the institutions\n"
          "publish, not with what is printed in this bag:")  # fmt: skip
    theirs: list[dict[str, Any]] = []
    found = []
    for name in bag.under("data/certificates/roots/", ".pem") + bag.under("data/certificates/time-roots/", ".pem"):
        pem = bag.read(name)
        digest = hashlib.sha256(pem_to_der(pem)).hexdigest().upper()
        found.append(digest)
        carried = examination.carried(pem)
        theirs += carried if digest in wanted else []
        print(f"       {' '.join(digest[n : n + 4] for n in range(0, 64, 4))}")
        what = "signatures" if "/roots/" in name else "time-stamps"
        report.say("", f"{Certificate(pem_to_der(pem)).name} (for {what}): {_listed(carried)}")
    if not wanted:
        return
    if not set(wanted) <= set(found):
        report.say("BAD", "a root you named is none of them")
    vouched = [entry for entry, is_token, _ in examination.confirmed if not is_token and _is_by_the_house(entry)]
    strange = [entry for entry in vouched if entry not in theirs]
    if strange or not vouched:
        report.say("BAD", f"what the institution vouches for does not rest on a root you named: {_listed(strange)}")
    else:
        report.say("ok", f"the institution's seals rest on a root you named: {_listed(vouched)}")


def _is_by_the_house(entry: dict[str, Any]) -> bool:
    """Whether the institution sealed the document, which then vouches for the final file and for its renewed copies."""
    name = str(entry["document"])
    return name != "documents/final.pdf" and not name.startswith("documents/renewed-")


def _listed(entries: list[dict[str, Any]]) -> str:
    """Which signatures, such as "final.pdf 1, 2; certificate.pdf 1"."""
    numbers: dict[str, Any] = {}
    for entry in sorted(entries, key=lambda each: int(each["number"])):
        numbers.setdefault(str(entry["document"]).split("/")[-1], []).append(str(entry["number"]))
    return "; ".join("{} {}".format(name, ", ".join(each)) for name, each in numbers.items()) or "nothing"


def main() -> int:
    reader = argparse.ArgumentParser(description="Check a bag of evidence.")
    reader.add_argument("bag", nargs="?", type=Path, default=Path(__file__).resolve().parent)
    reader.add_argument("--root", action="append", default=[], metavar="SHA256",
                        help="fingerprint of a root, as the institution publishes it; may be given several times")  # fmt: skip
    asked = reader.parse_args()
    sys.stdout.reconfigure(errors="replace")  # type: ignore[union-attr]
    if not shutil.which("openssl"):
        print("The program openssl was not found; without it no signature can be checked. Please install it.")
        return 2
    report = Report()
    try:
        bag = Bag(asked.bag)
        bag.read("bagit.txt")
    except Exception as problem:
        print(f"{asked.bag} is not a bag that can be read: {problem}")
        return 2
    try:
        examine(bag, report, [re.sub(r"[^0-9A-F]", "", each.upper()) for each in asked.root])
    except HinderedError as problem:
        print(f"\nNOT EXAMINED: {problem}. This says nothing about the bag; please try again, or on another computer.")
        print("未能检验：无法运行 openssl，以上结果不说明证据包是否有效，请重试或换一台电脑。")
        return 2
    except Exception as problem:
        report.say("BAD", f"the bag cannot be examined further: {problem or type(problem).__name__}")
    if report.wrong:
        print(f"\nNOT CONFIRMED: {report.wrong} of the checks above failed. Do not rely on this bag.")
        print(f"未能确认：上列检查中有 {report.wrong} 项不符，请勿依据本证据包。")
        return 1
    print("\nCONFIRMED: everything in this bag fits together, and every signature and time-stamp is valid.")
    print("已确认：证据包内容前后相符，所有签名和时间戳均有效。")
    return 0


if __name__ == "__main__":
    sys.exit(main())
