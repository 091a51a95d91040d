"""Scrapy's HTTP client within limits: on headers and framing, and on where a connection may go.

Twisted's own has no limit on headers, and looks at no address. What is used of Scrapy and Twisted
here has no public name: see docs/decisions.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scrapy.core.downloader.handlers.http11 import (
    _BindAddressAgent,
    _LenientHTTP11ClientFactory,
    _LenientHTTP11ClientProtocol,
    _LenientHTTPClientParser,
    _ScrapyAgent,
)
from scrapy.utils._download_handlers import normalize_bind_address
from twisted.internet.interfaces import (
    IHostnameResolver,
    IReactorPluggableNameResolver,
    IResolutionReceiver,
)
from twisted.python.failure import Failure
from twisted.web._newclient import BODY, HEADER, STATUS
from twisted.web.http import _ChunkedTransferDecoder, _MalformedChunkedDataError
from zope.interface import implementer

from crawler.crawl.egress import refused
from crawler.crawl.failures import HeadersTooLarge

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from scrapy import Request
    from twisted.internet.defer import Deferred
    from twisted.internet.interfaces import IAddress, IHostResolution
    from twisted.web.client import Agent

    from crawler.crawl.egress import AddressNotAllowed, Egress

HEADER_LIMIT = 256_000  # bytes of status line and headers, and of what stands around chunks


# -- limits --------------------------------------------------------------------------------------


class _Parser(_LenientHTTPClientParser):
    MAX_LENGTH = HEADER_LIMIT
    deliver: Any = None  # where the body goes, if it comes in chunks
    unpacked = 0  # bytes of such a body

    def lineLengthExceeded(self, line: bytes) -> None:  # noqa: N802 - Twisted's name
        raise HeadersTooLarge(HEADER_LIMIT)

    def switchToBodyMode(self, decoder: Any) -> None:  # noqa: N802 - Twisted's name
        if isinstance(decoder, _ChunkedTransferDecoder):
            self.deliver, decoder.dataCallback = decoder.dataCallback, self.count
            decoder._maxTrailerHeadersSize = HEADER_LIMIT  # noqa: SLF001 - 64 kB, else
        super().switchToBodyMode(decoder)  # type: ignore[no-untyped-call]

    def count(self, data: bytes) -> None:
        """Deliver a part of the body of chunks."""
        self.unpacked += len(data)
        self.deliver(data)

    def is_beyond(self, received: int) -> bool:
        """Is too much of what was received no body? Chunks may cost as much as they carry."""
        if self.state in {STATUS, HEADER}:
            return received > HEADER_LIMIT
        chunked = self.deliver is not None
        return chunked and self.state == BODY and received > 2 * (HEADER_LIMIT + self.unpacked)


class _Protocol(_LenientHTTP11ClientProtocol):
    _received = 0

    def request(self, request: Any) -> Deferred[Any]:
        answer = super().request(request)
        self._received = 0
        if self._parser is not None:
            self._parser.__class__ = _Parser  # as Scrapy does: Twisted names its parser itself
        return answer

    def dataReceived(self, data: bytes) -> None:  # noqa: N802 - Twisted's name
        self._received += len(data)
        super().dataReceived(data)  # type: ignore[no-untyped-call]
        parser: Any = self._parser
        if parser is not None and parser.is_beyond(self._received):
            self.transport.abortConnection()  # type: ignore[union-attr]
            self._disconnectParser(Failure(HeadersTooLarge(HEADER_LIMIT)))  # type: ignore[no-untyped-call]


class LimitedFactory(_LenientHTTP11ClientFactory):
    """Makes the connections of a pool: set it as the pool's `_factory`."""

    def buildProtocol(self, addr: IAddress | None) -> _Protocol:  # noqa: N802 - Twisted's name
        return _Protocol(self._quiescentCallback)  # type: ignore[no-untyped-call]


