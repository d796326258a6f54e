"""The client against servers that are slow, dead, half open, broken, and liars."""

from __future__ import annotations

import datetime
import json
import socket
import threading
import time
from typing import Any

import numpy as np
import pytest

from oasis import BreakerSettings, BreakerState, Client, Failure, HedgeSettings, Reply, Request, Source, Term
from scripted import Behaviour, Received, ScriptedServer, answer, hang_up, raw, reset, silence

#: Long enough for any machine that is merely busy.
PATIENCE = 30.0
NEVER_HEDGED = HedgeSettings(budget_share=0)


def request(**changes: Any) -> Request:
    fields: dict[str, Any] = {
        "request_id": "r-1",
        "listener": "l-1",
        "surface": "radio",
        "market": "DE",
        "scale": "utility",
        "slate_size": 2,
        "promotable_slots": 1,
        "tracks": ["a", "b", "c"],
        "organic_scores": np.array([0.1, 0.2, 0.3], np.float32),
    }
    return Request(**{**fields, **changes})


def explained(**changes: Any) -> dict[str, Any]:
    """How the boost of `reply_body` came about, as the server says it."""
    term = {
        "attribute": "stream", "amount": 0.5, "worth": 1.0, "campaignPrice": 0.25, "cellPrice": 0.125,
        "contribution": 0.3125,
    }
    return {"terms": [term], "lossPrice": 1.25, "listenerLoss": 0.5, "fullBoost": 0.25, **changes}


def reply_body(**changes: Any) -> str:
    promotion = {
        "index": 0,
        "track": "a",
        "campaign": "k",
        "boost": 0.25,
        "propensity": 0.5,
        "reasons": ["worth-its-price"],
        "receipt": "cmVjZWlwdA",
    }
    promotion.update(changes.pop("promotion", {}))
    document = {
        "requestId": "r-1",
        "snapshot": "0000000000000001",
        "snapshotAgeSeconds": 1.5,
        "policyVersion": 3,
        "arm": "promoted",
        "promotions": [promotion],
        "degraded": ["stale-snapshot"],
    }
    document.update(changes)
    return json.dumps(document)


def state(client: Client) -> BreakerState:
    return client.breaker_state


def assert_nothing(reply: Reply, failure: Failure) -> None:
    assert reply.failure is failure, reply
    assert reply.source is Source.NONE
    assert reply.boosts().tolist() == [0, 0, 0]
    assert reply.message


def test_a_reply_arrives_with_everything_in_it() -> None:
    with ScriptedServer(lambda _: answer(200, reply_body())) as server, Client(server.address, token="t") as client:
        reply = client.score(request(), within=PATIENCE)
        assert reply.source is Source.SERVER and reply.failure is None
        assert reply.boosts().tolist() == [0.25, 0, 0]
        assert reply.promotions[0].receipt == "cmVjZWlwdA" and reply.promotions[0].propensity == 0.5
        assert (reply.snapshot, reply.policy_version, reply.arm) == ("0000000000000001", 3, "promoted")
        assert reply.degraded == ("stale-snapshot",)
        received = server.received[0]
        assert received.headers["authorization"] == "Bearer t"
        assert 1 <= int(received.headers["x-deadline-ms"]) <= 30_000
        assert received.document["candidates"] == {
            "track": ["a", "b", "c"],
            "organicScore": [float(np.float32(score)) for score in (0.1, 0.2, 0.3)],
        }


def test_a_reply_explains_its_boosts_when_it_is_asked_to() -> None:
    received: list[object] = []

    def behaviour(message: Received) -> Behaviour:
        received.append(message.document.get("explain"))
        return answer(200, reply_body(promotion={"explanation": explained()} if received[-1] else {}))

    with ScriptedServer(behaviour) as server, Client(server.address) as client:
        plain = client.score(request(), within=PATIENCE)
        reply = client.score(request(explain=True), within=PATIENCE)
    assert received == [None, True]
    assert plain.promotions[0].explanation is None
    explanation = reply.promotions[0].explanation
    assert explanation is not None and explanation.terms[0] == Term("stream", 0.5, 1.0, 0.25, 0.125, 0.3125)
    assert (explanation.loss_price, explanation.listener_loss, explanation.full_boost) == (1.25, 0.5, 0.25)


