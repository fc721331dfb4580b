"""Send mail: what it hands over, and what nobody may smuggle into it."""

from typing import Any

import pytest

from catalogue.modules.mail.send_mail import send_mail
from flow8.kit import Effect, Failed, Letter
from flow8.kit.binding import bind
from flow8.kit.mail import address_of
from flow8.kit.testing import FakeContext

GOOD = {"to": "ada@example.com", "subject": "Hello", "text": "Hello."}


def test_everything_of_the_mail_is_handed_over_under_the_key_of_the_flowlet() -> None:
    context = FakeContext(key="play/mail#3")
    args = {
        "to": ["Ada <ada@example.com>", "bob@example.com"],
        "subject": "Größe",
        "html": "<b>x</b>",
        "cc": "cy@example.com",
        "bcc": ["dee@example.com"],
        "replyTo": "desk@example.com",
    }

    out = send_mail.run(bind(send_mail, args), context)

    assert context.mail.sent == [
        Letter(
            key="play/mail#3",
            to=("Ada <ada@example.com>", "bob@example.com"),
            subject="Größe",
            html="<b>x</b>",
            cc=("cy@example.com",),
            bcc=("dee@example.com",),
            reply_to=("desk@example.com",),
        )
    ]
    assert out.model_dump()["accepted"] == [
        "ada@example.com",
        "bob@example.com",
        "cy@example.com",
        "dee@example.com",
    ]


@pytest.mark.parametrize(
    "wrong",
    [
        {"subject": "Hello\r\nBcc: eve@example.com"},
        {"subject": "Hello\u2028"},
        {"to": "ada@example.com\nBcc: eve@example.com"},
        {"to": "ada@example.com, eve@example.com"},
        {"to": "Ada\r\n <ada@example.com>"},
        {"to": "nobody"},
        {"to": "a b@example.com"},
        {"to": "ada@exam ple.com"},
        {"to": "ada@-example.com>"},
        {"to": []},
        {"to": [f"a{n}@example.com" for n in range(101)]},
        {"cc": "<script>"},
        {"replyTo": "x@y\x00"},
    ],
)
def test_what_is_no_address_and_what_breaks_a_line_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(Failed) as refused:
        bind(send_mail, {**GOOD, **wrong})

    assert (refused.value.code, refused.value.final) == ("BAD_ARGS", True)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("ada@example.com", "ada@example.com"),
        (" Ada Lovelace  <ada@example.com> ", "Ada Lovelace <ada@example.com>"),
        ("<ada@example.com>", "ada@example.com"),
        ('"Lovelace, \\"Ada\\"" <a.l+x@example.com>', '"Lovelace, \\"Ada\\"" <a.l+x@example.com>'),
    ],
)
def test_an_address_may_have_a_name(text: str, shown: str) -> None:
    assert str(address_of(text)) == shown


def test_a_domain_in_another_script_is_sent_in_ascii() -> None:
    context = FakeContext()

    out = send_mail.run(bind(send_mail, {**GOOD, "to": "ada@bücher.example"}), context)

    assert out.model_dump()["accepted"] == ["ada@xn--bcher-kva.example"]


def test_a_mail_that_says_nothing_is_not_sent() -> None:
    context = FakeContext()

    with pytest.raises(Failed, match="says nothing"):
        send_mail.run(bind(send_mail, {**GOOD, "text": ""}), context)
    assert context.mail.sent == []


def test_a_mail_cannot_be_taken_back() -> None:
    assert send_mail.effect is Effect.IRREVERSIBLE
    assert send_mail.needs == ("mail",)
