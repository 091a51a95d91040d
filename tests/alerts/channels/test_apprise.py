"""What Apprise passes on arrives by mail and by HTTP; what it cannot pass on is called rightly."""

from __future__ import annotations

import asyncio
import socket
import threading
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from aiohttp import web

from alerts.channel import MessageRejected, Place, Retry, Unknown, open_channel
from crawler.config.config import Config
from crawler.config.models import ChannelConfig
from crawler.model.clock import utc_now
from crawler.model.exceptions import Unusable
from crawler.storage.alerts import outbox_report
from tests.alerts.delivering import deliver
from tests.doubles.smtp_server import PASSWORD, Mailbox, apprise, bodies
from tests.doubles.webhook_receiver import Receiver
from tests.sample_alerts import HOSTILE, alert

if TYPE_CHECKING:
    import io
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterator

    from crawler.storage.database import Database


TOKEN = "hidden-token"


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    with Mailbox() as one:
        yield one


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with Receiver() as one:
        yield one


def json_url(receiver: Receiver) -> str:
    return receiver.url.replace("http://", f"json://desk:{PASSWORD}@") + f"/{TOKEN}"


async def test_mail_has_a_subject_a_text_and_a_page(mailbox: Mailbox) -> None:
    assert await apprise(mailbox.url).send(alert()) == "E-Mail"
    (letter,) = mailbox.letters
    assert letter["subject"] == "🔴 CIS and UN widen counter-terrorism work"
    assert letter["to"] == "a@b.example"
    text, page = bodies(letter)["text/plain"], bodies(letter)["text/html"]
    assert "Published 23 November 2026, 12:00 UTC" in text
    assert '<a href="https://wire.example/politics/view/1-2026/?a=1&amp;b=2"><b>CIS' in page
    assert "<b>counter-terrorism</b>" in page


async def test_a_headline_can_add_no_header_and_no_markup(mailbox: Mailbox) -> None:
    await apprise(mailbox.url).send(alert(f"Bcc\r\nBcc: evil@c.example {HOSTILE} <script>x"))
    (letter,) = mailbox.letters
    assert letter["bcc"] is None
    assert "<script" not in bodies(letter)["text/html"]
    assert len(letter["subject"]) < 200


async def test_a_service_that_takes_text_gets_text_and_the_address(receiver: Receiver) -> None:
    got = []

    async def take(request: web.Request) -> web.Response:
        got.append(await request.json())
        return web.Response()

    receiver.then = [take, take]
    await apprise(json_url(receiver)).send(alert())
    await apprise(json_url(receiver)).send(replace(alert(), matches=()))
    assert got[0]["title"] == "🔴 CIS and UN widen counter-terrorism work"
    assert "\nhttps://wire.example/politics/view/1-2026/?a=1&b=2\n" in got[0]["message"]
    assert [one["type"] for one in got] == ["warning", "info"]


@pytest.mark.parametrize("code", [400, 404, 410, 413, 422])
async def test_a_service_that_refuses_the_alert_is_not_asked_again(
    receiver: Receiver, code: int
) -> None:
    receiver.then = [_answering(code)]
    with pytest.raises(MessageRejected, match=rf"^JSON did not take it \(HTTP {code}\)$"):
        await apprise(json_url(receiver)).send(alert())


@pytest.mark.parametrize("code", [401, 403, 408, 429, 500, 503])
async def test_what_may_be_mended_is_tried_again(receiver: Receiver, code: int) -> None:
    receiver.then = [_answering(code)]
    with pytest.raises(Unknown, match=rf"^JSON did not take it \(HTTP {code}\)$"):
        await apprise(json_url(receiver)).send(alert())


async def test_a_redirect_is_not_followed(receiver: Receiver) -> None:
    receiver.then = [_answering(302, location="/elsewhere")]
    with pytest.raises(Unknown, match="HTTP 302"):
        await apprise(json_url(receiver)).send(alert())
    assert receiver.asked == 1


