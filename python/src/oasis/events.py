"""Delivers what happened to the server, in batches, until each event is acknowledged."""

from __future__ import annotations

import collections
import dataclasses
import datetime
import enum
import json
import random
import threading
import time
from typing import Any

from .client import refusal
from .request import timestamp
from .wire import Address, Answer, Exchange, ExchangeFailed, Failure, Pool, post, wait

__all__ = ["Event", "EventCounts", "EventKind", "EventSender"]

_BATCH_MAXIMUM = 1_000


class EventKind(enum.Enum):
    """What a listener did with a track, or that a promotion was never played."""

    SHOWN = "shown"
    STREAMED = "streamed"
    SKIPPED = "skipped"
    SAVED = "saved"
    ADDED = "added"
    FOLLOWED = "followed"
    RELEASED = "released"


@dataclasses.dataclass(frozen=True)
class Event:
    """One outcome.

    Attributes:
        id: Unique within the sender's source, and the same whenever the event is sent again.
        kind: What happened.
        time: When.
        receipt: The receipt of a promoted play; None for an organic one, which the next four name.
        track: What was played.
        listener: By whom.
        surface: Where.
        market: In which country.
        played_milliseconds: How long it was played; for `EventKind.STREAMED`.
        is_new_to_artist: Whether the listener never streamed this artist before, if known.
    """

    id: str
    kind: EventKind
    time: datetime.datetime
    receipt: str | None = None
    track: str | None = None
    listener: str | None = None
    surface: str | None = None
    market: str | None = None
    played_milliseconds: int | None = None
    is_new_to_artist: bool | None = None

    def document(self, source: str) -> dict[str, Any]:
        """The event as CloudEvents 1.0 in JSON.

        Raises:
            ValueError: When it names neither a receipt nor a whole organic play, or its time has no zone.
        """
        organic = {"track": self.track, "listener": self.listener, "surface": self.surface, "market": self.market}
        data: dict[str, Any]
        if self.receipt is not None:
            data = {"receipt": self.receipt}
        elif all(value is not None for value in organic.values()):
            data = dict(organic)
        else:
            raise ValueError("an event needs a receipt, or track, listener, surface and market of an organic play")
        if self.played_milliseconds is not None:
            data["playedMilliseconds"] = self.played_milliseconds
        if self.is_new_to_artist is not None:
            data["isNewToArtist"] = self.is_new_to_artist
        return {
            "specversion": "1.0",
            "id": self.id,
            "source": source,
            "type": f"oasis.{self.kind.value}",
            "time": timestamp(self.time),
            "data": data,
        }


@dataclasses.dataclass
class EventCounts:
    """What became of events.

    Attributes:
        recorded: Acknowledged as new.
        duplicate: Acknowledged as known already.
        refused: Kept by the server but counted for nothing, or not taken at all; by reason.
        dropped: Not taken into the queue because it was full.
        attempts: Batches sent, every attempt counted.
        queued: Waiting to be acknowledged.
    """

    recorded: int = 0
    duplicate: int = 0
    refused: dict[str, int] = dataclasses.field(default_factory=dict)
    dropped: int = 0
    attempts: int = 0
    queued: int = 0


class _BatchRefused(Exception):
    """Some event in a batch is none; the text is the server's reason."""


