"""The way to Microsoft and back, as Flask-Dance's azure blueprint goes it: PKCE, state, and code for token.

Flask-Dance keeps what belongs to one sign-in in the blueprint itself (the challenge and the verifier, its
OAuth session), where two people at once would meet, and it would run hooks before every request. So each
request has a blueprint of its own, which is never registered; our views call its two.
"""

import logging
from types import ModuleType
from typing import Any, Final
from urllib.parse import quote, urlsplit

from flask import Flask, Request, current_app, request
from flask import session as notes
from flask.sessions import SessionInterface, SessionMixin
from werkzeug.wrappers import Response

from config.rules import CALLBACK
from config.settings import Settings
from flow8.errors import Unauthorized, Unavailable
from flow8.ids import new_secret
from flow8.services import microsoft, trips
from flow8.services.microsoft import Visit
from flow8.services.sessions import SignedIn
from flow8.store.trips import Trip
from web import asked
from web.auth import cookie

BEGIN: Final = "/api/v1/auth/microsoft"
END: Final = CALLBACK
"""Our two paths."""
STATE: Final = "azure_oauth_state"
VERIFIER: Final = "azure_oauth_code_verifier"
"""Where Flask-Dance keeps both in Flask's session."""
LONGEST_WORD: Final = 300
KEYS: Final = "microsoft_keys"

log = logging.getLogger("auth")


class Notes(dict[str, Any], SessionMixin):
    """Flask's session, for Flask-Dance alone."""


class OneRequest(SessionInterface):
    """Flask's session lives for one request: what has to outlive it is a trip."""

    def open_session(self, app: Flask, request: Request) -> Notes:  # noqa: ARG002 - Flask's signature
        """A new one."""
        return Notes()

    def save_session(self, app: Flask, session: SessionMixin, response: Any) -> None:
        """Keep nothing of it."""


def register(app: Flask) -> None:
    """Keep nothing of a session of Flask's in `app`."""
    app.session_interface = OneRequest()


def prepare(app: Flask, settings: Settings) -> None:
    """Let people sign in to `app` by Microsoft, if OAUTH2_CLIENT_ID says so."""
    app.extensions[KEYS] = microsoft.keys_of(settings)
    if settings.oauth2_client_id is None:
        return
    _way()
    if not settings.oauth2_tenants:
        log.warning("sign-in by Microsoft lets nobody in; set OAUTH2_TENANTS to the id of your tenant")


def _way() -> ModuleType:
    from web.auth import way  # noqa: PLC0415 - it takes 7 MB and a tenth of a second, which most never need

    return way


def is_on() -> bool:
    """Whether people may sign in by Microsoft."""
    return asked.settings().oauth2_client_id is not None


def address(back: str) -> str | None:
    """Where it begins: at the host that it ends at, for cookies belong to one host. None when it is off."""
    if not is_on():
        return None
    parts = urlsplit(asked.settings().oauth2_redirect_uri)
    before = parts.path.removesuffix(END)
    return f"{parts.scheme}://{parts.netloc}{before}{BEGIN}?back={quote(back, safe='')}"


def go(back: str) -> Response:
    """Send the browser to Microsoft, with the cookie of its trip.

    Raises:
        TooMany: TOO_MANY_TRIES, from this address.
    """
    dance, nonce = _way().new_dance(), new_secret()
    # Whoever was refused could not choose another account otherwise.
    dance.authorization_url_params = {
        "nonce": nonce,
        "response_mode": "query",
        "prompt": "select_account",
    }
    answer: Response = dance.login()
    kept = trips.begin(
        asked.engine(),
        state=notes[STATE],
        nonce=nonce,
        verifier=notes[VERIFIER],
        back=back,
        sid=cookie.sid(),
        ip=asked.ip(),
    )
    cookie.give_trip(answer, kept, trips.LIFE.total_seconds())
    return answer


def trip() -> Trip | None:
    """The trip that ends here; None when this browser began none, or came back with another's state."""
    text = cookie.trip()
    state = request.args.get("state", "")
    return None if text is None or not state else trips.end(asked.engine(), text, state)


def come_back(ended: Trip) -> SignedIn:
    """A session for whoever Microsoft says that this is.

    Raises:
        Unauthorized: MICROSOFT_REFUSED; the log has the reason.
        Unavailable: Microsoft does not answer.
    """
    visit = Visit(**asked.who())
    error = request.args.get("error")
    if error is not None:
        raise _refusal(f"error={error} {request.args.get('error_description', '')}", visit)
    token = _token(ended, visit)
    keys = current_app.extensions[KEYS]
    return microsoft.sign_in(asked.engine(), keys, ended, token, visit)


def _token(ended: Trip, visit: Visit) -> str:
    """The ID token; whatever else Microsoft gives is forgotten with this request."""
    notes.update({STATE: ended.state, VERIFIER: ended.verifier})
    way = _way()
    dance = way.new_dance()
    try:
        dance.authorized()
    except way.OAuth2Error as error:
        raise _refusal(f"code_refused {error.error} {error.description or ''}", visit) from error
    except way.RequestException as error:
        log.warning("Microsoft does not answer: %s", type(error).__name__)
        raise Unavailable("Microsoft does not answer right now; try again in a moment.") from error
    found = (dance.storage.token or {}).get("id_token")
    if not isinstance(found, str):
        raise _refusal("token_missing", visit)
    return found


def _refusal(reason: str, visit: Visit) -> Unauthorized:
    return microsoft.refusal(asked.engine(), reason[:LONGEST_WORD].strip(), visit)
