"""Events are delivered once each, whatever the server does on the way."""

from __future__ import annotations

import datetime
import json
import socket
import threading
from typing import Any

import pytest

from oasis import Event, EventKind, EventSender
from scripted import Behaviour, Received, ScriptedServer, answer, hang_up, silence

PATIENCE = 30.0
TIME = datetime.datetime(2026, 11, 24, 12, 0, 0, 250_000, tzinfo=datetime.timezone.utc)


def event(name: str, **changes: Any) -> Event:
    fields: dict[str, Any] = {"id": name, "kind": EventKind.SHOWN, "time": TIME, "receipt": "cmVjZWlwdA"}
    return Event(**{**fields, **changes})


class Ledger:
    """Counts each id once, and answers as the server does."""

    def __init__(self) -> None:
        self.ids: list[str] = []
        self.batches: list[list[str]] = []
        self.bad: set[str] = set()

    def __call__(self, received: Received) -> Behaviour:
        events = json.loads(received.body)
        names = [entry["id"] for entry in events]
        self.batches.append(names)
        if self.bad & set(names):
            return answer(400, '{"error":{"reason":"INVALID_FIELD","message":"[0].id must be shorter."}}')
        results = []
        for name in names:
            results.append({"id": name, "status": "duplicate" if name in self.ids else "recorded"})
            if name not in self.ids:
                self.ids.append(name)
        return answer(200, json.dumps({"results": results}))


def test_events_arrive_in_order_as_cloud_events() -> None:
    ledger = Ledger()
    with ScriptedServer(ledger) as server, EventSender(server.address, "player", token="t") as sender:
        sender.record(event("1", kind=EventKind.STREAMED, played_milliseconds=31_000, is_new_to_artist=True))
        sender.record(event("2", receipt=None, track="t", listener="l", surface="radio", market="DE"))
        assert sender.flush(PATIENCE)
        assert ledger.ids == ["1", "2"]
        sent = [entry for received in server.received for entry in json.loads(received.body)]
        assert sent[0] == {
            "specversion": "1.0",
            "id": "1",
            "source": "player",
            "type": "oasis.streamed",
            "time": "2026-11-24T12:00:00.250Z",
            "data": {"receipt": "cmVjZWlwdA", "playedMilliseconds": 31_000, "isNewToArtist": True},
        }
        assert sent[1]["data"] == {"track": "t", "listener": "l", "surface": "radio", "market": "DE"}
        assert server.received[0].headers["content-type"] == "application/cloudevents-batch+json"
        assert server.received[0].headers["authorization"] == "Bearer t"
        assert (sender.counts.recorded, sender.counts.queued) == (2, 0)


def test_many_events_go_in_few_batches() -> None:
    ledger = Ledger()
    with ScriptedServer(ledger) as server:
        with EventSender(server.address, "player", batch_maximum=100, linger_seconds=PATIENCE) as sender:
            for number in range(1_000):
                assert sender.record(event(str(number)))
            assert sender.flush(PATIENCE)
        assert ledger.ids == [str(number) for number in range(1_000)]
        assert len(ledger.batches) == 10


def test_a_lost_acknowledgement_sends_the_same_ids_again() -> None:
    ledger = Ledger()
    calls = []

    def behave(received: Received) -> Behaviour:
        calls.append(received)
        reply = ledger(received)
        return hang_up if len(calls) <= 2 else reply

    with ScriptedServer(behave) as server, EventSender(server.address, "player", linger_seconds=0) as sender:
        sender.record(event("1"))
        assert sender.flush(PATIENCE)
        assert ledger.batches == [["1"]] * 3
        assert (sender.counts.recorded, sender.counts.duplicate) == (0, 1)


def test_an_overloaded_server_is_asked_again_later() -> None:
    ledger = Ledger()
    calls = []

    def behave(received: Received) -> Behaviour:
        calls.append(received)
        return answer(503, "{}") if len(calls) <= 3 else ledger(received)

    with ScriptedServer(behave) as server, EventSender(server.address, "player") as sender:
        sender.record(event("1"))
        assert sender.flush(PATIENCE)
        assert sender.counts.recorded == 1 and sender.counts.attempts == 4


