"""A 200 that is not what was asked for has a name."""

from __future__ import annotations

import pytest

from crawler.discovery.block_pages import challenger, what_it_is
from crawler.discovery.errors import NotTheDocument
from crawler.discovery.feeds import read_feed

ARTICLE = f"<!doctype html><title>Services met</title>{'<p>Two services met in Minsk.</p>' * 900}"


def _page(title: str, head: str = "", body: str = "") -> str:
    return (
        f"<!DOCTYPE html><html><head><title>{title}</title>{head}</head><body>{body}</body></html>"
    )


CHALLENGES = {
    "Cloudflare": _page("Just a moment...", "<script>window._cf_chl_opt = {};</script>"),
    "DDoS-Guard": _page("DDoS-Guard", body='<script src="/.well-known/ddos-guard/x.js"></script>'),
    "ServicePipe": _page("", body='<div id="id_spinner_container"></div><script>1</script>'),
    "ArvanCloud": _page("Transferring to the website", body="<script>__arcsjs()</script>"),
    "a captcha": _page("Вы не робот?", body="<form></form>"),
}


@pytest.mark.parametrize("guard", CHALLENGES)
def test_a_challenge_is_called_after_its_guard(guard: str) -> None:
    body = CHALLENGES[guard].encode()
    assert challenger(body) == guard
    with pytest.raises(NotTheDocument, match="challenge page") as refused:
        read_feed(body, "https://wire.example/rss", "text/html")
    assert refused.value.slug == "challenge"


@pytest.mark.parametrize(
    "body",
    [
        ARTICLE,
        # What a guard adds to the pages that it lets through.
        ARTICLE.replace("<p>", '<script src="/cdn-cgi/challenge-platform/x.js"></script><p>', 1),
        _page("Leave a comment", body="<p>Text.</p><input name=g-recaptcha-response>"),
        "<rss><channel><title>Just a moment</title></channel></rss>",
        "",
    ],
)
def test_an_ordinary_page_is_no_challenge(body: str) -> None:
    assert challenger(body.encode()) == ""


@pytest.mark.parametrize(
    ("body", "slug"),
    [
        ("", "empty-body"),
        ("<html><div id=app></div></html>", "html-instead"),
        ("see you later", "not-the-document"),
    ],
)
def test_anything_else_is_called_what_it_is(body: str, slug: str) -> None:
    assert what_it_is(body.encode(), "feed").slug == slug


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("{", "cannot be read"),
        ('{"status": "error"}', "states no version"),
        ('{"version": "https://jsonfeed.org/version/1"}', "without a list of items"),
        ("plain", "neither RSS nor Atom nor JSON Feed"),
        ("<rss version='2.0'><channel><tit & le>", "malformed XML"),
    ],
)
def test_what_is_no_feed_is_counted_as_that(body: str, said: str) -> None:
    with pytest.raises(NotTheDocument, match=said) as refused:
        read_feed(body.encode(), "https://wire.example/rss")
    assert refused.value.slug == "not-a-feed"
