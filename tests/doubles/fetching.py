"""Fetches addresses as a crawl does, in a process of its own: one crawl, every middleware."""

from __future__ import annotations

import asyncio
import json
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_PROGRAM = """
import json, pathlib, re, socket, sys
from dataclasses import replace
asked = json.loads(sys.argv[1])
known = socket.getaddrinfo

def resolve(host, port, *further, **named):
    if host in asked["names"]:
        found = asked["names"][host]
        found = found.pop(0) if len(found) > 1 else found[0]
        return [(socket.AF_INET6 if ":" in found else socket.AF_INET, socket.SOCK_STREAM, 6, "",
                 (found, port, 0, 0) if ":" in found else (found, port))]
    return known(host, port, *further, **named)

socket.getaddrinfo = resolve
from crawler.config.config import Config
from crawler.crawl import fetch
from crawler.crawl.egress import Egress
from crawler.runtime import event_loop
from crawler.runtime.services import Services

if asked["declared"] is not None:
    declared = Egress.to(asked["declared"])
    Egress.to = classmethod(lambda cls, urls: declared if urls else cls())

async def main():
    services = Services(Config(crawl=asked["crawl"]))
    answers = await fetch.fetch(asked["urls"], services)
    told = {}
    for url, answer in answers.items():
        if isinstance(answer, fetch.Fetched):
            told[url] = {"url": answer.url, "body": answer.html.decode("latin-1")}
        else:
            told[url] = {"slug": answer.slug, "said": answer.said, "permanent": answer.permanent}
    # Not ru_maxrss, which begins with what the process that started this one held.
    status = pathlib.Path("/proc/self/status").read_text()
    grown = int(re.search(r"VmHWM:\\s+(\\d+)", status)[1]) // 1024
    print(json.dumps({"answers": told, "megabytes": grown}))
    return 0

raise SystemExit(event_loop.run(main))
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came of one address: where it was found and its body, or the trouble."""

    url: str = ""
    body: str = ""
    slug: str = ""
    said: str = ""
    permanent: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """By address; `megabytes` is what the process held at most."""

    by_url: Mapping[str, Answer]
    megabytes: int
    log: str

    def __getitem__(self, url: str) -> Answer:
        return self.by_url[url]


async def fetch(
    *urls: str,
    declared: Sequence[str] | None = None,
    names: Mapping[str, Sequence[str]] | None = None,
    **crawl: object,
) -> Answers:
    """Ask for these, as a source that declares them, or only what is `declared`.

    `names` are host names and what they are resolved to, one time after the other.
    """
    asked = {
        "urls": urls,
        "declared": declared,
        "names": {name: list(found) for name, found in (names or {}).items()},
        "crawl": {"delay": 0, "requests_per_host": 8, **crawl},
    }
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", _PROGRAM, json.dumps(asked)),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await process.communicate()
    assert process.returncode == 0, err.decode()
    told = json.loads(out)
    by_url = {url: Answer(**answer) for url, answer in told["answers"].items()}
    return Answers(by_url=by_url, megabytes=told["megabytes"], log=err.decode())
