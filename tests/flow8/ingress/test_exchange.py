"""What goes through a channel."""

from flow8.ingress import SESSION_COOKIE
from tests.support.channels import an_inbound
from web.auth import cookie


def test_the_cookie_kept_from_flows_is_the_one_that_signs_people_in() -> None:
    assert SESSION_COOKIE == cookie.NAME


def test_a_request_gets_its_body_when_that_is_read() -> None:
    head = an_inbound(query="a=1")

    whole = head.with_body(b"{}")

    assert (head.body, whole.body, whole.query, whole.headers) == (b"", b"{}", "a=1", head.headers)
