"""Puts the front together."""

from typing import Final

from flow8.engine.engine import Engine
from flow8.ingress.request_log import RequestLog
from flow8.services.health import Lookout
from web import access_log, api, channels, errors, headers, health, hosts, pages, patience
from web.auth import dance, who
from web.bundle import Bundle
from web.front import Front
from web.live import Sockets
from web.pages import ui

MIB: Final = 1024 * 1024


def create_app(engine: Engine, bundle: Bundle | None = None) -> Front:
    """The front over an engine, with the web UI if its bundle is there; nothing is kept between requests."""
    app = all_views()
    stand_over(app, engine, bundle)
    return app


def stand_over(app: Front, engine: Engine, bundle: Bundle | None = None) -> None:
    """Let the front answer from this engine, and from no other that it stood over before."""
    app.extensions["flow8"] = engine
    app.extensions["flow8.channel_requests"] = RequestLog(engine.store.channel_requests, "front")
    app.extensions["flow8.sockets"] = Sockets()
    app.extensions[health.LOOKOUT] = Lookout(engine, "web")
    app.extensions[ui.KEPT] = bundle
    app.config["MAX_CONTENT_LENGTH"] = engine.settings.max_request_size_mb * MIB
    dance.prepare(app, engine.settings)


def all_views() -> Front:
    """A front with every view and every rule about them, over no engine yet. It takes a fifth of a second."""
    app = Front("web", static_folder=None, template_folder="pages/templates")
    app.config.update(PROPAGATE_EXCEPTIONS=False, PROVIDE_AUTOMATIC_OPTIONS=False)
    # One path, one spelling: nothing is redirected to it before anybody asked who comes.
    app.url_map.merge_slashes = False
    app.url_map.redirect_defaults = False
    access_log.register(app)
    headers.register(app)
    errors.register(app)
    patience.register(app)
    hosts.register(app)
    who.register(app)
    dance.register(app)
    app.register_blueprint(health.bp)
    app.register_blueprint(channels.bp)
    api.register(app)
    pages.register(app)
    return app
