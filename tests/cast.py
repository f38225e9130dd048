"""The cast: one person for each role, always the same, and the institutions they belong to.

`people()` makes them through the real operations; `sign_in(client, "drafter")` puts a real session cookie into the
client without computing a password hash each time.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from argon2 import PasswordHasher
from flask.testing import FlaskClient

from mou_service.accounts import operations as accounts
from mou_service.accounts import sign_ins
from mou_service.accounts.models import User
from mou_service.accounts.roles import Role
from mou_service.core.actors import SERVICE, STRANGER, Actor
from mou_service.core.clock import now
from mou_service.core.db import db
from mou_service.partners import founding
from mou_service.partners import operations as partners
from mou_service.partners.models import ONLY, Institution, Organisation, Position
from tests import snapshots

#: What everybody in the cast signs in with.
PASSWORD = "four unrelated words 7"

#: key → (name, e-mail, language, role). The outsider is the contact of an institution no agreement is with.
CAST = {
    "administrator": ("Wei Adams", "administrator@sspu.example", "en", Role.ADMINISTRATOR),
    "drafter": ("Zhou Dan", "drafter@sspu.example", "zh", Role.DRAFTER),
    "reviewer": ("Rita Ren", "reviewer@sspu.example", "en", Role.REVIEWER),
    "leader": ("Lin Li", "leader@sspu.example", "zh", Role.LEADER),
    "organiser": ("Omar Ouyang", "organiser@sspu.example", "en", Role.ORGANISER),
    "archivist": ("Ana Ai", "archivist@sspu.example", "en", Role.ARCHIVIST),
    "auditor": ("Ulla Wu", "auditor@sspu.example", "en", Role.AUDITOR),
    "signatory": ("Sana Sun", "signatory@sspu.example", "en", Role.SIGNATORY),
    "partner": ("Petar Petrov", "partner@ruse.example", "en", Role.PARTNER),
    "outsider": ("Odile Ott", "outsider@elsewhere.example", "en", Role.PARTNER),
}


@dataclass(frozen=True)
class Cast:
    """Everybody a story needs: the institution, the partner of its agreements, and another one."""

    #: Numbers: a request and a worker's run end the session, and with it every object of before.
    organisation_ids: dict[str, int]
    user_ids: dict[str, int]
    position_ids: dict[str, int]
    #: Plain data: it outlives the session.
    actors: dict[str, Actor]

    def __getitem__(self, key: str) -> User:
        return db.session.get_one(User, self.user_ids[key])

    def actor(self, key: str) -> Actor:
        """The person as the one who acts; also "service" and "stranger"."""
        return {"service": SERVICE, "stranger": STRANGER}.get(key) or self.actors[key]

    @property
    def institution(self) -> Institution:
        return db.session.get_one(Institution, ONLY)

    @property
    def ours(self) -> Organisation:
        return self.institution.organisation

    @property
    def partner(self) -> Organisation:
        return db.session.get_one(Organisation, self.organisation_ids["partner"])

    @property
    def other(self) -> Organisation:
        return db.session.get_one(Organisation, self.organisation_ids["other"])

    @property
    def positions(self) -> dict[str, Position]:
        """Posts by the name of the person in English."""
        return {name: db.session.get_one(Position, number) for name, number in self.position_ids.items()}


def people(*, demonstration: bool = True) -> Cast:
    """Make the institution, two partners, everybody who signs in, and the people who sign; commits."""
    return snapshots.once(("people", demonstration), lambda: _people(demonstration=demonstration))


def _people(*, demonstration: bool) -> Cast:
    institution = founding.found(
        founding.InstitutionFacts(
            names={"zh": "上海第二工业大学", "en": "Shanghai Polytechnic University"},
            acronym="SSPU", kind="university", country="CN", time_zone="Asia/Shanghai", demonstration=demonstration,
        )
    )  # fmt: skip
    ruse = _organisation("BG", en="University of Ruse", bg="Русенски университет „Ангел Кънчев“", zh="鲁塞大学")
    other = _organisation("FR", en="University of Elsewhere", fr="Université d’Ailleurs")
    positions = {
        "Xie Huaqing": _position(institution.organisation, {"en": "Xie Huaqing", "zh": "谢华清"}, {"en": "President", "zh": "校长"}),
        "Lu Min": _position(
            institution.organisation, {"en": "Lu Min", "zh": "陆敏"},
            {"en": "Secretary of the Party Committee", "zh": "党委书记"}, signs=False,
        ),
        "Galina Ivanova": _position(
            ruse, {"en": "Galina Ivanova", "bg": "Галина Иванова", "zh": "加林娜·伊万诺娃"},
            {"en": "Vice Rector", "zh": "副校长", "bg": "зам.-ректор"}, email="galina@ruse.example",
        ),
    }  # fmt: skip
    users = {key: _user(key, {"partner": ruse.id, "outsider": other.id}.get(key)) for key in CAST}
    db.session.commit()
    return Cast(
        organisation_ids={"partner": ruse.id, "other": other.id},
        user_ids={key: user.id for key, user in users.items()},
        position_ids={name: position.id for name, position in positions.items()},
        actors={key: user.actor() for key, user in users.items()},
    )


def sign_in(client: FlaskClient, key: str, *, fresh: bool = True) -> User:
    """Give the client the session of somebody in the cast, or of nobody ("stranger")."""
    with client.session_transaction() as session:
        session.clear()
    if key == "stranger":
        return User()
    user = accounts.queries.by_email(CAST[key][1])
    assert user is not None, f"call people() before signing in as {key}"
    begun, secret = sign_ins.begin(user, address="127.0.0.1", device="")
    begun.fresh_at = now() if fresh else now() - timedelta(days=1)
    db.session.commit()
    with client.session_transaction() as session:
        session.update(_user_id=secret, _fresh=True)
    return user


@cache
def _password_hash() -> str:
    """As cheap as the library allows, and made once: the first real sign-in replaces it."""
    return PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)


def _user(key: str, organisation_id: int | None) -> User:
    name, email, language, role = CAST[key]
    user = accounts.invite(
        name=name, email=email, language=language, roles=[role.value], actor=SERVICE, organisation_id=organisation_id
    )
    user.password_hash = _password_hash()
    return user


def _organisation(country: str, **names: str) -> Organisation:
    return partners.add_organisation(
        partners.OrganisationFacts(
            kind="university",
            country=country,
            names=[partners.Name(language, text) for language, text in names.items()],
        ),
        actor=SERVICE,
    )


def _position(
    organisation: Organisation, names: dict[str, str], titles: dict[str, str], *, signs: bool = True, email: str = ""
) -> Position:
    _person, position = partners.add_person(
        partners.PersonFacts(
            names=[partners.Called(language, text) for language, text in names.items()],
            email=email or f"{names['en'].split()[0].lower()}@sspu.example",
        ),
        actor=SERVICE,
        organisation=organisation,
        position=partners.PositionFacts(
            titles=titles, signs=signs, authority="Statutes" if signs else "", starts=date(2020, 1, 1)
        ),
    )
    return position
