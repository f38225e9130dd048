"""`flask mou …`: what is done from a terminal; each feature adds its own commands.py."""

import click
from flask.cli import AppGroup

from mou_service import migrations
from mou_service.core.db import db
from mou_service.core.errors import Invalid, MouError, Refused


class Group(AppGroup):
    """Makes the tables when there are none yet; turns the errors a caller is expected to handle into a sentence."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            if migrations.is_untouched():
                migrations.upgrade()
            return super().invoke(ctx)
        except Refused as error:
            raise click.ClickException(" ".join(str(r) for r in error.reasons)) from error
        except Invalid as error:
            raise click.ClickException(
                "; ".join(f"{k}: {v}" if k else str(v) for k, v in error.fields.items())
            ) from error
        except MouError as error:
            raise click.ClickException(str(error) or type(error).__name__) from error
        finally:
            db.end()


mou = Group("mou", help="The memorandum service.")