def test_the_deadline_that_is_sent_is_what_is_left_of_it() -> None:
    with ScriptedServer(lambda _: answer(200, reply_body())) as server, Client(server.address) as client:
        for within, least, most in ((PATIENCE, 15_000, 30_000), (1e9, 60_000, 60_000)):
            client.score(request(), within=within)
            assert least <= int(server.received[-1].headers["x-deadline-ms"]) <= most


def test_one_connection_serves_calls_one_after_the_other() -> None:
    with ScriptedServer(lambda _: answer(200, reply_body())) as server, Client(server.address) as client:
        for _ in range(5):
            assert client.score(request(), within=PATIENCE).source is Source.SERVER
        assert server.connections == 1


def test_a_connection_that_the_server_closed_meanwhile_is_not_used() -> None:
    def behave(received: Received) -> Behaviour:
        def act(received: Received, connection: socket.socket) -> None:
            answer(200, reply_body())(received, connection)
            connection.close()

        return act

    with ScriptedServer(behave) as server, Client(server.address) as client:
        for _ in range(5):
            assert client.score(request(), within=PATIENCE).source is Source.SERVER


def test_chunks_are_read_as_one_body() -> None:
    body = reply_body().encode()
    chunked = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    for start in range(0, len(body), 50):
        part = body[start : start + 50]
        chunked += f"{len(part):x};x=y\r\n".encode() + part + b"\r\n"
    with ScriptedServer(lambda _: raw(chunked + b"0\r\n\r\n")) as server, Client(server.address) as client:
        assert client.score(request(), within=PATIENCE).boosts().tolist() == [0.25, 0, 0]


def test_a_dead_server_costs_the_boosts_and_not_the_call() -> None:
    with ScriptedServer(lambda _: silence) as server:
        pass
    with Client(server.address) as client:
        assert_nothing(client.score(request(), within=PATIENCE), Failure.UNREACHABLE)


@pytest.mark.parametrize("within", [0.05, 0.0, -1.0, float("nan")])
def test_a_silent_server_is_waited_for_until_the_deadline_and_no_longer(within: float) -> None:
    with ScriptedServer(lambda _: silence) as server, Client(server.address) as client:
        began = time.monotonic()
        assert_nothing(client.score(request(), within=within), Failure.DEADLINE_PASSED)
        assert time.monotonic() - began < 10, "a silent server holds nobody up"


