"""Every knob of the service: typed, described, read once from the environment, refused when it makes no sense."""

from pathlib import Path
from typing import Any, Literal, Self
from urllib.parse import urlsplit

from cryptography.x509 import load_pem_x509_certificates
from pydantic import Field, ValidationInfo, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

ROOT = Path(__file__).resolve().parent.parent


class Settings(BaseSettings):
    """Names are environment variables in capitals; `instance/settings.env` may hold them too."""

    model_config = SettingsConfigDict(env_file=ROOT / "instance" / "settings.env", extra="ignore", frozen=True)

    instance: Path = Field(ROOT / "instance", description="Folder for everything that is made while the service runs.")
    database_url: str = Field(
        "",
        description="Where the records are; empty means mou.sqlite in the instance folder. postgresql://… works too.",
    )
    public_url: str = Field(
        "",
        description="The address people outside reach this service by, printed into QR codes and mails; empty means "
        "http://HOST:PORT, which only this machine reaches.",
    )
    host: str = Field("127.0.0.1", description="Address the web server listens on.")
    port: int = Field(8000, ge=1, le=65535, description="Port the web server listens on.")
    threads: int = Field(4, ge=1, le=64, description="Requests that are answered at the same time.")
    demo: bool = Field(False, description="Whether demonstration accounts may sign in and documents are marked so.")
    secret_key: str = Field(
        "", description="Signs sessions; empty means a random one kept in the instance folder's keys."
    )
    key_secret: str = Field(
        "",
        description="Encrypts the private keys of the certificate authority; empty means a file beside the keys, "
        "which protects a copied database but not a copied folder.",
    )
    pkcs11_module: str = Field(
        "", description="Library of a PKCS#11 token (HSM, smart card) that signing keys may lie in; empty: no token."
    )
    pkcs11_token: str = Field("", description="Label of the token.")
    pkcs11_pin: str = Field("", description="PIN of the token's user; better in PKCS11_PIN_FILE.")
    pkcs11_pin_file: str = Field("", description="File with the PIN, readable for the service only.")
    session_hours: int = Field(12, ge=1, le=720, description="Hours after which a sign-in ends.")
    fresh_minutes: int = Field(30, ge=1, le=720, description="Minutes after which a binding act asks for the password.")
    sign_in_limit: str = Field("10 per minute; 60 per hour", description="Sign-in attempts allowed from one address.")
    rate_limits: bool = Field(True, description="Whether limits on attempts are enforced.")
    rate_limit_store: str = Field("memory://", description="Where attempts are counted; redis://… for many processes.")
    invitation_days: int = Field(14, ge=1, le=90, description="Days an invitation to join can be used.")
    reset_minutes: int = Field(60, ge=5, le=1440, description="Minutes a link to choose a new password can be used.")
    signing_link_days: int = Field(30, ge=1, le=365, description="Days a personal link to sign can be used.")
    signing_open_days: int = Field(
        60,
        ge=0,
        le=730,
        description="Days a request to sign stays open unless somebody says otherwise; 0: without end.",
    )
    remind_after: str = Field(
        "3, 7, 14", description="Days after their turn came on which people are reminded to sign; empty: never."
    )
    remind_before: str = Field(
        "7, 2, 1", description="Days before the time for signing ends on which people are reminded; empty: never."
    )
    download_link_days: int = Field(90, ge=1, le=3650, description="Days a link to a signed document can be used.")
    smtp_url: str = Field(
        "", description="smtp://user:password@host:587 or smtps://…; empty keeps mail readable in the outbox."
    )
    mail_from: str = Field("mou@localhost", description="The sender of every mail.")
    tsa_url: str = Field(
        "", description="RFC 3161 time-stamp service; empty uses a local placeholder that is labelled as one."
    )
    tsa_roots: str = Field(
        "",
        description="PEM file with the root certificates of the time-stamp service, which you obtained from its operator "
        "and compared. Only time-stamps that lead to one of them are accepted; those of earlier services are kept with their documents.",
    )
    signer_roots: str = Field(
        "",
        description="PEM file with the root certificates of authorities whose certificates signatories and witnesses may "
        "sign with outside of this service, such as those of a qualified trust service. Empty: nobody is offered to. "
        "A root that documents were signed under is kept with them. An imported seal has to lead to one of them too.",
    )
    own_certificate_hours: int = Field(
        24, ge=1, le=336, description="Hours a person may keep the document to sign it with an own certificate."
    )
    own_certificate_drawings: Literal["archival", "any"] = Field(
        "archival",
        description="What a signing program may draw into the document: archival takes only drawings that bring their "
        "fonts along, so that the document stays PDF/A; any takes every drawing and says in the trail what it lacks.",
    )
    evidence_addresses: Literal["full", "shortened", "none"] = Field(
        "shortened",
        description="How much of the e-mail and network addresses and devices of those who acted the completion "
        "certificate and the partner's bag of evidence tell: shortened is enough to recognise an own address, and no more. "
        "The archive itself keeps them as they were.",
    )
    public_standing: Literal["full", "word", "none"] = Field(
        "full",
        description="What /verify tells everybody of an agreement after it was signed: full names the days and the "
        "agreement that took its place, word only says whether it is in effect, none says nothing.",
    )
    signature_level: Literal["", "B-B", "B-T", "B-LT", "B-LTA"] = Field(
        "",
        description="PAdES level a signed file has to prove, offered first at the freeze; empty means as high as the "
        "set-up reaches. From B-T on it needs TSA_URL, and a signing waits until the level can be had.",
    )
    renew_days: int = Field(
        180,
        ge=1,
        le=3650,
        description="Days before the certificate behind an archived file's time-stamp ends that the file is "
        "time-stamped again.",
    )
    office_program: str = Field(
        "auto",
        description="LibreOffice, which draws the Word files that hold what the service does not draw itself (text boxes, "
        "columns, Windows metafiles): auto looks for it, none does without, or the path of its program.",
    )
    office_unboxed: bool = Field(
        False,
        description="Whether LibreOffice may run where the machine permits no box without a network (see flask mou doctor). "
        "It reads files from outside, so leave this off unless the whole service runs in a box of its own.",
    )
    upload_megabytes: int = Field(40, ge=1, le=500, description="Largest file that is taken in.")
    trusted_proxies: int = Field(0, ge=0, le=5, description="How many reverse proxies in front may be believed.")
    secure_cookies: Literal["auto", "yes", "no"] = Field(
        "auto", description="Whether cookies need https; auto follows the public address."
    )

    @model_validator(mode="before")
    @classmethod
    def _reached_where_it_listens(cls, given: dict[str, Any]) -> dict[str, Any]:
        if not given.get("public_url"):
            host, port = given.get("host", "127.0.0.1"), given.get("port", 8000)
            given = {**given, "public_url": f"http://{'127.0.0.1' if host == '0.0.0.0' else host}:{port}"}  # noqa: S104
        return given

    @field_validator("public_url")
    @classmethod
    def _an_address(cls, value: str) -> str:
        if urlsplit(value).scheme not in ("http", "https") or not urlsplit(value).hostname:
            raise ValueError("PUBLIC_URL is an address such as https://mou.example.edu")
        return value.rstrip("/")

    @field_validator("remind_after", "remind_before")
    @classmethod
    def _numbers_of_days(cls, value: str, info: ValidationInfo) -> str:
        parts = [part.strip() for part in value.split(",") if part.strip()]
        if not all(part.isascii() and part.isdecimal() and 1 <= int(part) <= 365 for part in parts):
            raise ValueError(f"{(info.field_name or '').upper()} is a list of days such as 3, 7, 14")
        return ", ".join(parts)

    @field_validator("tsa_url")
    @classmethod
    def _asked_over_http(cls, value: str) -> str:
        if value and (urlsplit(value).scheme not in ("http", "https") or not urlsplit(value).hostname):
            raise ValueError("TSA_URL is an address such as https://timestamps.example.org/tsa")
        return value

    @field_validator("tsa_roots", "signer_roots")
    @classmethod
    def _a_file_of_certificates(cls, value: str, about: ValidationInfo) -> str:
        name = (about.field_name or "").upper()
        try:
            if value:
                load_pem_x509_certificates(Path(value).read_bytes())
        except OSError as problem:
            raise ValueError(f"{name}: {value} cannot be read ({problem.strerror})") from problem
        except ValueError as problem:
            raise ValueError(f"{name}: {value} does not hold certificates in PEM form") from problem
        return value

    @model_validator(mode="after")
    def _a_token_that_can_be_opened(self) -> Self:
        if self.pkcs11_module and not (self.pkcs11_token and (self.pkcs11_pin or self.pkcs11_pin_file)):
            raise ValueError("PKCS11_MODULE needs PKCS11_TOKEN, and PKCS11_PIN or PKCS11_PIN_FILE")
        if self.pkcs11_pin_file and not Path(self.pkcs11_pin_file).is_file():
            raise ValueError(f"PKCS11_PIN_FILE: {self.pkcs11_pin_file} is not there")
        return self

    @property
    def token_pin(self) -> str:
        """The PIN of the token, wherever it is kept."""
        return self.pkcs11_pin or Path(self.pkcs11_pin_file).read_text(encoding="utf-8").strip()

    @model_validator(mode="after")
    def _a_level_that_can_be_had(self) -> "Settings":
        if self.signature_level not in ("", "B-B") and not self.tsa_url:
            raise ValueError(f"SIGNATURE_LEVEL {self.signature_level} needs a time-stamp service: set TSA_URL as well")
        return self

    @property
    def database(self) -> str:
        return self.database_url or f"sqlite:///{self.instance / 'mou.sqlite'}"

    @property
    def files(self) -> Path:
        return self.instance / "files"

    @property
    def keys(self) -> Path:
        return self.instance / "keys"

    @property
    def demo_keys(self) -> Path:
        """A demonstration signs with keys of its own."""
        return self.instance / "demo-keys"

    @property
    def fonts(self) -> Path:
        return self.instance / "fonts"

    @property
    def is_loopback(self) -> bool:
        """Whether nobody but this machine can follow the printed address."""
        return urlsplit(self.public_url).hostname in ("127.0.0.1", "localhost", "::1")

    @property
    def cookies_need_https(self) -> bool:
        wanted = self.public_url.startswith("https://") if self.secure_cookies == "auto" else None
        return wanted if wanted is not None else self.secure_cookies == "yes"
