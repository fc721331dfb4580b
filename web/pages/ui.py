"""The web UI: its files, and the one page that they fill. Without its bundle the plain pages stand in."""

import functools
import json
from collections.abc import Callable, Sequence
from http import HTTPStatus
from typing import Any, Final

from flask import Blueprint, Response, current_app, make_response, render_template, request

from flow8.domain.access import Right
from flow8.errors import NotFound
from flow8.ids import new_secret
from flow8.services import approvals, companies, sign_in
from web import asked, headers
from web.bundle import Bundle, File
from web.policy import public
from web.present import people as present

KEPT: Final = "flow8.bundle"
FOR_EVER: Final = "public, max-age=31536000, immutable"
NONCE_BYTES: Final = 16

bp = Blueprint("ui", __name__)

View = Callable[..., Any]


@bp.get("/ui/<version>/<name>")
@public
def get_file(version: str, name: str) -> Response:
    """One file of the bundle, compressed as the browser likes it."""
    found = _bundle()
    if found is None or version != found.version or name not in found.files:
        raise NotFound("There is no such file; load the page again.")
    return _sent(found.files[name])


def _sent(file: File) -> Response:
    encoding = request.accept_encodings.best_match([*file.packed, "identity"], "identity")
    answer = Response(file.packed.get(encoding, file.plain), HTTPStatus.OK, mimetype=file.type)
    if encoding in file.packed:
        answer.headers["Content-Encoding"] = encoding
    answer.headers["Cache-Control"] = FOR_EVER
    answer.headers["Vary"] = "Accept-Encoding"
    return answer


def in_the_ui(view: View) -> View:
    """Answer with the UI where its bundle is there; the view itself is the plain page for when it is not."""

    @functools.wraps(view)
    def shown(*args: Any, **named: Any) -> Any:
        found = _bundle()
        return view(*args, **named) if found is None else ui_page(found)

    return shown


def ui_page(found: Bundle) -> Response:
    """The page that the UI fills, with all that it has to know at once."""
    nonce = new_secret(NONCE_BYTES)
    answer = make_response(render_template("ui.html", bundle=found, nonce=nonce, boot=_boot(found)))
    headers.allow(answer, nonce)
    return answer


def _boot(found: Bundle) -> str:
    """JSON that may stand inside a page: no text in it can end its element."""
    mine = companies.my_companies(asked.engine(), asked.actor())
    me = sign_in.who_am_i(asked.engine(), asked.actor())
    told = {
        "me": {**me, "companies": [present.company(*each) for each in mine]},
        "waiting": _waiting([*me["rights"], *me["grantedSomewhere"]]),
        "microsoft": asked.settings().oauth2_client_id is not None,
        "publicUrl": asked.settings().public_url,
        "stale": found.is_stale,
        "live": "gunicorn.socket" in request.environ,
    }
    return json.dumps(told).replace("<", "\\u003c").replace("&", "\\u0026")


def _waiting(rights: Sequence[str]) -> int:
    """How many plays wait for the decision of whoever asks, so that the first screen need not ask for it."""
    return approvals.count_waiting(asked.engine(), asked.actor()) if Right.APPROVE.value in rights else 0


def is_there() -> bool:
    """Whether the UI is there to be used."""
    return _bundle() is not None


def _bundle() -> Bundle | None:
    found: Bundle | None = current_app.extensions[KEPT]
    return found
