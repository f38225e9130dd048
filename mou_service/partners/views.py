"""Pages of the register of partners: search, look, add, correct."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from mou_service.core.clock import now
from mou_service.web import navigation
from mou_service.web.addresses import inside, row_number
from mou_service.web.filters import in_language, language
from mou_service.web.routing import form_page, page, said, still_the_same

from . import authority_views, countries, forms, identifiers, institution, operations, permissions, queries, scripts
from .blueprint import bp
from .forms import NewPersonForm, OrganisationForm, PersonForm, PositionForm
from .models import Organisation, Person, Position

__all__ = ["authority_views", "bp"]

navigation.add(navigation.Entry(_l("Partners"), "partners.register", permissions.staff, order=30))
navigation.add(navigation.Entry(_l("My institution"), "partners.own", permissions.contact, order=30))
PAGE = 30


@bp.app_template_global("country_name")
def country_name(code: str, wanted: str | None = None) -> str:
    """A country or region in the wanted language, else in that of the page."""
    return countries.name(code, wanted or language())


@page(bp, "/partners", access=permissions.staff)
def register() -> ResponseReturnValue:
    """Every partner, found by any name in any script."""
    asked: dict[str, Any] = {name: request.args.get(name, "").strip() for name in ("q", "kind", "country")}
    after = request.args.get("after", type=row_number)
    found = queries.listed(
        g.actor, words=asked["q"], kind=asked["kind"], country=asked["country"], after=after, limit=PAGE + 1
    )
    following = found[PAGE - 1].id if len(found) > PAGE else None
    return render_template(
        "partners/register.html", organisations=found[:PAGE], asked=asked, kinds=forms.KINDS,
        next_url=url_for(".register", **asked, after=following) if following else None, first=after is None,
    )  # fmt: skip


@page(bp, "/partners/<ref>", about=queries.get, access=permissions.look)
def show(organisation: Organisation) -> ResponseReturnValue:
    """One organisation with its people."""
    return render_template(
        "partners/show.html", organisation=organisation, kinds=forms.KINDS, name_kinds=forms.NAME_KINDS,
        schemes=identifiers.SCHEMES, today=now().date(), languages_used=queries.languages_of(organisation),
        keeper=not permissions.keep(g.actor),
    )  # fmt: skip


@page(bp, "/partners/own", access=permissions.contact)
def own() -> ResponseReturnValue:
    """A partner's contact finds the own organisation without knowing its reference."""
    return redirect(url_for(".show", ref=queries.own_of(g.actor).ref))


def _prepare_new(form: OrganisationForm) -> dict[str, Any]:
    if request.method == "GET":
        form.start(None, _usual_languages())
        if name := request.args.get("name", "").strip():
            form.names.entries[0].form.text.data = name
    return {}


@form_page(bp, "/partners/new", access=permissions.keep, form=OrganisationForm, template="partners/edit.html",
           prepare=_prepare_new)  # fmt: skip
def add(form: OrganisationForm) -> ResponseReturnValue:
    organisation = operations.add_organisation(form.facts(), actor=g.actor)
    said(_("%(name)s is in the register.", name=in_language(organisation.called())))
    _hint(_written(organisation))
    return redirect(url_for(".show", ref=organisation.ref))


def _prepare_edit(form: OrganisationForm, organisation: Organisation) -> dict[str, Any]:
    if request.method == "GET":
        form.start(organisation, _usual_languages())
    return {"organisation": organisation}


@form_page(bp, "/partners/<ref>/edit", about=queries.get, access=permissions.keep, form=OrganisationForm,
           template="partners/edit.html", prepare=_prepare_edit)  # fmt: skip
def edit(organisation: Organisation, form: OrganisationForm) -> ResponseReturnValue:
    still_the_same(form.seen.data, organisation.row_version)
    operations.change_organisation(organisation, form.facts(), actor=g.actor)
    said(_("The register has the new facts. Texts that were drafted before keep their words."))
    _hint(_written(organisation))
    return redirect(url_for(".show", ref=organisation.ref))


