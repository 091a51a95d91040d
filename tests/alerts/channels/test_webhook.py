"""A webhook's receiver gets what is documented, signed, and is taken at its word."""

from __future__ import annotations

import asyncio
import base64
import hmac
import json
import re
import socket
import time
from dataclasses import replace
from datetime import timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from aiohttp import web

from alerts.channel import MessageRejected, Place, Retry, Unknown, open_channel
from alerts.channels.webhook import LONGEST_WAIT, signature
from alerts.message.compose import compose
from alerts.message.email_body import text
from crawler.config.config import Config
from crawler.config.models import ChannelConfig
from crawler.model.alert import Headline
from crawler.model.clock import utc_now
from crawler.model.exceptions import Unusable
from crawler.storage.alerts import outbox_report
from tests.alerts.delivering import deliver, expected
from tests.doubles.certificates import self_signed
from tests.doubles.webhook_receiver import HIDDEN, KEY, SECRET, Receiver, webhook
from tests.sample_alerts import NOON, alert

if TYPE_CHECKING:
    import io
    from collections.abc import AsyncIterator, Awaitable, Callable

    from crawler.storage.database import Database


ROOT = Path(__file__).parents[3]


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with Receiver() as one:
        yield one


def answering(
    status: int, headers: dict[str, str] | None = None
) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def answer(request: web.Request) -> web.Response:
        return web.Response(status=status, headers=headers, text=f"secret {SECRET}")

    return answer


async def cut(request: web.Request) -> web.Response:
    await request.read()
    assert request.transport is not None
    request.transport.close()
    return web.Response()


async def hang(request: web.Request) -> web.Response:
    await asyncio.sleep(30)
    return web.Response()


async def pour(request: web.Request) -> web.StreamResponse:
    """Say 200, and then never end."""
    answer = web.StreamResponse()
    await answer.prepare(request)
    while True:
        await answer.write(b"x" * 65_536)


def place(target: str, secret: str | None = SECRET, name: str = "duty") -> Place:
    declared = ChannelConfig(name=name, kind="webhook", target=target, secret=secret)
    return Place(declared=declared, config=Config(channel=[declared]), clock=utc_now)


# -- what is sent ------------------------------------------------------------------------------


def test_the_signature_is_that_of_the_specifications_own_example() -> None:
    key = base64.b64decode("plJ3nmyCDGBKInavdOK15jsl")
    body = b'{"event_type":"ping","data":{"success":true}}'
    assert (
        signature([key], "msg_loFOjxBNrRLzqYUf", 1731705121, body)
        == "v1,rAvfW3dJ/X/qxhsaXPOyyCGmRKsaKWcsNccKXlIktD0="
    )


async def test_the_body_is_what_the_page_says(receiver: Receiver) -> None:
    await webhook(receiver.url).send(alert())
    page = (ROOT / "docs" / "webhook.md").read_text("utf-8")
    (example,) = re.findall(r"```json\n(.+?)```", page, re.DOTALL)
    told, shown = receiver.taken["7:story"], json.loads(example)
    assert told["data"].pop("text") == text(compose(alert(), timezone="UTC"))
    assert shown["data"].pop("text").startswith("🔴 CIS and UN widen")
    assert told == shown
    assert receiver.headers[0]["Content-Type"] == "application/json"


async def test_the_pages_own_receiver_takes_what_is_ours_and_nothing_else(
    receiver: Receiver,
) -> None:
    page = (ROOT / "docs" / "webhook.md").read_text("utf-8")
    (code,) = re.findall(r"```python\n(.+?)```", page, re.DOTALL)
    known: dict[str, Any] = {"base64": base64, "hmac": hmac, "time": time, "Mapping": dict}
    exec(code, known)  # noqa: S102 - the page's example is what is tested
    said = []

    async def ask(request: web.Request) -> web.Response:
        body, is_ours = await request.read(), known["is_ours"]
        stale = {**request.headers, "webhook-timestamp": "1731705121"}
        said.append(is_ours(SECRET, request.headers, body))
        said.append(is_ours(SECRET, request.headers, body + b" "))
        said.append(is_ours(SECRET, stale, body))
        said.append(is_ours("whsec_" + "A" * 40, request.headers, body))
        return web.Response()

    receiver.then = [ask]
    await webhook(receiver.url).send(alert())
    assert said == [True, False, False, False]


