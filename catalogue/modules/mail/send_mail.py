"""Send mail.

Sends a mail through the company's mail component. Its Message-ID comes from the flowlet's key, so a mail that
is sent again can be recognised. A mail cannot be taken back: after a crash nobody sends it again by itself.
Refusals for good are not tried again; recipients whom the server refuses beside others stand in `refused`.
"""

from typing import Annotated, Any

from pydantic import BeforeValidator

from flow8.kit import Context, Effect, Example, Failed, Fields, Letter, MailAddress, OneLine, field, module

MOST_RECIPIENTS = 100
LONGEST_BODY = 1_000_000


def _listed(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


Addresses = Annotated[list[MailAddress], BeforeValidator(_listed)]


class Args(Fields):
    """The mail."""

    to: Addresses = field("Whom it is for: one address or a list.", min_length=1, max_length=MOST_RECIPIENTS)
    subject: OneLine = field("What it is about, in one line.", max_length=500)
    text: str = field("What it says, as plain text.", "", max_length=LONGEST_BODY)
    html: str | None = field(
        "The same as HTML, for those whose program shows it.", None, max_length=LONGEST_BODY
    )
    cc: Addresses = field("Who gets a copy.", factory=list, max_length=MOST_RECIPIENTS)
    bcc: Addresses = field(
        "Who gets a copy without anybody seeing it.", factory=list, max_length=MOST_RECIPIENTS
    )
    reply_to: Addresses = field("Where answers go to.", factory=list, max_length=10)


class Refused(Fields):
    """A recipient that the server did not take."""

    address: str = field("The address.")
    reason: str = field("What the server said.")


class Out(Fields):
    """The mail as the server took it."""

    message_id: str = field("Its Message-ID.")
    accepted: list[str] = field("The addresses that it goes to.")
    refused: list[Refused] = field("The addresses that it does not go to.")


@module(
    Example(
        "Tell somebody",
        {"to": "Ada <ada@example.com>", "subject": "Order 7", "text": "It was sent today."},
        {
            "messageId": "<01affa1d4d0b890e325d19cf674be7b60bb79179@example.com>",
            "accepted": ["ada@example.com"],
            "refused": [],
        },
    ),
    needs=("mail",),
    effect=Effect.IRREVERSIBLE,
)
def send_mail(args: Args, ctx: Context) -> Out:
    """Hand the mail over."""
    if not (args.text or args.html):
        raise Failed("The mail says nothing; give text or html", final=True, code="BAD_ARGS")
    letter = Letter(
        key=ctx.key,
        to=tuple(args.to),
        subject=args.subject,
        text=args.text,
        html=args.html,
        cc=tuple(args.cc),
        bcc=tuple(args.bcc),
        reply_to=tuple(args.reply_to),
    )
    posted = ctx.mail.send(letter, seconds=ctx.seconds_left())
    refused = [Refused(address=name, reason=why) for name, why in posted.refused.items()]
    return Out(message_id=posted.message_id, accepted=list(posted.accepted), refused=refused)