def test_a_wrong_token_keeps_the_events_until_it_is_put_right() -> None:
    ledger = Ledger()
    is_right = threading.Event()
    was_asked = threading.Event()

    def behave(received: Received) -> Behaviour:
        was_asked.set()
        return ledger(received) if is_right.is_set() else answer(401, "{}")

    with ScriptedServer(behave) as server, EventSender(server.address, "player") as sender:
        sender.record(event("1"))
        assert was_asked.wait(PATIENCE)
        assert sender.counts.queued == 1
        is_right.set()
        assert sender.flush(PATIENCE) and sender.counts.recorded == 1


def test_one_bad_event_costs_no_other() -> None:
    ledger = Ledger()
    ledger.bad = {"13"}
    with ScriptedServer(ledger) as server:
        with EventSender(server.address, "player", linger_seconds=PATIENCE) as sender:
            for number in range(40):
                sender.record(event(str(number)))
            assert sender.flush(PATIENCE)
            assert sender.counts.recorded == 39
            assert sender.counts.refused == {"INVALID_FIELD": 1}
        assert sorted(ledger.ids, key=int) == [str(number) for number in range(40) if number != 13]


def test_a_server_that_comes_back_gets_what_waited() -> None:
    with ScriptedServer(lambda _: silence) as gone:
        port = gone.port
    sender = EventSender(f"http://127.0.0.1:{port}", "player")
    sender.record(event("1"))
    assert not sender.flush(0.1)
    ledger = Ledger()
    with ScriptedServer(ledger, port=port):
        assert sender.flush(PATIENCE)
        assert ledger.ids == ["1"]
        assert sender.close()


def test_a_full_queue_drops_and_says_so_and_never_waits() -> None:
    with ScriptedServer(lambda _: silence) as server:
        sender = EventSender(server.address, "player", queue_maximum=3)
        assert [sender.record(event(str(number))) for number in range(5)] == [True, True, True, False, False]
        assert sender.counts.dropped == 2
        assert not sender.close(within=0.1)
        assert not sender.record(event("6"))


def lie(body: str) -> Behaviour:
    return answer(200, body)


@pytest.mark.parametrize(
    "body",
    ["", "[]", '{"results":[]}', '{"results":[{"id":"2","status":"recorded"}]}', '{"results":[{"id":"1","status":"x"}]}'],
)
def test_a_lie_acknowledges_nothing(body: str) -> None:
    ledger = Ledger()
    calls = []

    def behave(received: Received) -> Behaviour:
        calls.append(received)
        return lie(body) if len(calls) == 1 else ledger(received)

    with ScriptedServer(behave) as server, EventSender(server.address, "player") as sender:
        sender.record(event("1"))
        assert sender.flush(PATIENCE)
        assert sender.counts.recorded == 1 and len(calls) == 2


def test_what_is_no_event_is_refused_at_once() -> None:
    with EventSender("http://127.0.0.1:9", "player") as sender:
        with pytest.raises(ValueError, match="receipt"):
            sender.record(event("1", receipt=None, track="t"))
        with pytest.raises(ValueError, match="time zone"):
            sender.record(event("1", time=datetime.datetime(2026, 1, 1)))
        assert sender.counts.queued == 0


def test_a_connection_that_breaks_in_the_middle_of_an_answer_is_no_acknowledgement() -> None:
    ledger = Ledger()
    calls = []

    def half(received: Received, connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{\"results\":[")
        connection.close()

    def behave(received: Received) -> Behaviour:
        calls.append(received)
        reply = ledger(received)
        return half if len(calls) == 1 else reply

    with ScriptedServer(behave) as server, EventSender(server.address, "player") as sender:
        sender.record(event("1"))
        assert sender.flush(PATIENCE)
        assert ledger.ids == ["1"] and sender.counts.duplicate == 1