def _prepare_person(form: NewPersonForm, organisation: Organisation) -> dict[str, Any]:
    if request.method == "GET":
        form.start(None, _languages_for(organisation))
    return {"organisation": organisation}


@form_page(bp, "/partners/<ref>/people/new", about=queries.get, access=permissions.keep, form=NewPersonForm,
           template="partners/person_new.html", prepare=_prepare_person)  # fmt: skip
def add_person(organisation: Organisation, form: NewPersonForm) -> ResponseReturnValue:
    person, _position = operations.add_person(
        form.facts(), actor=g.actor, organisation=organisation, position=form.position()
    )
    said(_("%(name)s is in the register.", name=in_language(person.called())))
    _hint(person.called().items())
    return redirect(_back(url_for(".show", ref=organisation.ref)))


def _prepare_person_edit(form: PersonForm, person: Person) -> dict[str, Any]:
    if request.method == "GET":
        form.start(person, _usual_languages())
    return {"person": person}


@form_page(bp, "/people/<ref>/edit", about=queries.person, access=permissions.keep, form=PersonForm,
           template="partners/person_edit.html", prepare=_prepare_person_edit)  # fmt: skip
def edit_person(person: Person, form: PersonForm) -> ResponseReturnValue:
    still_the_same(form.seen.data, person.row_version)
    operations.change_person(person, form.facts(), actor=g.actor)
    said(_("The register has the new facts. Texts that were drafted before keep their words."))
    _hint(person.called().items())
    return redirect(url_for(".show", ref=person.positions[0].organisation.ref))


def _another_post(ref: str, person: str) -> tuple[Organisation, Person]:
    return queries.get(ref), queries.person(person)


def _prepare_post(form: PositionForm, post: tuple[Organisation, Person]) -> dict[str, Any]:
    organisation, person = post
    if request.method == "GET":
        form.start(None, _languages_for(organisation))
    return {"organisation": organisation, "person": person}


@form_page(bp, "/partners/<ref>/people/<person>/positions/new", about=_another_post, access=permissions.keep,
           form=PositionForm, template="partners/position.html", prepare=_prepare_post)  # fmt: skip
def add_position(post: tuple[Organisation, Person], form: PositionForm) -> ResponseReturnValue:
    organisation, person = post
    operations.add_position(person, organisation, form.position(), actor=g.actor)
    said(_("The post is in the register."))
    return redirect(url_for(".show", ref=organisation.ref))


def _prepare_position(form: PositionForm, position: Position) -> dict[str, Any]:
    if request.method == "GET":
        form.start(position, _languages_for(position.organisation))
    return {"position": position, "organisation": position.organisation, "person": position.person}


@form_page(bp, "/positions/<int:number>/edit", about=queries.position, access=permissions.keep, form=PositionForm,
           template="partners/position.html", prepare=_prepare_position)  # fmt: skip
def edit_position(position: Position, form: PositionForm) -> ResponseReturnValue:
    operations.change_position(position, form.position(), actor=g.actor)
    said(_("The register has the new facts. Texts that were drafted before keep their words."))
    return redirect(url_for(".show", ref=position.organisation.ref))


def _usual_languages() -> list[str]:
    return list(institution.ours().languages) if institution.is_set_up() else ["zh", "en"]


def _languages_for(organisation: Organisation) -> list[str]:
    return list(dict.fromkeys([*_usual_languages(), *queries.languages_of(organisation)]))


def _written(organisation: Organisation) -> list[tuple[str, str]]:
    """The names that are written in the script of their language; acronyms and the like are often Latin everywhere."""
    return [(name.language, name.text) for name in organisation.names if name.kind in ("legal", "official_foreign")]


def _hint(names: Iterable[tuple[str, str]]) -> None:
    """A name whose letters are not those of its language is kept and pointed at."""
    if hint := scripts.hint(names):
        flash(hint, "waiting")


def _back(otherwise: str) -> str:
    """Where the person came from, when that was a page of this service that asked to be come back to."""
    return inside(request.args.get("next"), otherwise)
