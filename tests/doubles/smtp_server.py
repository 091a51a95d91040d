"""A mail server that is a real one, with a password, and refuses what it is told to."""

from __future__ import annotations

import email
import email.policy
import socket
from typing import TYPE_CHECKING, Self

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

from alerts.channels.apprise import AppriseUrl, opened

if TYPE_CHECKING:
    from email.message import EmailMessage

    from aiosmtpd.smtp import SMTP, Envelope, Session

PASSWORD = "hidden-password"


def apprise(url: str, *, timeout: float = 10) -> AppriseUrl:
    service = opened(url)
    assert service is not None
    return AppriseUrl(name="desk", service=service, timezone="UTC", pace=0, timeout=timeout)


class Mailbox:
    """The letters it took; `says` is what it answers to the next ones."""

    def __init__(self) -> None:
        self.letters: list[EmailMessage] = []
        self.says: list[str] = []
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        self.url = f"mailto://desk:{PASSWORD}@127.0.0.1:{port}?from=w@wire.example&to=a@b.example"
        self._controller = Controller(
            self,
            hostname="127.0.0.1",
            port=port,
            authenticator=_authenticated,
            auth_require_tls=False,
        )

    def __enter__(self) -> Self:
        self._controller.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._controller.stop()

    def text(self) -> str:
        """Every letter's subject and bodies."""
        return "\n".join(
            part
            for letter in self.letters
            for part in (letter["subject"], *bodies(letter).values())
        )

    async def handle_DATA(  # noqa: N802 - the library's name
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        answer = self.says.pop(0) if self.says else "250 taken"
        if answer.startswith("2"):
            content = envelope.content
            raw = content if isinstance(content, bytes) else str(content).encode()
            self.letters.append(email.message_from_bytes(raw, policy=email.policy.default))
        return answer


def bodies(letter: EmailMessage) -> dict[str, str]:
    """Content type -> text."""
    return {
        part.get_content_type(): part.get_content()
        for part in letter.walk()
        if not part.is_multipart()
    }


def _authenticated(
    server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: object
) -> AuthResult:
    right = isinstance(data, LoginPassword) and data.password == PASSWORD.encode()
    return AuthResult(success=right, handled=right)
