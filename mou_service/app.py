"""Puts the service together."""

from __future__ import annotations

from flask import Flask, g, request
from flask_babel import Babel

from mou_service import engines, reactions
from mou_service.accounts import jobs as accounts_jobs  # noqa: F401  (registers its handlers)
from mou_service.accounts import sessions
from mou_service.accounts import views as accounts
from mou_service.agreements import queries as agreement_queries
from mou_service.agreements import views as agreements
from mou_service.archive import commands as archive_commands
from mou_service.archive import jobs as archive_jobs  # noqa: F401  (registers its handlers)
from mou_service.archive import views as archive
from mou_service.ceremonies import jobs as ceremonies_jobs  # noqa: F401
from mou_service.ceremonies import views as ceremonies
from mou_service.cli import mou
from mou_service.core import db as database
from mou_service.core import events
from mou_service.core.db import db
from mou_service.demo import commands as demo_commands
from mou_service.drafting import commands as drafting_commands
from mou_service.drafting import jobs as drafting_jobs  # noqa: F401
from mou_service.drafting import views as drafting
from mou_service.keyring import commands as keyring_commands
from mou_service.keyring import jobs as keyring_jobs  # noqa: F401
from mou_service.keyring import views as keyring
from mou_service.library import act_views as library_acts  # noqa: F401  (brings its pages)
from mou_service.library import clause_act_views as clause_acts  # noqa: F401  (brings its pages)
from mou_service.library import views as library
from mou_service.notifications import jobs as notifications_jobs  # noqa: F401
from mou_service.notifications import recipients
from mou_service.notifications import views as notifications
from mou_service.partners import authority_forms, institution, set_up
from mou_service.partners import commands as partners_commands
from mou_service.partners import views as partners
from mou_service.review import jobs as review_jobs  # noqa: F401
from mou_service.review import views as review
from mou_service.running import commands as running_commands
from mou_service.running import start
from mou_service.running.corpus import commands as corpus_commands
from mou_service.settings import ROOT, Settings
from mou_service.signing import jobs as signing_jobs  # noqa: F401
from mou_service.signing import views as signing
from mou_service.web import catalogues, errors, filters, languages, layout, patterns, security
from mou_service.web import pages as web
from mou_service.web.addresses import RowNumber

BLUEPRINTS = (
    web.bp,
    patterns.bp,
    set_up.bp,
    accounts.bp,
    partners.bp,
    keyring.bp,
    agreements.bp,
    library.bp,
    drafting.bp,
    review.bp,
    signing.bp,
    ceremonies.bp,
    archive.bp,
    notifications.bp,
)

#: Packages whose views say more to the application than their routes.
REGISTERED = (institution, set_up, drafting, review, archive)
COMMANDS = (
    *running_commands.COMMANDS,
    *corpus_commands.COMMANDS,
    *start.COMMANDS,
    *demo_commands.COMMANDS,
    *partners_commands.COMMANDS,
    *keyring_commands.COMMANDS,
    *drafting_commands.COMMANDS,
    *archive_commands.COMMANDS,
)


def create_app(settings: Settings | None = None, *, with_engines: engines.Engines | None = None) -> Flask:
    """The application; `with_engines` replaces those the settings ask for, in tests."""
    settings = settings or Settings()
    settings.instance.mkdir(parents=True, exist_ok=True)
    app = Flask("mou_service", instance_path=str(settings.instance), template_folder=str(ROOT / "templates"))
    app.extensions["engines"] = with_engines or engines.from_settings(settings)
    app.config["SECRET_KEY"] = sessions.session_key(settings)
    db.open(settings.database)
    app.before_request(_begin)
    app.teardown_appcontext(lambda _error: db.end())
    sessions.register(app)  # before the protection against forgery, whose page names who is signed in
    security.register(app, settings)
    catalogues.compile_where_stale()
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(catalogues.FOLDER)
    Babel(app, locale_selector=languages.chosen)
    errors.register(app)
    filters.register(app)
    layout.register(app)
    for feature in REGISTERED:
        feature.register(app)
    app.before_request(security.refuse_nul)  # after the actor is known, whose page says so
    events.REACTIONS.clear()
    events.REACTIONS.update(reactions.REACTIONS)
    recipients.DOWNLOADS[:] = [reactions.download_link]
    authority_forms.AGREEMENTS[:] = [agreement_queries.exists]
    app.url_map.converters["int"] = RowNumber
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    for command in COMMANDS:
        mou.add_command(command)
    app.cli.add_command(mou)
    return app


def _begin() -> None:
    """A request that only looks does not queue behind writers, and finds nothing of the request before it."""
    db.end()
    database.read_only(request.method in ("GET", "HEAD"))
    g.time_zone = None