async def test_a_digest_names_its_stories(receiver: Receiver) -> None:
    story = Headline(title="One", url="https://a.example/1", published_at=NOON, rule="r", score=2)
    digest = replace(alert("Two stories"), kind="digest-3", story_id=0, url="", stories=(story,))
    await webhook(receiver.url).send(digest)
    assert receiver.taken["0:digest-3"]["data"]["stories"] == [
        {
            "title": "One",
            "url": "https://a.example/1",
            "published_at": "2026-11-23T12:00:00+00:00",
            "rule": "r",
            "score": 2,
        }
    ]


async def test_every_key_signs_so_that_a_receiver_can_change_over(receiver: Receiver) -> None:
    await webhook(receiver.url, keys=(b"an old key that nobody knows", KEY)).send(alert())
    assert receiver.headers[0]["webhook-signature"].count("v1,") == 2
    assert receiver.taken


async def test_a_wrong_key_is_refused_and_is_not_said(receiver: Receiver) -> None:
    with pytest.raises(MessageRejected, match="answers HTTP 401") as caught:
        await webhook(receiver.url, keys=(b"a key that is not the right one",)).send(alert())
    assert "key that" not in str(caught.value)


# -- what is answered --------------------------------------------------------------------------


@pytest.mark.parametrize("status", [200, 201, 202, 204])
async def test_any_2xx_is_a_delivery(receiver: Receiver, status: int) -> None:
    receiver.then = [answering(status)]
    assert await webhook(receiver.url).send(alert()) == "7:story"


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 413, 422])
async def test_a_4xx_is_permanent_and_says_no_more_than_its_number(
    receiver: Receiver, status: int
) -> None:
    receiver.then = [answering(status)]
    with pytest.raises(MessageRejected, match=f"127.0.0.1 answers HTTP {status}$") as caught:
        await webhook(receiver.url).send(alert())
    assert SECRET not in str(caught.value)
    assert HIDDEN not in str(caught.value)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_redirect_is_not_followed(receiver: Receiver, status: int) -> None:
    receiver.then = [answering(status, {"Location": receiver.url})]
    with pytest.raises(MessageRejected, match="redirect"):
        await webhook(receiver.url).send(alert())
    assert receiver.asked == 1


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize(
    ("asked", "seconds"), [("7", 7), ("0", 1), ("99999999999999", LONGEST_WAIT)]
)
async def test_a_busy_receiver_is_given_the_time_it_asks_for(
    receiver: Receiver, status: int, asked: str, seconds: float
) -> None:
    receiver.then = [answering(status, {"Retry-After": asked})]
    with pytest.raises(Retry) as caught:
        await webhook(receiver.url).send(alert())
    assert caught.value.after == seconds


async def test_a_busy_receiver_may_name_the_hour(receiver: Receiver) -> None:
    until = format_datetime(utc_now() + timedelta(seconds=90), usegmt=True)
    receiver.then = [answering(503, {"Retry-After": until})]
    with pytest.raises(Retry) as caught:
        await webhook(receiver.url).send(alert())
    assert caught.value.after == pytest.approx(90, abs=3)


@pytest.mark.parametrize("asked", ["", "soon", "-5", "Mon, 99 Foo 2026", "1e9", "٣"])
async def test_a_busy_receiver_that_names_no_time_is_tried_as_is_usual(
    receiver: Receiver, asked: str
) -> None:
    receiver.then = [answering(429, {"Retry-After": asked})]
    with pytest.raises(Retry) as caught:
        await webhook(receiver.url).send(alert())
    assert caught.value.after is None


@pytest.mark.parametrize(
    "answer",
    [answering(500), answering(502), answering(503), answering(504), answering(408), cut, hang],
    ids=["500", "502", "503", "504", "408", "cut", "hang"],
)
async def test_after_this_nobody_knows_whether_it_arrived(
    receiver: Receiver, answer: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> None:
    receiver.then = [answer]
    with pytest.raises(Unknown) as caught:
        await webhook(receiver.url, timeout=0.5).send(alert())
    assert receiver.asked == 1
    assert HIDDEN not in str(caught.value)


async def test_an_answer_without_an_end_is_not_read(receiver: Receiver) -> None:
    receiver.then = [pour]
    async with asyncio.timeout(1):
        assert await webhook(receiver.url, timeout=30).send(alert())


@pytest.mark.parametrize(
    "garbage",
    [b"no http at all\r\n\r\n", b"HTTP/1.1 200 OK\r\nx: " + b"y" * 100_000 + b"\r\n\r\n"],
    ids=["no-http", "endless-header"],
)
async def test_an_answer_that_is_none_leaves_doubt(garbage: bytes) -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(garbage)
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        with pytest.raises(Unknown, match=r"the connection to .+ broke"):
            await webhook(f"http://127.0.0.1:{port}/{HIDDEN}").send(alert())


async def test_nobody_who_listens_has_surely_got_nothing() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unused.getsockname()[1]}/{HIDDEN}"
        with pytest.raises(Retry, match=r"^127.0.0.1 cannot be reached$"):
            await webhook(url).send(alert())


