"""Signed requests as senders make them."""

import hashlib
import hmac
import time

SECRET = "a-secret-of-the-tests"


def digest(secret: str, text: bytes) -> str:
    """HMAC-SHA256 in hex."""
    return hmac.new(secret.encode(), text, hashlib.sha256).hexdigest()


def signed(sender: str, body: bytes, secret: str = SECRET, at: float | None = None) -> dict[str, str]:
    """The headers with which a sender signs a body."""
    stamp = str(int(time.time() if at is None else at))
    if sender == "github":
        return {"X-Hub-Signature-256": f"sha256={digest(secret, body)}"}
    if sender == "stripe":
        made = digest(secret, f"{stamp}.".encode() + body)
        return {"Stripe-Signature": f"t={stamp},v1={'0' * 64},v1={made},v0={'1' * 64}"}
    if sender == "slack":
        made = digest(secret, f"v0:{stamp}:".encode() + body)
        return {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={made}"}
    made = digest(secret, f"{stamp}.".encode() + body)
    return {"X-Flow8-Timestamp": stamp, "X-Flow8-Signature": f"sha256={made}"}
