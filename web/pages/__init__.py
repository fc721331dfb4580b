"""The plain pages: rendered here, no script needed. They stand in where the UI's bundle is not there."""

from flask import Flask

from web.pages import assets, docs, flows, microsoft, plays, screens, shown, sign_in, ui


def register(app: Flask) -> None:
    """Put the pages into `app`."""
    shown.register(app)
    for bp in (assets.bp, docs.bp, flows.bp, plays.bp, sign_in.bp, microsoft.bp, screens.bp, ui.bp):
        app.register_blueprint(bp)
