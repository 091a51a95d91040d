"""An article's address is told from a rubric's by its shape, and by the text of its links."""

from __future__ import annotations

import re

from crawler.crawl.probe.article_pattern import infer_pattern
from crawler.discovery.site_page import Link

HEADLINE = "Ministers of the region met to speak about borders"


def _links(*urls: str, text: str = HEADLINE) -> list[Link]:
    return [Link(url=f"https://www.wire.example{url}", text=text) for url in urls]


def test_sections_that_stand_in_one_place_are_alternatives() -> None:
    pattern, articles = infer_pattern(
        _links("/news/101-talks", "/news/102-talks", "/world/103-visit", "/world/104-visit")
    )
    assert len(articles) == 4
    assert re.search(pattern, "https://wire.example/world/999-another-visit")
    assert not re.search(pattern, "https://wire.example/sport/999-match")


def test_rubrics_and_lists_are_no_articles() -> None:
    articles = _links("/2026/11/05/a-first-story", "/2026/11/05/a-second-story")
    articles += _links("/2026/11/06/a-third-story", "/2026/11/06/a-fourth-story")
    aside = _links("/about-us-and-you", "/tag/some-long-tag", "/page/12345", text="More")
    pattern, found = infer_pattern([*aside, *articles])
    assert sorted(found) == sorted(link.url for link in articles)
    assert pattern == r"^https?://(?:www\.)?wire\.example/\d{4}/\d{1,2}/\d{1,2}/[^/?#]+/?(?:\?|$)"


def test_an_id_in_the_query_makes_an_article() -> None:
    pattern, found = infer_pattern(_links(*(f"/show.php?id={n}" for n in range(100, 105))))
    assert len(found) == 5
    assert re.search(pattern, "https://wire.example/show.php?id=7")
    assert not re.search(pattern, "https://wire.example/show.php")


def test_an_id_may_stand_behind_other_parameters() -> None:
    pattern, found = infer_pattern(_links(*(f"/show?lang=en&id={n}" for n in range(100, 105))))
    assert len(found) == 5
    assert all(re.search(pattern, url) for url in found)


def test_short_texts_are_names_of_rubrics() -> None:
    shapes = _links("/a-b-c-d", "/e-f-g-h", "/i-j-k-l", "/m-n-o-p", text="Economy")
    assert infer_pattern(shapes) == ("", ())


def test_too_few_of_a_kind_prove_nothing() -> None:
    assert infer_pattern(_links("/news/101-talks", "/news/102-talks")) == ("", ())
