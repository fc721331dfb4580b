"""Flask-Dance's part of the way to Microsoft: only who signs in by Microsoft pays for loading it."""

from typing import Any, Final

from flask import request
from flask_dance.consumer import OAuth2ConsumerBlueprint
from flask_dance.consumer.requests import OAuth2Session
from flask_dance.consumer.storage import MemoryStorage
from flask_dance.contrib.azure import make_azure_blueprint
from oauthlib.oauth2 import OAuth2Error
from requests import RequestException

from flow8.kit.outbound.tls import authorities
from flow8.services import microsoft
from web import asked

__all__ = ["OAuth2Error", "RequestException", "new_dance"]

SCOPE: Final = ("openid", "profile")
TIMEOUT_SECONDS: Final = 10


class Way(OAuth2Session):  # type: ignore[misc]  # Flask-Dance comes without types
    """Flask-Dance's own session with Microsoft, by the address that OAUTH2_REDIRECT_URI names."""

    @property
    def redirect_uri(self) -> str:
        """Where Microsoft sends browsers to, whatever address this request came to."""
        return asked.settings().oauth2_redirect_uri

    @redirect_uri.setter
    def redirect_uri(self, _value: str | None) -> None:
        """Flask-Dance would say the address of the request."""

    def fetch_token(self, token_url: str, **more: Any) -> Any:
        """The token for the code in this request's query."""
        # Microsoft grants more than was asked for, or less; OAuthlib would take that for an error.
        self.scope = None
        # OAuthlib wants HTTPS, where a proxy that ends TLS, or localhost, has us see HTTP.
        more["authorization_response"] = f"https://flow8/?{request.query_string.decode('latin-1')}"
        return super().fetch_token(token_url, include_client_id=True, timeout=TIMEOUT_SECONDS, **more)

    def request(self, method: str, url: str, **more: Any) -> Any:
        """Send nothing on to where an answer leads: it would take the client's secret along."""
        return super().request(method, url, **{**more, "allow_redirects": False, "verify": authorities()})


def new_dance() -> OAuth2ConsumerBlueprint:
    """A blueprint for this request alone."""
    settings = asked.settings()
    place = microsoft.place_of(settings)
    made = make_azure_blueprint(
        client_id=settings.oauth2_client_id,
        client_secret=microsoft.client_secret(asked.engine()),
        scope=list(SCOPE),
        session_class=Way,
        storage=MemoryStorage(),
    )
    made.authorization_url = f"{place}/oauth2/v2.0/authorize"
    made.token_url = f"{place}/oauth2/v2.0/token"
    made.use_pkce = True
    return made
