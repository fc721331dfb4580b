"""The plain pages: rendered here, no script needed. They stay when the full UI comes, as the way out."""

from flask import Flask

from web.pages import assets, flows, microsoft, plays, shown, sign_in


def register(app: Flask) -> None:
    """Put the pages into `app`."""
    shown.register(app)
    for bp in (assets.bp, flows.bp, plays.bp, sign_in.bp, microsoft.bp):
        app.register_blueprint(bp)
