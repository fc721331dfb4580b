"""Somebody who signs in by Microsoft: a browser of the test client that goes there and comes back."""

from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.support.microsoft import Microsoft
from tests.support.web import ADDRESS

HTML = {"Accept": "text/html"}
BEGIN = "/api/v1/auth/microsoft"


@dataclass
class Traveller:
    """A browser, and the Microsoft that it is sent to."""

    client: FlaskClient
    microsoft: Microsoft

    def go(self, back: str = "/") -> TestResponse:
        """Follow the link on the sign-in page."""
        return self.client.get(f"{BEGIN}?back={quote(back, safe='')}", base_url=ADDRESS, headers=HTML)

    def sent_back_to(self, back: str = "/") -> str:
        """Go to Microsoft and sign in there; the address that one is sent back to."""
        return self.microsoft.visit(self.go(back).headers["Location"])

    def come_back(self, address: str) -> TestResponse:
        """Follow an address of ours that Microsoft sent."""
        parts = urlsplit(address)
        return self.client.get(f"{parts.path}?{parts.query}", base_url=ADDRESS, headers=HTML)

    def sign_in(self, back: str = "/") -> TestResponse:
        """The whole way."""
        return self.come_back(self.sent_back_to(back))

    def trip(self) -> str:
        """The cookie of the trip."""
        cookie = self.client.get_cookie("sso", path="/auth/callback")
        assert cookie is not None
        return cookie.value

    def is_signed_in(self) -> bool:
        """Whether pages are shown to this browser."""
        return self.client.get("/plays", base_url=ADDRESS, headers=HTML).status_code == 200