async def test_a_certificate_of_nobody_is_not_trusted(tmp_path: Path) -> None:
    context = self_signed(tmp_path)
    async with await asyncio.start_server(lambda *_: None, "127.0.0.1", 0, ssl=context) as server:
        port = server.sockets[0].getsockname()[1]
        with pytest.raises(Retry, match="no TLS certificate that can be trusted"):
            await webhook(f"https://127.0.0.1:{port}/").send(alert())


# -- through the outbox ------------------------------------------------------------------------


async def test_what_may_have_arrived_comes_again_under_the_same_id(
    receiver: Receiver, database: Database, put: Callable[..., list[int]]
) -> None:
    async def taken_and_cut(request: web.Request) -> web.Response:
        await receiver.take(request)
        return await cut(request)

    stories = put(3)
    receiver.then = [taken_and_cut, answering(502)]
    told = await deliver(database, webhook(receiver.url))
    assert told == {"sent": 3, "waiting": 0, "dead": 0}
    assert list(receiver.taken) == expected(stories)
    assert [one["webhook-id"] for one in receiver.headers].count(f"{stories[0]}:story") == 2


async def test_the_promise_is_said_at_the_start(
    receiver: Receiver, database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    await deliver(database, webhook(receiver.url))
    assert "channel desk: after a failure an alert may come twice: it cannot be" in caplog.text
    assert receiver.asked == 0


async def test_neither_secret_nor_path_reaches_log_or_store(
    receiver: Receiver,
    database: Database,
    put: Callable[..., list[int]],
    logged: io.StringIO,
) -> None:
    put(2)
    receiver.then = [answering(500), answering(404)]
    await deliver(database, webhook(receiver.url))
    for hidden in (SECRET, KEY.decode(), HIDDEN):
        assert hidden not in logged.getvalue() + str(await database.read(outbox_report.listed))


# -- how it is declared ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("target", "said"),
    [
        ("", "needs target = an https:// address"),
        ("hooks.example/wire", "is not a web address"),
        ("ftp://hooks.example", "is not a web address"),
        ("https://[::1", "is not a web address"),
        ("https://hooks.example:port/", "is not a web address"),
        ("http://hooks.example/wire", "must begin with https://"),
        ("http://127.0.0.1.evil.example/", "must begin with https://"),
        ("https://desk:hidden@hooks.example/", "holds a password"),
    ],
)
def test_an_address_that_will_not_do_is_unusable(target: str, said: str) -> None:
    with pytest.raises(Unusable, match=f"^channel duty: .*{said}") as caught:
        open_channel(place(target))
    assert "hidden" not in str(caught.value)


@pytest.mark.parametrize(
    "target",
    [
        "https://hooks.example/wire?desk=1",
        "https://10.0.0.7:8443/",
        "http://127.0.0.1:80/",
        "http://[::1]/",
        "http://localhost/",
    ],
)
def test_private_addresses_are_the_operators_own_choice(target: str) -> None:
    assert open_channel(place(target)).name == "duty"


@pytest.mark.parametrize(
    ("secret", "said"),
    [
        (None, "needs a secret: .+ Set WIREWATCH_CHANNEL__DUTY__SECRET, or .+_FILE"),
        ("  ", "needs a secret"),
        ("hidden", "does not begin with whsec_"),
        ("whsec_hidden!", "is not base64"),
        ("whsec_aGlkZGVu", "holds 6 bytes"),
        (f"{SECRET} hidden", "does not begin with"),
    ],
)
def test_a_secret_that_will_not_do_is_unusable_and_not_repeated(
    secret: str | None, said: str
) -> None:
    with pytest.raises(Unusable, match=said) as caught:
        open_channel(place("https://hooks.example/", secret))
    assert "hidden" not in str(caught.value)
    assert "aGlk" not in str(caught.value)
