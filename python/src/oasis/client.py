"""Asks a server for promotion scores: in time or not at all, and never raises."""

from __future__ import annotations

import dataclasses
import enum
import json
import math
import threading
import time
from collections.abc import Callable
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from .request import Explanation, Promotion, Request, Term
from .resilience import BreakerSettings, BreakerState, CircuitBreaker, HedgePolicy, HedgeSettings, Permit
from .wire import Address, Answer, Exchange, ExchangeFailed, Failure, Pool, post, wait

__all__ = ["Client", "ClientCounts", "Fallback", "Reply", "Source"]

_DEADLINE_MILLISECONDS_MAXIMUM = 60_000


class Source(enum.Enum):
    """Whose boosts a reply holds."""

    #: The server's.
    SERVER = "server"
    #: This process's own, by the last good snapshot; `Reply.failure` says why not the server's.
    LOCAL = "local"
    #: Nobody's: every boost is 0, and `Reply.failure` says why.
    NONE = "none"


@dataclasses.dataclass(frozen=True)
class Reply:
    """What to add to the organic scores, and how it came about.

    Attributes:
        request_id: The request it answers.
        candidate_count: How many candidates the request has.
        source: Whose boosts these are.
        failure: Why they are not the server's; None when they are.
        message: The failure in a sentence; empty without one.
        promotions: The promoted candidates; every other candidate's boost is 0.
        degraded: What was not as it should be, as codes; the reply is safe to use as it is.
        snapshot: The snapshot that priced it.
        snapshot_age_seconds: How old that was.
        policy_version: Version of the policy in that snapshot.
        arm: Which side of the permanent experiment the listener is on.
        is_hedged: Whether a second try was sent.
        seconds: How long it took.
    """

    request_id: str
    candidate_count: int
    source: Source
    failure: Failure | None = None
    message: str = ""
    promotions: tuple[Promotion, ...] = ()
    degraded: tuple[str, ...] = ()
    snapshot: str | None = None
    snapshot_age_seconds: float | None = None
    policy_version: int | None = None
    arm: str | None = None
    is_hedged: bool = False
    seconds: float = 0.0

    def boosts(self) -> npt.NDArray[np.float32]:
        """What to add to each candidate's organic score."""
        boosts = np.zeros(self.candidate_count, np.float32)
        for promotion in self.promotions:
            boosts[promotion.index] = promotion.boost
        return boosts


class Fallback(Protocol):
    """Who scores when the server does not; `LocalPrices` does."""

    def score_locally(self, request: Request) -> Reply | None:
        """A reply whose source is `Source.LOCAL`; None when there is nothing to score by. Takes well below a
        millisecond."""


@dataclasses.dataclass
class ClientCounts:
    """What a client has done so far.

    Attributes:
        calls: Calls of `score`.
        hedged: Calls that were tried twice.
        failures: Calls without a usable answer of the server, by failure.
        local: Calls that were answered by the fallback.
    """

    calls: int = 0
    hedged: int = 0
    failures: dict[Failure, int] = dataclasses.field(default_factory=dict)
    local: int = 0