async def test_mail_that_the_server_refuses_for_good_is_rejected(mailbox: Mailbox) -> None:
    mailbox.says = [f"554 no, {PASSWORD}"]
    with pytest.raises(MessageRejected, match=r"^E-Mail did not take it \(SMTP 554\)$"):
        await apprise(mailbox.url).send(alert())


async def test_mail_that_the_server_cannot_take_now_is_tried_again(mailbox: Mailbox) -> None:
    mailbox.says = ["451 later"]
    with pytest.raises(Unknown, match=r"^E-Mail did not take it \(SMTP 451\)$"):
        await apprise(mailbox.url).send(alert())
    assert await apprise(mailbox.url).send(alert())


async def test_a_wrong_password_is_to_be_mended_and_is_not_said(mailbox: Mailbox) -> None:
    url = mailbox.url.replace(PASSWORD, "hidden-and-wrong")
    with pytest.raises(Unknown, match=r"^E-Mail did not take it \(SMTP 535\)$"):
        await apprise(url).send(alert())


async def test_nobody_who_listens_is_tried_again() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"mailto://127.0.0.1:{unused.getsockname()[1]}?from=a@b.example&to=a@b.example"
        with pytest.raises(Unknown, match="did not take it"):
            await apprise(url).send(alert())


async def test_a_server_that_never_ends_costs_one_thread_and_holds_up_nobody() -> None:
    ended = threading.Event()

    async def dribble(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while not ended.is_set():  # each byte comes before Apprise would lose its patience
            writer.write(b"2")
            await asyncio.sleep(0.05)
        writer.close()

    async with await asyncio.start_server(dribble, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        channel = apprise(f"mailto://127.0.0.1:{port}?from=a@b.example&to=a@b.example", timeout=0.3)
        with pytest.raises(Unknown, match="did not answer in time"):
            await channel.send(alert())
        with pytest.raises(Retry, match="has not ended an earlier try"):
            await channel.send(alert())
        ended.set()
        (late,) = (one for one in threading.enumerate() if one.name == "apprise desk")
        assert late.daemon
        await asyncio.to_thread(late.join, 10)


async def test_the_promise_is_said_at_the_start(
    mailbox: Mailbox, database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    await deliver(database, apprise(mailbox.url))
    assert "channel desk: after a failure an alert may come twice: Apprise cannot" in caplog.text


async def test_no_part_of_the_url_reaches_log_or_store(
    receiver: Receiver,
    database: Database,
    put: Callable[..., list[int]],
    logged: io.StringIO,
    capfd: pytest.CaptureFixture[str],
) -> None:
    put(3)
    receiver.then = [_answering(500), _answering(404), _answering(200), _answering(200)]
    await deliver(database, apprise(json_url(receiver)))
    said = (
        logged.getvalue()
        + str(await database.read(outbox_report.listed))
        + "".join(capfd.readouterr())
    )
    assert receiver.asked == 4
    for hidden in (PASSWORD, TOKEN):
        assert hidden not in said


@pytest.mark.parametrize(
    ("target", "secret", "said"),
    [
        ("", None, "needs a secret: an Apprise URL.+WIREWATCH_CHANNEL__MAIL__SECRET"),
        ("mailto://u:hidden@h.example", "x", "takes no target"),
        ("", "hidden", "is not a URL that Apprise understands"),
        ("", "hidden://u:p@h.example", "is not a URL that Apprise understands"),
        ("", "mailto://", "is not a URL that Apprise understands"),
    ],
)
def test_a_url_that_will_not_do_is_unusable_and_not_repeated(
    target: str, secret: str | None, said: str, logged: io.StringIO
) -> None:
    declared = ChannelConfig(name="mail", kind="apprise", target=target, secret=secret)
    place = Place(declared=declared, config=Config(channel=[declared]), clock=utc_now)
    with pytest.raises(Unusable, match=f"^channel mail: .*{said}") as caught:
        open_channel(place)
    assert "hidden" not in str(caught.value) + logged.getvalue()


def _answering(
    status: int, *, location: str = ""
) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def answer(request: web.Request) -> web.Response:
        return web.Response(status=status, headers={"Location": location} if location else None)

    return answer
