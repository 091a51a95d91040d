"""WebSub signature check: did the hub that holds our secret send this?"""

from __future__ import annotations

import hmac

METHODS = ("sha1", "sha256", "sha384", "sha512")


def signed_by(secret: str, body: bytes, header: str) -> bool:
    """Whether `header` (X-Hub-Signature: "sha256=…") is that of `body`, signed with `secret`."""
    method, _, given = header.strip().partition("=")
    if method.lower() not in METHODS:
        return False
    expected = hmac.new(secret.encode(), body, method.lower()).hexdigest()
    return hmac.compare_digest(expected.encode(), given.strip().lower().encode())