class EventSender:
    """Sends events in the background, from a thread of its own, until each is acknowledged.

    A batch that is not acknowledged is sent again with the same ids, however often it takes, with growing pauses; the
    server counts each id once. A batch that is refused as a whole is halved until the event at fault is alone, so that
    one bad event costs no other. What is queued lives in memory: it is lost with the process.
    """

    def __init__(
        self,
        address: str,
        source: str,
        *,
        token: str | None = None,
        queue_maximum: int = 100_000,
        batch_maximum: int = 500,
        linger_seconds: float = 0.05,
        attempt_seconds: float = 10.0,
        pause_seconds_maximum: float = 5.0,
    ) -> None:
        """Makes a sender; its thread ends with `close`, or with the process.

        Args:
            address: The server's scoring port, as `http://HOST:PORT`.
            source: Names this producer; together with its id, it tells an event from every other.
            token: What the server knows this caller by.
            queue_maximum: Most events that wait; more are dropped, and counted.
            batch_maximum: Most events in one call, 1 to 1000.
            linger_seconds: How long the first event of a batch waits for others.
            attempt_seconds: How long an acknowledgement is waited for.
            pause_seconds_maximum: Longest pause between attempts.

        Raises:
            ValueError: When the address is none, or a number is out of range.
        """
        if not 1 <= batch_maximum <= _BATCH_MAXIMUM:
            raise ValueError(f"batch_maximum must be 1 to {_BATCH_MAXIMUM}, but is {batch_maximum}")
        self._address = Address.parse(address)
        self._pool = Pool(self._address)
        self._source = source
        self._headers = {} if token is None else {"Authorization": f"Bearer {token}"}
        self._queue_maximum = queue_maximum
        self._batch_maximum = batch_maximum
        self._linger_seconds = linger_seconds
        self._attempt_seconds = attempt_seconds
        self._pause_seconds_maximum = pause_seconds_maximum
        self._changed = threading.Condition()
        self._queue: collections.deque[dict[str, Any]] = collections.deque()
        self._is_closed = False
        self._is_hurried = False
        self._counts = EventCounts()
        self._thread = threading.Thread(target=self._work, name="oasis-events", daemon=True)
        self._thread.start()

    def record(self, event: Event) -> bool:
        """Takes an event into the queue, and never waits.

        Returns:
            Whether it was taken; not when the queue is full or the sender closed.

        Raises:
            ValueError: When it is no event: see `Event.document`.
        """
        document = event.document(self._source)
        with self._changed:
            if self._is_closed or self._counts.queued >= self._queue_maximum:
                self._counts.dropped += 1
                return False
            self._queue.append(document)
            self._counts.queued += 1
            self._changed.notify_all()
            return True

    def flush(self, within: float) -> bool:
        """Waits until everything queued is acknowledged, at most `within` seconds; whether it is."""
        deadline = time.monotonic() + within
        with self._changed:
            self._is_hurried = True
            self._changed.notify_all()
            while self._counts.queued > 0:
                left = deadline - time.monotonic()
                if left <= 0:
                    return False
                self._changed.wait(left)
            return True

    def close(self, within: float = 5.0) -> bool:
        """Flushes and ends the thread; whether everything was acknowledged."""
        is_done = self.flush(within)
        with self._changed:
            self._is_closed = True
            self._changed.notify_all()
        self._thread.join(timeout=max(0.0, within))
        self._pool.close()
        return is_done

    @property
    def counts(self) -> EventCounts:
        """What became of events so far."""
        with self._changed:
            return dataclasses.replace(self._counts, refused=dict(self._counts.refused))

    def __enter__(self) -> EventSender:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def _work(self) -> None:
        while True:
            batch = self._next_batch()
            if not batch:
                return
            if not self._deliver(batch):
                return

    def _next_batch(self) -> list[dict[str, Any]]:
        """The next events, when there are any; empty when the sender is closed."""
        with self._changed:
            while not self._queue and not self._is_closed:
                self._changed.wait()
            if self._is_closed:
                return []
            deadline = time.monotonic() + self._linger_seconds
            while len(self._queue) < self._batch_maximum and not (self._is_hurried or self._is_closed):
                left = deadline - time.monotonic()
                if left <= 0:
                    break
                self._changed.wait(left)
            count = min(len(self._queue), self._batch_maximum)
            return [self._queue.popleft() for _ in range(count)]

    def _deliver(self, batch: list[dict[str, Any]]) -> bool:
        """Sends a batch until it is acknowledged or refused; False when the sender was closed meanwhile."""
        attempt = 0
        while True:
            attempt += 1
            with self._changed:
                self._counts.attempts += 1
            try:
                self._acknowledge(batch, self._attempt(batch))
                return True
            except _BatchRefused as refused:
                return self._deliver_apart(batch, str(refused))
            except ExchangeFailed:
                pass
            with self._changed:
                if self._changed.wait_for(lambda: self._is_closed, timeout=self._pause(attempt)):
                    return False

    def _deliver_apart(self, batch: list[dict[str, Any]], reason: str) -> bool:
        """One bad event refuses its batch: halves find it, and the others are delivered."""
        if len(batch) > 1:
            middle = len(batch) // 2
            return self._deliver(batch[:middle]) and self._deliver(batch[middle:])
        self._settle([("refused", reason)])
        return True

    def _attempt(self, batch: list[dict[str, Any]]) -> Answer:
        body = json.dumps(batch, separators=(",", ":")).encode()
        request = post(self._address, "/v1/events", "application/cloudevents-batch+json", body, self._headers)
        exchange = Exchange(self._pool, request, time.monotonic)
        while True:
            left = self._attempt_seconds - exchange.seconds
            if left <= 0:
                exchange.close()
                raise ExchangeFailed(Failure.DEADLINE_PASSED, "no acknowledgement came in time")
            # In short turns, so that closing does not wait for a silent server.
            if not wait([exchange], min(left, 0.1)):
                if self._is_closed:
                    exchange.close()
                    raise ExchangeFailed(Failure.DEADLINE_PASSED, "the sender was closed")
                continue
            answer = exchange.advance()
            if answer is not None:
                return answer

    def _acknowledge(self, batch: list[dict[str, Any]], answer: Answer) -> None:
        if answer.status in (400, 413):
            raise _BatchRefused(refusal(answer).message.partition(":")[0])
        if answer.status != 200:
            # A wrong token or path is put right by people, and the events wait for them.
            raise refusal(answer)
        try:
            results = json.loads(answer.body)["results"]
            if [result["id"] for result in results] != [event["id"] for event in batch]:
                raise ValueError("it acknowledges other events")
            settled = [(str(result["status"]), str(result.get("reason", "no-reason"))) for result in results]
            if not all(status in ("recorded", "duplicate", "refused") for status, _ in settled):
                raise ValueError("it has a status that is none")
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as cause:
            raise ExchangeFailed(Failure.MALFORMED_REPLY, f"the answer is no acknowledgement: {cause}") from cause
        self._settle(settled)

    def _settle(self, settled: list[tuple[str, str]]) -> None:
        with self._changed:
            for status, reason in settled:
                if status == "recorded":
                    self._counts.recorded += 1
                elif status == "duplicate":
                    self._counts.duplicate += 1
                else:
                    self._counts.refused[reason] = self._counts.refused.get(reason, 0) + 1
            self._counts.queued -= len(settled)
            self._is_hurried = self._is_hurried and self._counts.queued > 0
            self._changed.notify_all()

    def _pause(self, attempt: int) -> float:
        """Doubles from 20 ms, less up to half of it by chance, so that many senders do not come back at once."""
        longest = min(self._pause_seconds_maximum, 0.02 * 2 ** min(attempt - 1, 20))
        return float(longest * random.uniform(0.5, 1.0))
