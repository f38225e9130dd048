"""The outside world: one file for each thing, and the set this process uses."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import cast

from flask import current_app

from mou_service.core.errors import EngineFailed
from mou_service.core.ports import FileStore, Mailer, Renderer
from mou_service.documents.pdf.fonts import Fonts
from mou_service.documents.pdf.fonts import load as load_fonts
from mou_service.documents.word.templates.manifest import Manifest
from mou_service.documents.word.templates.manifest import load as load_manifests
from mou_service.settings import ROOT, Settings
from mou_service.trust.authority import KEY_FILE, Authority, open_authority
from mou_service.trust.timestamps import HttpTimestamps, TimestampSource
from mou_service.trust.tokens import Token

from .files import LocalFiles
from .memory import MemoryFiles, OutboxOnly
from .office import Office
from .office import find as find_office
from .secrets import kept_secret
from .smtp import SmtpMailer

NO_ROOTS = (
    "TSA_URL is set, but not TSA_ROOTS: without the root certificates of the time-stamp service nobody can tell its "
    "time-stamps from anybody else's, so none are asked for. Obtain them from its operator and set TSA_ROOTS."
)

__all__ = ["Engines", "LocalFiles", "MemoryFiles", "Office", "OutboxOnly", "SmtpMailer", "current", "from_settings"]


@dataclass
class Engines:
    """What the features ask for; views and jobs take it from `current()` and hand on what an operation needs."""

    settings: Settings
    files: FileStore
    #: None: no mail server is set, messages stay in the outbox.
    mailer: Mailer | None

    @cached_property
    def fonts(self) -> Fonts:
        return load_fonts(self.settings.fonts)

    @cached_property
    def office(self) -> Renderer | None:
        """What draws the Word files we cannot draw; None where there is no LibreOffice or it may not be used."""
        settings = self.settings
        found = find_office(
            settings.office_program, covered=settings.instance.resolve(), fonts=self.fonts.folders,
            unboxed=settings.office_unboxed,
        )  # fmt: skip
        return found if found is not None and (found.box is not None or found.unboxed) else None

    @cached_property
    def manifests(self) -> dict[str, Manifest]:
        return load_manifests(ROOT / "document_templates")

    @cached_property
    def _authorities(self) -> dict[bool, Authority]:
        return {}

    @property
    def token(self) -> Token | None:
        """The token that keys may lie in; None when the settings name none."""
        settings = self.settings
        if not settings.pkcs11_module:
            return None
        return Token(
            module=settings.pkcs11_module, name=settings.pkcs11_token, pin=settings.token_pin,
            folder=settings.keys, secret=kept_secret(settings.keys / "key-secret", settings.key_secret),
        )  # fmt: skip

    def authority(self, *, institution: str, country: str, demonstration: bool) -> Authority:
        """The certificate authority of this installation; made when it is asked for the first time.

        A demonstration has one of its own: nothing that is signed in play can be taken for a real signature.
        Another process may have made new keys: from its next act on, this one signs with them.
        """
        known = self._authorities.get(demonstration)
        if known is None or not known.is_current:
            folder = self.settings.demo_keys if demonstration else self.settings.keys
            known = self._authorities[demonstration] = open_authority(
                folder, kept_secret(folder / "key-secret", self.settings.key_secret),
                institution=institution, country=country, public_url=self.settings.public_url, token=self.token,
            )  # fmt: skip
        return known

    def known_roots(self) -> tuple[bytes, ...]:
        """The roots of every authority this installation ever made, without making one."""
        return tuple(root for authority in self._authorities_made() for root in authority.roots)

    def crossed(self) -> tuple[bytes, ...]:
        """The certificates that lead from an earlier root of ours to a later one."""
        return tuple(each for authority in self._authorities_made() for each in authority.crossed)

    def trusted(self) -> tuple[bytes, ...]:
        """The same, and the seals that were brought along: whose signatures are ours, as `verify` takes it."""
        return tuple(each for authority in self._authorities_made() for each in authority.trusted)

    def revocation_lists(self) -> tuple[bytes, ...]:
        """What was taken back up to now; nothing while nothing was."""
        return tuple(each for authority in self._authorities_made() for each in authority.newest_lists())

    def _authorities_made(self) -> list[Authority]:
        made = [kind for kind in (False, True) if self._has_authority(demonstration=kind)]
        return [self.authority(institution="", country="", demonstration=kind) for kind in made]

    def _has_authority(self, *, demonstration: bool) -> bool:
        return ((self.settings.demo_keys if demonstration else self.settings.keys) / KEY_FILE).exists()

    def timestamp_roots(self) -> tuple[bytes, ...]:
        """What the file of TSA_ROOTS holds: whom we believe a time. Raises `EngineFailed` when it is gone."""
        return _certificates(self.settings.tsa_roots, setting="TSA_ROOTS", engine="timestamps")

    def signer_roots(self) -> tuple[bytes, ...]:
        """What the file of SIGNER_ROOTS holds: whose certificates people may sign with outside. `EngineFailed` when gone."""
        return _certificates(self.settings.signer_roots, setting="SIGNER_ROOTS", engine="signing")

    def timestamps(self, authority: Authority) -> TimestampSource:
        """Where document time-stamps come from: the service set by TSA_URL, else the local placeholder.

        A service whose roots nobody gave us is not asked at all: to believe whoever answers first is to believe anybody.
        """
        if not self.settings.tsa_url:
            return authority.timestamps
        if not self.settings.tsa_roots:
            raise EngineFailed("timestamps", NO_ROOTS)
        return HttpTimestamps(self.settings.tsa_url, roots=self.timestamp_roots())


def _certificates(path: str, *, setting: str, engine: str) -> tuple[bytes, ...]:
    try:
        return (Path(path).read_bytes(),) if path else ()
    except OSError as problem:
        message = f"The file of {setting} cannot be read ({problem.strerror}): {path}"
        raise EngineFailed(engine, message) from problem


def from_settings(settings: Settings) -> Engines:
    """The engines the settings ask for."""
    return Engines(
        settings=settings,
        files=LocalFiles(settings.files),
        mailer=SmtpMailer(settings.smtp_url, sender=settings.mail_from) if settings.smtp_url else None,
    )


def current() -> Engines:
    """The engines of the running application."""
    return cast(Engines, current_app.extensions["engines"])