class Client:
    """A client of one server's scoring port, for any number of threads.

    `score` returns within its deadline, whatever the server does, and never raises: without a usable answer every boost
    is 0, unless a fallback scores in this process, and the reply says what went wrong.

    A call that is slower than most is tried a second time on another connection, for a small share of calls; the first
    answer is used and the other connection closed. Both tries carry the same request id, so both would be promoted
    alike; but a campaign with a cap may have a unit reserved for each, and the one that is not used comes back when its
    receipt expires.
    """

    #: Of the deadline, what is kept back for the fallback.
    _FALLBACK_SECONDS = 0.002

    def __init__(
        self,
        address: str,
        *,
        token: str | None = None,
        fallback: Fallback | None = None,
        breaker: BreakerSettings = BreakerSettings(),
        hedging: HedgeSettings = HedgeSettings(),
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Makes a client; the first connection is opened by the first call.

        Args:
            address: The server's scoring port, as `http://HOST:PORT`.
            token: What the server knows this caller by.
            fallback: Who scores when the server does not.
            breaker: When to stop calling a server that does not answer.
            hedging: When to try a call twice.
            clock: Seconds that never go back.

        Raises:
            ValueError: When the address is none.
        """
        self._address = Address.parse(address)
        self._pool = Pool(self._address)
        self._headers = {} if token is None else {"Authorization": f"Bearer {token}"}
        self._fallback = fallback
        self._now = clock
        self._lock = threading.Lock()
        self._breaker = CircuitBreaker(breaker)
        self._hedging = HedgePolicy(hedging)
        self._counts = ClientCounts()

    def score(self, request: Request, within: float) -> Reply:
        """Boosts for a request's candidates.

        Args:
            request: The decision.
            within: Seconds from now until the reply is needed. The server is told, and answers in time or not at all.

        Returns:
            The reply; its source says whose boosts it holds.
        """
        began = self._now()
        count = _length(request)
        try:
            call = _Call(self, request, began, within)
            try:
                reply = call.run()
            except ExchangeFailed as failed:
                reply = self._without_server(request, count, failed, call.is_hedged)
        except Exception as cause:  # Whatever it is, it must cost the boosts and not the caller's request.
            reply = self._none(request, count, Failure.CLIENT_ERROR, f"{type(cause).__name__}: {cause}")
        self._count(reply)
        return dataclasses.replace(reply, seconds=self._now() - began)

    @property
    def breaker_state(self) -> BreakerState:
        """What the circuit breaker does with calls now."""
        with self._lock:
            return self._breaker.state(self._now())

    @property
    def counts(self) -> ClientCounts:
        """What was done so far."""
        with self._lock:
            return dataclasses.replace(self._counts, failures=dict(self._counts.failures))

    def close(self) -> None:
        """Closes the connections that wait for a call."""
        self._pool.close()

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def _without_server(self, request: Request, count: int, failed: ExchangeFailed, is_hedged: bool) -> Reply:
        # What the server refuses is not one to score here either.
        if self._fallback is not None and failed.failure not in (Failure.REFUSED, Failure.INVALID_REQUEST):
            reply = self._fallback.score_locally(request)
            if reply is not None:
                return dataclasses.replace(
                    reply, failure=failed.failure, message=failed.message, is_hedged=is_hedged
                )
        reply = self._none(request, count, failed.failure, failed.message)
        return dataclasses.replace(reply, is_hedged=is_hedged)

    @staticmethod
    def _none(request: Request, count: int, failure: Failure, message: str) -> Reply:
        return Reply(
            request_id=str(getattr(request, "request_id", "")),
            candidate_count=count,
            source=Source.NONE,
            failure=failure,
            message=message,
        )

    def _count(self, reply: Reply) -> None:
        with self._lock:
            self._counts.calls += 1
            self._counts.hedged += reply.is_hedged
            self._counts.local += reply.source is Source.LOCAL
            if reply.failure is not None:
                failures = self._counts.failures
                failures[reply.failure] = failures.get(reply.failure, 0) + 1


class _Call:
    """One call of `Client.score`: one or two exchanges, of which the first good answer is used."""

    def __init__(self, client: Client, request: Request, began: float, within: float) -> None:
        self._client = client
        self._request = request
        self._began = began
        reserve = 0.0 if client._fallback is None else client._FALLBACK_SECONDS
        self._deadline = began + max(0.0, within - reserve) if within == within else began
        self._exchanges: list[Exchange] = []
        self.is_hedged = False

    def run(self) -> Reply:
        """The server's reply.

        Raises:
            ExchangeFailed: When there is none.
        """
        client = self._client
        try:
            body = self._request.body()
        except (ValueError, TypeError, AttributeError, OverflowError) as cause:
            raise ExchangeFailed(Failure.INVALID_REQUEST, str(cause)) from cause
        with client._lock:
            permit = client._breaker.permit(client._now())
            delay = client._hedging.begin()
        if permit is None:
            raise ExchangeFailed(Failure.CIRCUIT_OPEN, "the server did not answer lately, and is left alone for a while")
        return self._reported(permit, body, math.inf if delay is None else self._began + delay)

    def _reported(self, permit: Permit, body: bytes, hedge_at: float) -> Reply:
        """Runs the exchanges and tells the circuit breaker what became of them."""
        client = self._client
        try:
            reply = self._race(body, hedge_at)
        except ExchangeFailed as failed:
            with client._lock:
                if failed.failure is Failure.REFUSED:
                    # It answered; that it did not like the request is no fault of its own.
                    client._breaker.succeeded(permit)
                else:
                    client._breaker.failed(permit, client._now())
            raise
        except BaseException:
            with client._lock:
                client._breaker.withdrawn(permit)
            raise
        finally:
            for exchange in self._exchanges:
                exchange.close()
        with client._lock:
            client._breaker.succeeded(permit)
        return reply

    def _race(self, body: bytes, hedge_at: float) -> Reply:
        now = self._client._now
        failed: ExchangeFailed | None = None
        try:
            self._begin(body)
        except ExchangeFailed as cause:
            failed = cause
        while True:
            if not self._exchanges:
                if failed is not None and not (now() < self._deadline and self._recovers(failed, body)):
                    raise failed
                if not self._exchanges:
                    continue
            left = self._deadline - now()
            if left <= 0:
                raise ExchangeFailed(Failure.DEADLINE_PASSED, "no answer came in time")
            if not self.is_hedged and now() >= hedge_at:
                hedge_at = math.inf
                self._try_again(body)
            for exchange in wait(self._exchanges, min(left, max(0.0, hedge_at - now()))):
                try:
                    answer = exchange.advance()
                    if answer is None:
                        continue
                    self._exchanges.remove(exchange)
                    reply = _reply(answer, self._request, self.is_hedged)
                except ExchangeFailed as cause:
                    failed = cause
                    if exchange in self._exchanges:
                        self._exchanges.remove(exchange)
                    if cause.failure is Failure.REFUSED:
                        raise
                    continue
                with self._client._lock:
                    self._client._hedging.answered(exchange.seconds)
                return reply

    def _recovers(self, failed: ExchangeFailed, body: bytes) -> bool:
        """Tries again at once when a connection broke; an answer that says no is not worth it."""
        # One that went stale costs no budget: the server most likely never saw the call.
        if failed.is_stale_connection:
            return self._try_again(body, is_free=True)
        return failed.failure in (Failure.UNREACHABLE, Failure.CONNECTION_LOST) and self._try_again(body)

    def _try_again(self, body: bytes, *, is_free: bool = False) -> bool:
        """Begins a second exchange, when the budget allows it; a call never has a third."""
        if self.is_hedged:
            return False
        with self._client._lock:
            if not is_free and not self._client._hedging.take_try():
                return False
        self.is_hedged = True
        try:
            self._begin(body, is_new=True)
        except ExchangeFailed:
            return False
        return True

    def _begin(self, body: bytes, *, is_new: bool = False) -> None:
        client = self._client
        left = int((self._deadline - client._now()) * 1000)
        headers = dict(client._headers)
        headers["X-Deadline-Ms"] = str(min(max(left, 1), _DEADLINE_MILLISECONDS_MAXIMUM))
        try:
            request = post(client._address, "/v1/score", "application/json", body, headers)
        except (ValueError, UnicodeEncodeError) as cause:
            raise ExchangeFailed(Failure.INVALID_REQUEST, str(cause)) from cause
        self._exchanges.append(Exchange(client._pool, request, client._now, is_new=is_new))


def _length(request: Request) -> int:
    try:
        return len(request.tracks)
    except Exception:
        return 0


def refusal(answer: Answer) -> ExchangeFailed:
    """What an answer other than 200 means."""
    reason, message = f"HTTP_{answer.status}", f"the server answered {answer.status}"
    try:
        detail = json.loads(answer.body)["error"]
        reason, message = str(detail["reason"]), str(detail["message"])
    except (ValueError, KeyError, TypeError, RecursionError):
        pass
    is_refused = 400 <= answer.status < 500 and answer.status not in (408, 429)
    return ExchangeFailed(Failure.REFUSED if is_refused else Failure.SERVER_ERROR, f"{reason}: {message}")


def _reply(answer: Answer, request: Request, is_hedged: bool) -> Reply:
    """Reads a reply, and believes nothing in it that cannot be true.

    Raises:
        ExchangeFailed: When the server refused, or the answer is no reply to this request.
    """
    if answer.status != 200:
        raise refusal(answer)
    try:
        document = json.loads(answer.body)
        if document["requestId"] != request.request_id:
            raise ValueError("it answers another request")
        promotions = tuple(_promotion(entry, request) for entry in _list(document["promotions"]))
        if len({promotion.index for promotion in promotions}) < len(promotions):
            raise ValueError("it promotes a candidate twice")
        if len(promotions) > request.promotable_slots:
            raise ValueError("it promotes more candidates than there are slots")
        return Reply(
            request_id=request.request_id,
            candidate_count=len(request.tracks),
            source=Source.SERVER,
            promotions=promotions,
            degraded=tuple(str(code) for code in _list(document["degraded"])),
            snapshot=_optional(document.get("snapshot"), str),
            snapshot_age_seconds=_optional(document.get("snapshotAgeSeconds"), float),
            policy_version=_optional(document.get("policyVersion"), int),
            arm=_optional(document.get("arm"), str),
            is_hedged=is_hedged,
        )
    except (ValueError, KeyError, TypeError, OverflowError, RecursionError) as cause:
        raise ExchangeFailed(Failure.MALFORMED_REPLY, f"the answer is no reply: {cause}") from cause


def _promotion(entry: Any, request: Request) -> Promotion:
    index, boost, propensity = entry["index"], entry["boost"], entry["propensity"]
    if type(index) is not int or not 0 <= index < len(request.tracks) or entry["track"] != request.tracks[index]:
        raise ValueError("it promotes a candidate that the request does not have")
    if type(boost) not in (int, float) or not 0 <= boost <= 2e6:
        raise ValueError(f"it has a boost that is none: {boost!r}")
    if type(propensity) not in (int, float) or not 0 <= propensity <= 1:
        raise ValueError(f"it has a propensity that is none: {propensity!r}")
    return Promotion(
        index=index,
        campaign=str(entry["campaign"]),
        boost=float(np.float32(boost)),
        propensity=float(np.float32(propensity)),
        reasons=tuple(str(reason) for reason in _list(entry["reasons"])),
        receipt=str(entry["receipt"]),
        explanation=_explanation(entry["explanation"]) if "explanation" in entry else None,
    )


def _explanation(entry: Any) -> Explanation:
    terms = tuple(
        Term(
            attribute=str(term["attribute"]),
            amount=_number(term["amount"]),
            worth=_number(term["worth"]),
            campaign_price=_number(term["campaignPrice"]),
            cell_price=_number(term["cellPrice"]),
            contribution=_number(term["contribution"]),
        )
        for term in _list(entry["terms"])
    )
    return Explanation(
        terms=terms,
        loss_price=_number(entry["lossPrice"]),
        listener_loss=_number(entry["listenerLoss"]),
        full_boost=_number(entry["fullBoost"]),
    )


def _number(value: Any) -> float:
    if type(value) not in (int, float) or not math.isfinite(value):
        raise ValueError(f"it explains a boost with what is no number: {value!r}")
    return float(value)


def _list(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise ValueError(f"it has {type(value).__name__} in place of a list")
    return value


def _optional(value: Any, kind: Callable[[Any], Any]) -> Any:
    return None if value is None else kind(value)
