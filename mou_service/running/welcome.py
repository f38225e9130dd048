"""What the person who types `make run` reads."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table

from mou_service.accounts import demonstration, queries
from mou_service.accounts.roles import LABELS, Role
from mou_service.partners import set_up
from mou_service.partners.institution import is_set_up
from mou_service.settings import Settings


def greet(settings: Settings) -> None:
    """The address, and the way in."""
    console = Console(highlight=False)
    address = f"http://{settings.host}:{settings.port}"
    if not is_set_up():
        console.print(f"\nOpen [bold]{set_up.address(settings)}[/bold] and say whose service this is.", soft_wrap=True)
        console.print(f"The set-up code is [bold]{set_up.code(settings)}[/bold]\n")
        return
    console.print(f"\nOpen [bold]{address}[/bold]", soft_wrap=True)
    users = queries.demonstration() if settings.demo else []
    if users:
        console.print(
            "\nThis is a demonstration: these accounts and everything made with them are marked as such.\n"
            f"Everybody's password is [bold]{demonstration.PASSWORD}[/bold]\n"
        )
        table = Table(box=None, pad_edge=False, show_header=False)
        for user in users:
            table.add_row(user.email, ", ".join(str(LABELS[Role(role)]) for role in sorted(user.roles)))
        console.print(table)
    kept = f" Everything is kept in {settings.instance}." if settings.database.startswith("sqlite") else ""
    console.print(f"\nStop with Ctrl+C.{kept}\n", soft_wrap=True)