def headers_too_large(error: BaseException | None) -> HeadersTooLarge | None:
    """The reason why a connection was cut, where that is it; Twisted wraps it more than once."""
    for cause in _causes(error):
        if isinstance(cause, HeadersTooLarge):
            return cause
        if isinstance(cause, _MalformedChunkedDataError) and "too long" in str(cause):
            return HeadersTooLarge(HEADER_LIMIT)  # what stands behind the last chunk
    return None


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        for reason in getattr(error, "reasons", ()):
            yield from _causes(reason.value)
        error = error.__cause__


# -- where to ------------------------------------------------------------------------------------


@implementer(IHostnameResolver)
class _Resolver:
    """Resolves one name; only addresses that the policy admits are handed on, and connected to."""

    def __init__(self, resolver: Any, egress: Egress) -> None:
        self._resolver = resolver
        self._egress = egress
        self.refusal: AddressNotAllowed | None = None

    def resolveHostName(  # noqa: N802 - Twisted's names
        self,
        resolutionReceiver: Any,  # noqa: N803
        hostName: str,  # noqa: N803
        portNumber: int = 0,  # noqa: N803
        *further: Any,
        **named: Any,
    ) -> Any:
        def admits(address: str) -> bool:
            return self._egress.admits(hostName, portNumber, address)

        def refuse(addresses: list[str]) -> None:
            self.refusal = refused(hostName, addresses)

        checked = _Receiver(resolutionReceiver, admits, refuse)
        return self._resolver.resolveHostName(checked, hostName, portNumber, *further, **named)


@implementer(IResolutionReceiver)
class _Receiver:
    def __init__(
        self,
        receiver: Any,
        admits: Callable[[str], bool],
        refuse: Callable[[list[str]], None],
    ) -> None:
        self._receiver = receiver
        self._admits = admits
        self._refuse = refuse
        self._left_out: list[str] = []
        self._admitted = False

    def resolutionBegan(self, resolutionInProgress: IHostResolution) -> None:  # noqa: N802, N803
        self._receiver.resolutionBegan(resolutionInProgress)

    def addressResolved(self, address: Any) -> None:  # noqa: N802 - Twisted's name
        if self._admits(address.host):
            self._admitted = True
            self._receiver.addressResolved(address)
        else:
            self._left_out.append(address.host)

    def resolutionComplete(self) -> None:  # noqa: N802 - Twisted's name
        if self._left_out and not self._admitted:
            self._refuse(self._left_out)
        self._receiver.resolutionComplete()


@implementer(IReactorPluggableNameResolver)
class _Reactor:
    """The reactor, with another resolver: endpoints take theirs from it."""

    def __init__(self, reactor: Any, resolver: _Resolver) -> None:
        self._reactor = reactor
        self.nameResolver = resolver

    def __getattr__(self, name: str) -> Any:
        return getattr(self._reactor, name)


class CheckedAgent(_ScrapyAgent):
    """Sends one request. `refusal` tells afterwards why its host was not connected to."""

    def __init__(self, *, egress: Egress, **given: Any) -> None:
        super().__init__(**given)
        self._egress = egress
        self._resolver: _Resolver | None = None

    @property
    def refusal(self) -> AddressNotAllowed | None:
        return self._resolver.refusal if self._resolver is not None else None

    def _get_agent(self, request: Request, timeout: float) -> Agent:
        if request.meta.get("proxy"):  # which resolves the name, and is the operator's own
            return super()._get_agent(request, timeout)
        from twisted.internet import reactor  # noqa: PLC0415 - installed when a crawl begins

        twisted: Any = reactor
        self._resolver = _Resolver(twisted.nameResolver, self._egress)
        bound = normalize_bind_address(request.meta.get("bindaddress") or self._bindAddress)
        return _BindAddressAgent(
            reactor=_Reactor(twisted, self._resolver),  # type: ignore[arg-type]
            contextFactory=self._contextFactory,
            connectTimeout=timeout,
            bindAddress=bound,
            pool=self._pool,
        )
