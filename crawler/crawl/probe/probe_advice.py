"""Advice by failure: what an operator can do, by the slug that a failure is counted under."""

from __future__ import annotations

_ADVICE = {
    "challenge": "It wants to see a browser. Look for another road (a sitemap, a feed of another "
    "host), or ask the outlet; Wirewatch solves no challenge.",
    "http-401": "It is behind a login: ask the outlet for a feed, or leave the source out.",
    "http-403": "It refuses programs, or this address of yours. Look for another road, or ask the "
    "outlet to let the User-Agent pass.",
    "http-404": "The address is gone: look on the site where it stands now.",
    "http-410": "The address is gone for good: look on the site for another.",
    "http-429": "It was asked too often: raise crawl.delay or the source's interval.",
    "http-5": "The server has a problem of its own: try again in an hour.",
    "timeout": "Try again; if it stays, raise crawl.timeout.",
    "connection": "Try again; if it stays, look whether the host still answers a browser.",
    "unreachable": "The host does not answer: check its name and the network of this machine, and "
    "try again; perhaps the outlet has moved.",
    "refused": "No server listens there: check the address and its port.",
    "cut": "Try again; if it stays, tell the outlet.",
    "dns": "Check the spelling of the host; perhaps the outlet has moved.",
    "certificate": "Wirewatch does not look away from a certificate that is not valid: check the "
    "clock of this machine, then tell the outlet.",
    "robots": "Its robots.txt forbids the address: take another, or ask the outlet.",
    "robots-unreadable": "Where robots.txt cannot be read, nothing is asked: try again later.",
    "offsite": "If the outlet has moved, declare the new address.",
    "redirect-loop": "It may want cookies: look for another address of the same document.",
    "address-not-allowed": "It leads to an address, a port or a scheme that the source does not "
    "declare: if it is meant, declare a document there; else tell the outlet.",
    "headers-too-large": "No browser would take it either: tell the outlet, or look for "
    "another road.",
    "not-modified": "Its server answers 304 to everybody: declare the address with another query, "
    "or tell the outlet.",
    "soft-404": "The address is gone, though it answers 200: look on the site where it stands now.",
    "too-large": "Raise crawl.max_page_bytes, or declare a smaller document.",
    "empty-body": "Try again; if it stays, look on the site for another address.",
    "html-instead": "Look at it in a browser: the feed has moved, or a wall stands before it.",
    "not-a-feed": "Look at it in a browser, and declare it as what it is.",
    "no-feed": "Look at it in a browser, and declare it as what it is.",
    "not-the-document": "Look at it in a browser, and declare it as what it is.",
}


def advice(slug: str) -> str:
    """What to do; "" where there is nothing to say beyond the trouble itself."""
    return _ADVICE.get(slug) or _ADVICE.get(slug[:6], "")
