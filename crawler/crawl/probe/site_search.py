"""Feed and sitemap discovery on a site of which nothing is known but an address."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import urljoin, urlsplit

from crawler.config.source import DocumentKind
from crawler.crawl.probe.article_pattern import infer_pattern
from crawler.crawl.probe.document_probe import FROZEN, DocumentProbe, examine
from crawler.crawl.probe.probe_parser import read as read_document
from crawler.crawl.probe.probe_spider import ProbeSpider
from crawler.discovery.errors import NotTheDocument
from crawler.discovery.received import Received
from crawler.discovery.site_page import Link, SitePage, read_robots_sitemaps, read_site_page

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from crawler.crawl.probe.probe_client import ProbeClient
    from crawler.model.items import Entry

#: Where software puts a feed that no page names, the commonest first.
USUAL_FEEDS = (
    "/feed/", "/rss.xml", "/rss", "/feed.xml", "/rss/news", "/news/rss", "/rss/all.xml",
    "/en/rss.xml", "/en/feed/", "/atom.xml", "/index.xml", "/feed.json",
)  # fmt: skip
USUAL_SITEMAPS = (
    "/news-sitemap.xml", "/sitemap-news.xml", "/sitemap_news.xml", "/sitemap.xml",
    "/sitemap_index.xml",
)  # fmt: skip
_SITEMAPS = 6  # that are asked
_LISTINGS = 4  # pages beside the first one
_NEWEST = 300  # entries of a sitemap that tell how an article's address looks
_NEWS = re.compile(
    r"news|press|media-?cent|latest|stories|releases|novosti|lenta|aktual|notici|actualit|haber|"
    r"janaly|zhanaly|yangilik|habar|akhbar|новост|пресс|жаңалық|янгилик|أخبار|新闻",
    re.IGNORECASE,
)
_T = TypeVar("_T")
_NEWS_FIRST = re.compile(r"news|latest|recent", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteFindings:
    """What a site has: documents that can be read, and what its pages say of it.

    `article_urls` is inferred from addresses, and "" where a feed makes it needless. `tried` are
    the addresses that were asked, with what each gave; `cut_short` is why others were not.
    """

    feeds: tuple[str, ...] = ()
    sitemaps: tuple[str, ...] = ()
    listings: tuple[str, ...] = ()
    article_urls: str = ""
    examples: tuple[str, ...] = ()
    name: str = ""
    language: str = ""
    tried: tuple[tuple[str, str], ...] = ()
    cut_short: str = ""

    @property
    def has_a_document(self) -> bool:
        return bool(self.feeds or self.sitemaps or self.listings)


class SearchSpider(ProbeSpider):
    """Asks `source.home`, the feeds it names, the usual addresses, sitemaps, and lists of news.

    It ends with the first way that gives articles: feeds, then sitemaps, then listings; then a
    sitemap that does not say how old its pages are.
    """

    findings = SiteFindings()

    async def _look_at_all(self, client: ProbeClient) -> None:
        search = _Search(client, self)
        await search.run()

    def note(self, found: SiteFindings) -> None:
        """Keep what was found so far: the search may be cut short."""
        self.findings = found


class _Search:
    def __init__(self, client: ProbeClient, spider: SearchSpider) -> None:
        self._client = client
        self._spider = spider
        self._start = spider.source.home
        self._tried: dict[str, str] = {}
        self._undated = SiteFindings()  # a sitemap, for where there is nothing better

    async def run(self) -> None:
        page = await self._first_page()
        self._start = page.url
        if page.name or page.language:
            self._note(name=page.name, language=page.language)
        for way in (self._feeds, self._sitemaps, self._listings):
            if not self._spider.findings.has_a_document:
                await way(page)
        found, undated = self._spider.findings, self._undated
        if found.has_a_document or not undated.has_a_document:
            self._note()
        else:
            self._take(undated)

    def _note(self, **found: object) -> None:
        tried = tuple(self._tried.items())
        self._spider.note(replace(self._spider.findings, **found, tried=tried))  # type: ignore[arg-type]

    # -- the address that was given ------------------------------------------------------------

    async def _first_page(self) -> SitePage:
        """The page at the address; where that is a feed or a sitemap itself, it is noted."""
        received = await self._received(self._start)
        if received is None:
            return SitePage(url=self._start)
        for kind in (DocumentKind.FEED, DocumentKind.SITEMAP):
            if await self._read(read_document, kind, received, self._spider.source) is not None:
                await self._document(kind, self._start)
                return SitePage(url=received.url)
        page = await self._read(read_site_page, received)
        self._tried[self._start] = "a page" if page else "it is no page"
        return page or SitePage(url=received.url)

    # -- feeds ---------------------------------------------------------------------------------

    async def _feeds(self, page: SitePage) -> None:
        for url in page.feeds:
            await self._document(DocumentKind.FEED, url)
        if self._spider.findings.feeds:
            return
        named = [link.url for link in page.links if _looks_like_a_feed(link.url)]
        for url in self._unasked([*named[:_LISTINGS], *self._usual(USUAL_FEEDS)]):
            if await self._document(DocumentKind.FEED, url):
                return

    async def _document(self, kind: DocumentKind, url: str) -> bool:
        """Examine it, and note it where it gives articles that are news still."""
        probed = await examine(self._client, self._spider.source, kind, url)
        behind = [
            await examine(self._client, self._spider.source, kind, further)
            for further in (probed.further if kind is DocumentKind.SITEMAP else ())
        ]
        self._tried[url] = _outcome(probed, behind)
        everything = [probed, *behind]
        newest = max(filter(None, (one.report.newest for one in everything)), default=None)
        is_frozen = newest is not None and self._client.clock() - newest > FROZEN
        if not any(one.report.works for one in everything) or is_frozen:
            return False
        if kind is DocumentKind.FEED:
            self._note(feeds=(*self._spider.findings.feeds, url))
            return True
        entries = [entry for one in everything for entry in one.articles]
        pattern, examples = await self._pattern(_as_links(entries[:_NEWEST]))
        if not pattern:
            self._tried[url] += "; no shape of address is common enough to tell articles by"
            return False
        found = SiteFindings(sitemaps=(url,), article_urls=pattern, examples=examples[:3])
        if newest is None:
            self._undated = self._undated if self._undated.has_a_document else found
            return False
        self._take(found)
        return True

    def _take(self, found: SiteFindings) -> None:
        self._note(
            sitemaps=found.sitemaps, article_urls=found.article_urls, examples=found.examples
        )

    # -- sitemaps ------------------------------------------------------------------------------

    async def _sitemaps(self, _: SitePage) -> None:
        robots = await self._received(urljoin(self._start, "/robots.txt"))
        named = await self._read(read_robots_sitemaps, robots) if robots else ()
        wanted = sorted(named or (), key=lambda url: _NEWS_FIRST.search(url) is None)
        for url in self._unasked([*wanted[:_SITEMAPS], *self._usual(USUAL_SITEMAPS)])[:_SITEMAPS]:
            if await self._document(DocumentKind.SITEMAP, url):
                return

    # -- listings ------------------------------------------------------------------------------

    async def _listings(self, page: SitePage) -> None:
        """The page that links to the most articles: this one, or one that its links call news."""
        best: tuple[int, str, str, tuple[str, ...]] = (0, "", "", ())
        pages = [page]
        pages += [found for url in _news_pages(page) if (found := await self._page(url))]
        for one in pages:
            pattern, articles = await self._pattern(one.links)
            if len(articles) > best[0]:
                best = (len(articles), one.url, pattern, articles)
        _, url, pattern, articles = best
        if url:
            self._tried[url] = f"a list of {len(articles)} articles"
            self._note(listings=(url,), article_urls=pattern, examples=articles[:3])

    async def _page(self, url: str) -> SitePage | None:
        received = await self._received(url)
        page = await self._read(read_site_page, received) if received else None
        if page is not None:
            self._tried[url] = "a page"
        return page

    # -- what is asked -------------------------------------------------------------------------

    async def _received(self, url: str) -> Received | None:
        answer = await self._client.ask(url)
        if answer.trouble is not None or answer.response is None:
            self._tried[url] = answer.trouble.said if answer.trouble else "no answer"
            return None
        return Received.of(answer.response)

    async def _pattern(self, links: Sequence[Link]) -> tuple[str, tuple[str, ...]]:
        return await self._read(infer_pattern, links) or ("", ())

    async def _read(self, function: Callable[..., _T], /, *args: object) -> _T | None:
        target = f"{function.__module__}:{function.__qualname__}"
        try:
            read: _T = await self._client.documents.run(self._spider.source.name, target, *args)
        except NotTheDocument:
            return None
        return read

    def _usual(self, paths: Iterable[str]) -> list[str]:
        return [urljoin(self._start, path) for path in paths]

    def _unasked(self, urls: Iterable[str]) -> list[str]:
        return [url for url in dict.fromkeys(urls) if url not in self._tried]


def _outcome(probed: DocumentProbe, behind: Iterable[DocumentProbe]) -> str:
    broken = [one.said for one in probed.report.findings]
    articles = probed.report.articles + sum(one.report.articles for one in behind)
    if articles:
        return "; ".join([f"{articles} articles", *broken])
    return "; ".join(broken) or "nothing in it"


def _looks_like_a_feed(url: str) -> bool:
    path = urlsplit(url).path.lower().rstrip("/")
    return path.endswith((".rss", "/rss", "rss.xml", "/feed", "feed.xml", "atom.xml"))


def _news_pages(page: SitePage) -> list[str]:
    """Pages that the first one calls news, the shortest addresses first."""
    found = [
        link.url
        for link in page.links
        if link.url != page.url
        and urlsplit(link.url).path.strip("/").count("/") <= 2
        and (_NEWS.search(urlsplit(link.url).path) or _NEWS.search(link.text[:40]))
    ]
    return sorted(dict.fromkeys(found), key=len)[:_LISTINGS]


def _as_links(entries: Iterable[Entry]) -> list[Link]:
    return [Link(url=entry.url, text=entry.title) for entry in entries]
