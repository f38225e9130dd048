"""What the register knows of a text: titles, parties, signatories and term follow the form."""

from __future__ import annotations

from mou_service.agreements.models import Agreement, Party, Signatory, Term
from mou_service.core.search import folded

from . import plan
from .plan import Plan, Side


def write(agreement: Agreement, wish: Plan) -> None:
    """Titles, parties, signatories and term follow the form."""
    agreement.titles, agreement.purpose = dict(wish.titles), wish.purpose
    for rank, (side, own) in enumerate(((wish.own, True), (wish.partner, False))):
        _write_party(agreement, side, own=own, rank=rank)
    _write_term(agreement, wish)
    names = [text for side in (wish.own, wish.partner) for text in side.organisation.search_text.split("|") if text]
    agreement.search_text = "|".join([folded(agreement.ref), *map(folded, wish.titles.values()), *names])


def _write_party(agreement: Agreement, side: Side, *, own: bool, rank: int) -> None:
    party = next((p for p in agreement.parties if p.organisation is side.organisation), None)
    if party is None:
        party = Party(organisation=side.organisation, own=own, rank=rank)
        agreement.parties.append(party)
    known = {signatory.position_id: signatory for signatory in party.signatories}
    named = []
    for place, (position, as_shown) in enumerate(side.signatories):
        signatory = known.get(position.id) or Signatory(position=position, as_shown=dict(as_shown))
        signatory.rank = place
        named.append(signatory)
    party.signatories = named


def _write_term(agreement: Agreement, wish: Plan) -> None:
    found = plan.duration(wish.answers)
    if found is None:
        agreement.term = None
        return
    term = agreement.term or Term(months=found.months)
    term.months, term.renewal, term.notice_months = found.months, found.renewal, found.notice_months
    term.begins_on, term.ends_on = found.begins_on, found.ends_on
    agreement.term = term
