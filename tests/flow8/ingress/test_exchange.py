"""What goes through a channel."""

from flow8.ingress import SESSION_COOKIE, TRIP_COOKIE
from tests.support.channels import an_inbound
from web.auth import cookie


def test_the_cookies_kept_from_flows_are_those_that_sign_people_in() -> None:
    assert (SESSION_COOKIE, TRIP_COOKIE) == (cookie.NAME, cookie.TRIP)


def test_a_request_gets_its_body_when_that_is_read() -> None:
    head = an_inbound(query="a=1")

    whole = head.with_body(b"{}")

    assert (head.body, whole.body, whole.query, whole.headers) == (b"", b"{}", "a=1", head.headers)
