"""`wirewatch extract`: one page or a stream of them; every line in is answered by a line out."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any

import psutil
import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

COMMAND = (sys.executable, "-m", "crawler", "extract")
ROOT = Path(__file__).parents[2]
SAVED = ROOT / "tests" / "spiders" / "pages" / "belta" / "plan-of-work" / "page.html"
ADDRESS = "https://eng.belta.by/politics/view/plan-of-joint-work-1-2026/"
SENTENCE = "Delegates of nine countries met on Tuesday to talk about joint training in the hills. "
FIELDS = {
    "id", "url", "title", "text", "authors", "language", "published_at", "date_precision",
    "modified_at", "credit", "dateline", "error",
}  # fmt: skip


def page(stamp: str = "2025-01-13", body: str = f"<p>{SENTENCE * 4}</p>") -> str:
    head = f'<title>Delegates meet</title><meta name="date" content="{stamp}">'
    return f"<html lang=en><head>{head}</head><body><h1>Delegates meet</h1>{body}</body></html>"


@pytest.fixture(scope="session")
def environment() -> dict[str, str]:
    own = {key: value for key, value in os.environ.items() if not key.startswith("WIREWATCH_")}
    return own | {"PYTHONPATH": str(ROOT)}


@pytest.fixture
def run(tmp_path: Path, environment: Mapping[str, str]) -> Any:
    def run(*words: str, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(
            [*COMMAND, *words],
            input=given,
            capture_output=True,
            cwd=tmp_path,
            env=environment,
            check=False,
        )

    return run


def answers(done: subprocess.CompletedProcess[bytes]) -> list[dict[str, Any]]:
    assert done.returncode == 0, done.stderr
    assert b"Traceback" not in done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def lines(asked: Sequence[object]) -> bytes:
    return b"".join(json.dumps(one).encode() + b"\n" for one in asked)


# -- a stream ----------------------------------------------------------------------------------


def test_every_line_is_answered_whatever_it_holds(run: Any) -> None:
    url = "https://wire.example/n/1"
    given = lines([
        {"id": "good", "url": url, "html": page()},
        {"id": "empty", "url": url, "html": ""},
        {"id": "none", "url": url},
        {"id": "number", "url": url, "html": 7},
        {"id": "nowhere", "html": page()},
        {"id": ["any", {"thing": 1}], "url": url, "html": page()},
        {"url": url, "html": page()},
        {"id": "torn", "url": url, "html": page() + "\ud83d \x00\x01 \ud800"},
        {"id": "surrogate \ud800", "url": url, "html": page()},
        {"id": "whose", "url": url, "html": page(), "source": "nobody"},
        ["no", "object"],
    ])  # fmt: skip
    broken = [b'{"id": "half", "url": "https://wire.example/n/1", "html": "<p>', b"", b"\xff\xfe"]
    broken += [b"[" * 100_000, b'{"id": ' + b"9" * 5_000 + b"}"]
    found = answers(run("--jsonl", "--workers", "2", given=given + b"\n".join(broken)))
    assert len(found) == 11 + len(broken)
    assert all(set(one) == FIELDS for one in found)
    by_id = {json.dumps(one["id"]): one for one in found}
    for name in ('"good"', '"nowhere"', '["any", {"thing": 1}]', '"torn"', '"whose"'):
        assert by_id[name]["title"] == "Delegates meet"
        assert by_id[name]["text"] == (SENTENCE * 4).strip() or name == '"torn"'
    assert by_id['"good"']["error"] is None
    assert by_id['"torn"']["error"] is None
    assert by_id['"surrogate \\ud800"']["error"] is None
    assert by_id['"empty"']["error"] == "empty-page"
    assert by_id['"none"']["error"] == "html is missing"
    assert by_id['"number"']["error"] == "html is not a text"
    assert by_id['"nowhere"']["error"] == "url is missing"
    assert "nobody" in by_id['"whose"']["error"]
    assert by_id['"half"']["error"].startswith("line 12: not JSON")
    unnamed = sorted(one["error"].partition(":")[0] for one in found if one["id"] is None)
    assert unnamed == ["line 11", "line 13", "line 14", "line 15", "line 16", "line 7"]


def test_the_date_is_printed_as_the_page_states_it(run: Any) -> None:
    stated = {
        "2025-01-13": ("2025-01-13T00:00:00+00:00", "day"),
        "2025-01-13T10:20": ("2025-01-13T10:20:00+00:00", "minute"),
        "2025-01-13T01:20:30+05:00": ("2025-01-13T01:20:30+05:00", "second"),
    }
    url = "https://wire.example/n/1"
    given = lines([{"id": stamp, "url": url, "html": page(stamp)} for stamp in stated])
    found = answers(run("--jsonl", given=given))
    shown = {one["id"]: (one["published_at"], one["date_precision"]) for one in found}
    assert shown == stated


def test_a_known_source_gives_its_hints_and_a_line_may_name_another(run: Any) -> None:
    local = {"url": ADDRESS, "html": page("2025-01-13T10:20:00")}
    named = local | {"url": "https://wire.example/n/1", "source": "belta"}
    found = answers(run("--jsonl", given=lines([local | {"id": 1}, named | {"id": 2}])))
    assert {one["published_at"] for one in found} == {"2025-01-13T10:20:00+03:00"}


def test_nothing_later_than_the_page_was_crawled_is_believed(run: Any) -> None:
    asked = {"id": 1, "url": "https://wire.example/n/1", "html": page("2025-01-13T10:20:00Z")}
    given = lines([asked | {"crawled_at": "2025-01-12"}, asked | {"now": "2025-01-13 11:00:00"}])
    shown = {one["published_at"] for one in answers(run("--jsonl", given=given))}
    assert shown == {None, "2025-01-13T10:20:00+00:00"}


def test_text_that_was_decoded_already_is_not_decoded_by_the_pages_claim(run: Any) -> None:
    story = "Представители девяти стран обсудили во вторник совместные учения. " * 4
    html = page(body=f"<p>{story}</p>").replace("<head>", '<head><meta charset="iso-2022-jp">')
    asked = {"id": 1, "url": "https://wire.example/n/1", "html": html, "charset": "koi8-r"}
    (found,) = answers(run("--jsonl", given=lines([asked])))
    assert (found["text"], found["language"]) == (story.strip(), "ru")


def test_a_page_without_text_keeps_its_title_and_its_date(run: Any) -> None:
    html = page().partition("<body>")[0] + "<body><div id=app></div></body></html>"
    asked = {"id": 1, "url": "https://wire.example/n/1", "html": html}
    (found,) = answers(run("--jsonl", given=lines([asked])))
    assert found["error"] == "no-text"
    assert found["title"] == "Delegates meet"
    assert found["published_at"] == "2025-01-13T00:00:00+00:00"


def test_a_line_of_thirty_megabytes_is_answered(run: Any) -> None:
    story = f"<p>{SENTENCE * 4}</p>"
    junk = "<script>" + "var a = 1; " * 2_800_000 + "</script>"
    asked = {"id": "large", "url": "https://wire.example/n/1", "html": page(body=junk + story)}
    given = lines([asked, {"id": "small", "url": "https://wire.example/n/2", "html": page()}])
    assert len(given) > 30_000_000
    found = {one["id"]: one for one in answers(run("--jsonl", given=given))}
    assert found["large"]["title"] == found["small"]["title"] == "Delegates meet"
    assert found["large"]["error"] is None


def test_a_page_that_takes_too_long_is_answered_with_the_reason(run: Any, tmp_path: Path) -> None:
    config = tmp_path / "wirewatch.toml"
    config.write_text('[extraction]\ntimeout = "0.05s"\n', encoding="utf-8")
    slow = page(body=f"<p>{SENTENCE}</p>" * 60_000)
    given = lines([
        {"id": "slow", "url": "https://wire.example/n/1", "html": slow},
        {"id": "quick", "url": "https://wire.example/n/2", "html": page()},
    ])  # fmt: skip
    found = {one["id"]: one["error"] for one in answers(run("--jsonl", given=given))}
    assert found["slow"] == "extraction-timeout: over 0.05 s"
    assert set(found) == {"slow", "quick"}


@contextmanager
def started(environment: Mapping[str, str], at: Path) -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen(
        [*COMMAND, "--jsonl", "--workers", "1"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=at,
        env=environment,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


ASKED = lines([{"id": 1, "url": "https://wire.example/n/1", "html": page()}])


def test_a_line_is_answered_before_the_next_one_comes(
    environment: Mapping[str, str], tmp_path: Path
) -> None:
    with started(environment, tmp_path) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        for _ in range(2):
            process.stdin.write(ASKED)
            process.stdin.flush()
            assert json.loads(process.stdout.readline())["id"] == 1


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_without_a_word(
    environment: Mapping[str, str], tmp_path: Path, number: signal.Signals
) -> None:
    with started(environment, tmp_path) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(ASKED)
        process.stdin.flush()
        process.stdout.readline()
        family = psutil.Process(process.pid).children(recursive=True)
        process.send_signal(number)
        _, err = process.communicate(timeout=20)
    assert (process.returncode, err) == (1, b"")
    assert not psutil.wait_procs(family, timeout=10)[1]


def test_whoever_reads_may_leave(environment: Mapping[str, str], tmp_path: Path) -> None:
    with started(environment, tmp_path) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdin.write(ASKED)
        process.stdin.flush()
        process.stdout.readline()
        process.stdout.close()
        process.stdin.write(ASKED)
        process.stdin.flush()
        assert process.wait(timeout=20) == 0
        assert process.stderr.read() == b""


def test_without_a_standard_input_it_says_so(
    environment: Mapping[str, str], tmp_path: Path
) -> None:
    shell = f"exec {sys.executable} -m crawler extract --jsonl <&-"
    done = subprocess.run(
        ["/bin/sh", "-c", shell], capture_output=True, cwd=tmp_path, env=environment, check=False
    )
    assert done.returncode == 2
    assert b"standard input" in done.stderr


# -- a page or a few ---------------------------------------------------------------------------


def test_a_saved_page_is_shown_with_its_receipts_in_eighty_columns(run: Any) -> None:
    done = run(str(SAVED), "--url", ADDRESS)
    shown = done.stdout.decode()
    assert done.returncode == 0
    assert max(map(len, shown.splitlines())) <= 80
    for part in ("belta", "2026-10-02 11:54:00", "+03:00", "known to", "BelTA", "MINSK", "spring"):
        assert part in shown


def test_json_gives_an_object_for_each_page_and_the_status_tells_of_failures(run: Any) -> None:
    done = run(str(SAVED), "missing.html", "--json", "--source", "belta")
    assert done.returncode == 1
    good, missing = map(json.loads, done.stdout.splitlines())
    assert good["source"] == "belta"
    assert good["published"]["zone_rule"] == "overridden"
    assert good["published"]["local"] == good["published_at"] == "2026-10-02T11:54:00+03:00"
    assert missing["error"] == "missing.html: No such file or directory"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "name an address"),
        (("--jsonl", "page.html"), "--jsonl reads standard input"),
        (("a.html", "b.html", "--url", "https://wire.example/"), "one saved page"),
        (("a.html", "--source", "nobody"), "no source is called 'nobody'"),
    ],
)
def test_what_cannot_be_meant_is_said(run: Any, words: Sequence[str], said: str) -> None:
    done = run(*words)
    assert done.returncode == 2
    assert said in done.stderr.decode()
    assert b"Traceback" not in done.stderr


class _Site(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.server.asked.append((self.path, self.headers["User-Agent"]))  # type: ignore[attr-defined]
        replies = {"/robots.txt": "User-agent: *\nDisallow: /private/\n", "/n/1": page()}
        body = replies.get(self.path, "").encode()
        self.send_response(200 if body else 404)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name it has
        pass


def test_an_address_is_fetched_as_politely_as_in_a_poll(
    environment: Mapping[str, str], tmp_path: Path
) -> None:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Site)
    server.asked = []  # type: ignore[attr-defined]
    Thread(target=server.serve_forever, daemon=True).start()
    site = f"http://127.0.0.1:{server.server_port}"
    words = [f"{site}{path}" for path in ("/n/1", "/private/2", "/n/3")]
    try:
        done = subprocess.run(
            [*COMMAND, *words, "http://", "--json"],
            capture_output=True,
            cwd=tmp_path,
            env={**environment, "WIREWATCH_CRAWL__DELAY": "0s"},
            check=False,
        )
    finally:
        server.shutdown()
        server.server_close()
    told = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 1
    assert done.stderr == b""
    assert told[0]["title"] == "Delegates meet"
    assert [one["error"] and one["error"].partition(":")[0] for one in told] == [
        None,
        "robots",
        "http-404",
        "address",
    ]
    asked = server.asked  # type: ignore[attr-defined]
    assert {path for path, _ in asked} == {"/robots.txt", "/n/1", "/n/3"}
    assert all(agent.startswith("Wirewatch/") for _, agent in asked)
    assert list(tmp_path.iterdir()) == []  # no store is made