def test_a_server_that_answers_drop_by_drop_is_not_waited_for_either() -> None:
    stop = threading.Event()

    def drip(received: Received, connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
        while not stop.wait(0.01):
            connection.sendall(b" ")

    with ScriptedServer(lambda _: drip) as server, Client(server.address) as client:
        assert_nothing(client.score(request(), within=0.2), Failure.DEADLINE_PASSED)
        stop.set()


@pytest.mark.parametrize("behaviour", [hang_up, reset], ids=["hangs up", "resets"])
def test_a_broken_connection_is_tried_again_once(behaviour: Behaviour) -> None:
    calls = []

    def behave(received: Received) -> Behaviour:
        calls.append(received)
        return behaviour if len(calls) == 1 else answer(200, reply_body())

    with ScriptedServer(behave) as server, Client(server.address) as client:
        reply = client.score(request(), within=PATIENCE)
        assert reply.source is Source.SERVER and reply.is_hedged
        assert calls[0].body == calls[1].body, "the same request id, so the same draw"


@pytest.mark.parametrize("behaviour", [hang_up, reset], ids=["hangs up", "resets"])
def test_a_server_that_breaks_every_connection_costs_the_boosts(behaviour: Behaviour) -> None:
    with ScriptedServer(lambda _: behaviour) as server, Client(server.address) as client:
        assert_nothing(client.score(request(), within=PATIENCE), Failure.CONNECTION_LOST)
        assert len(server.received) == 2, "never a third try"


LIES: dict[str, Behaviour] = {
    "no JSON": answer(200, "<html>"),
    "not UTF-8": answer(200, b'{"requestId":"\xff"}'),
    "no object": answer(200, "[]"),
    "another request": answer(200, reply_body(requestId="r-2")),
    "no promotions": answer(200, reply_body(promotions=None)),
    "index too large": answer(200, reply_body(promotion={"index": 3})),
    "index below zero": answer(200, reply_body(promotion={"index": -1})),
    "index is true": answer(200, reply_body(promotion={"index": True})),
    "another track": answer(200, reply_body(promotion={"track": "b"})),
    "boost is NaN": answer(200, reply_body(promotion={"boost": float("nan")})),
    "boost is infinite": answer(200, reply_body(promotion={"boost": float("inf")})),
    "boost below zero": answer(200, reply_body(promotion={"boost": -0.1})),
    "boost is text": answer(200, reply_body(promotion={"boost": "0.25"})),
    "explanation without terms": answer(200, reply_body(promotion={"explanation": {"lossPrice": 1}})),
    "explanation by no number": answer(200, reply_body(promotion={"explanation": explained(fullBoost=float("nan"))})),
    "propensity above one": answer(200, reply_body(promotion={"propensity": 1.1})),
    "deep nesting": answer(200, "[" * 100_000),
    "more than there are slots": answer(200, reply_body(promotions=[{}, {}])),
    "not HTTP": raw(b"hello\r\n\r\n"),
    "no length": raw(b"HTTP/1.1 200 OK\r\n\r\n{}"),
    "a length that is none": raw(b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n{}"),
    "a chunk that is none": raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxx\r\n"),
}


@pytest.mark.parametrize("lie", LIES.values(), ids=LIES.keys())
def test_a_lie_costs_the_boosts(lie: Behaviour) -> None:
    with ScriptedServer(lambda _: lie) as server, Client(server.address) as client:
        assert_nothing(client.score(request(), within=PATIENCE), Failure.MALFORMED_REPLY)


def test_a_refusal_names_its_reason_and_does_not_open_the_circuit() -> None:
    refusal = answer(400, '{"error":{"reason":"INVALID_FIELD","message":"slateSize must be 1 to 100."}}')
    with ScriptedServer(lambda _: refusal) as server, Client(server.address) as client:
        for _ in range(20):
            reply = client.score(request(), within=PATIENCE)
            assert_nothing(reply, Failure.REFUSED)
            assert reply.message == "INVALID_FIELD: slateSize must be 1 to 100."
        assert state(client) is BreakerState.CLOSED


def test_a_failing_server_is_left_alone_and_found_again() -> None:
    is_well = threading.Event()

    def behave(received: Received) -> Behaviour:
        return answer(200, reply_body()) if is_well.is_set() else answer(503, "{}")

    clock = [0.0]
    with ScriptedServer(behave) as server, Client(server.address, clock=lambda: clock[0]) as client:
        for _ in range(5):
            assert_nothing(client.score(request(), within=PATIENCE), Failure.SERVER_ERROR)
        assert state(client) is BreakerState.OPEN
        assert_nothing(client.score(request(), within=PATIENCE), Failure.CIRCUIT_OPEN)
        assert len(server.received) == 5, "an open circuit sends nothing"
        is_well.set()
        clock[0] = 1.0
        for _ in range(2):
            assert client.score(request(), within=PATIENCE).source is Source.SERVER
        assert state(client) is BreakerState.CLOSED
        assert client.counts.failures == {Failure.SERVER_ERROR: 5, Failure.CIRCUIT_OPEN: 1}


def test_a_slow_call_is_tried_twice_and_the_first_answer_wins() -> None:
    is_slow = threading.Event()
    held = threading.Event()

    def behave(received: Received) -> Behaviour:
        if is_slow.is_set() and not held.is_set():
            held.set()
            return silence
        return answer(200, reply_body())

    hedging = HedgeSettings(window_calls=20, window_calls_minimum=5, budget_share=0.5)
    with ScriptedServer(behave) as server, Client(server.address, hedging=hedging) as client:
        for _ in range(10):
            assert client.score(request(), within=PATIENCE).source is Source.SERVER
        before = client.counts.hedged
        is_slow.set()
        reply = client.score(request(), within=PATIENCE)
        assert reply.source is Source.SERVER and reply.is_hedged
        assert client.counts.hedged == before + 1
        # The connection of the try that was given up is not used again.
        for _ in range(3):
            assert client.score(request(), within=PATIENCE).source is Source.SERVER


def test_what_is_no_request_is_never_sent() -> None:
    with ScriptedServer(lambda _: answer(200, reply_body())) as server, Client(server.address) as client:
        for changes in (
            {"organic_scores": [0.1]},
            {"organic_scores": [0.1, 0.2, float("nan")]},
            {"organic_scores": ["x", "y", "z"]},
            {"is_new_to_artist": [1, 0, 1]},
            {"time": datetime.datetime(2026, 1, 1)},
        ):
            assert_nothing(client.score(request(**changes), within=PATIENCE), Failure.INVALID_REQUEST)
        assert server.received == []


def test_even_a_request_that_is_something_else_raises_nothing() -> None:
    with Client("http://127.0.0.1:9") as client:
        reply = client.score(None, within=PATIENCE)  # type: ignore[arg-type]
        assert reply.failure is Failure.INVALID_REQUEST and reply.boosts().size == 0


class Local:
    """A fallback that promotes the second candidate."""

    def __init__(self, has_prices: bool = True) -> None:
        self.has_prices = has_prices

    def score_locally(self, request: Request) -> Reply | None:
        if not self.has_prices:
            return None
        return Reply(request.request_id, len(request.tracks), Source.LOCAL)


def test_a_fallback_scores_when_the_server_does_not_and_says_why() -> None:
    with ScriptedServer(lambda _: silence) as server, Client(server.address, fallback=Local()) as client:
        reply = client.score(request(), within=0.05)
        assert reply.source is Source.LOCAL and reply.failure is Failure.DEADLINE_PASSED
        assert client.counts.local == 1


def test_a_fallback_without_prices_leaves_zero() -> None:
    with ScriptedServer(lambda _: silence) as server, Client(server.address, fallback=Local(False)) as client:
        assert_nothing(client.score(request(), within=0.05), Failure.DEADLINE_PASSED)


def test_a_fallback_is_not_asked_about_what_the_server_refuses() -> None:
    with ScriptedServer(lambda _: answer(400, "{}")) as server, Client(server.address, fallback=Local()) as client:
        assert_nothing(client.score(request(), within=PATIENCE), Failure.REFUSED)


def test_a_fallback_that_raises_costs_the_boosts_only() -> None:
    class Broken:
        def score_locally(self, request: Request) -> Reply | None:
            raise RuntimeError("broken")

    with ScriptedServer(lambda _: silence) as server, Client(server.address, fallback=Broken()) as client:
        assert_nothing(client.score(request(), within=0.05), Failure.CLIENT_ERROR)


def test_many_threads_share_a_client() -> None:
    def behave(received: Received) -> Behaviour:
        document = received.document
        return answer(200, reply_body(requestId=document["requestId"]))

    wrong: list[Reply] = []
    with ScriptedServer(behave) as server, Client(server.address, hedging=NEVER_HEDGED) as client:

        def work(thread: int) -> None:
            for call in range(25):
                reply = client.score(request(request_id=f"{thread}-{call}"), within=PATIENCE)
                if reply.source is not Source.SERVER or reply.request_id != f"{thread}-{call}":
                    wrong.append(reply)

        threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert wrong == []
        assert server.connections <= 8 and client.counts.calls == 200


@pytest.mark.parametrize("text", ["", "127.0.0.1", "http://:80", "https://a:443", "a:0", "a:70000", "http://a:80/x"])
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="address"):
        Client(text)


def test_a_breaker_can_be_told_to_be_patient() -> None:
    breaker = BreakerSettings(window_calls=100, window_calls_minimum=100)
    with ScriptedServer(lambda _: answer(500, "{}")) as server, Client(server.address, breaker=breaker) as client:
        for _ in range(99):
            client.score(request(), within=PATIENCE)
        assert state(client) is BreakerState.CLOSED
        client.score(request(), within=PATIENCE)
        assert state(client) is BreakerState.OPEN


