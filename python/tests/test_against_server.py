"""This process and a real server decide alike, to the bit; and the client outlives whatever happens to the server."""

from __future__ import annotations

import base64
import dataclasses
import datetime
import itertools
import json
import os
import pathlib
import random
import subprocess
import time
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

import oasis
from conftest import Server, needs_library, program
from oasis import Client, Event, EventKind, EventSender, Failure, Keys, LocalPrices, Request, Snapshot, Source

pytestmark = needs_library

MORNING = datetime.datetime(2026, 11, 24, 8, 0, 1, tzinfo=datetime.timezone.utc)
PATIENCE = 30.0


def request(number: int, seed: int = 1) -> Request:
    generator = random.Random(seed * 1_000_003 + number)
    tracks = [f"track-{track}" for track in generator.sample(range(300), generator.randrange(20, 120))]
    # Every other request has no candidate with a cap, the others few.
    allowed = [track for track in tracks if is_capped(track)][: 4 * (number % 2)]
    tracks = [track for track in tracks if track in allowed or not is_capped(track)]
    count = len(tracks)
    return Request(
        request_id=f"request-{seed}-{number}",
        listener=f"listener-{generator.randrange(400)}",
        surface=generator.choice(["radio", "mix"]),
        market=generator.choice(["DE", "US"]),
        scale="utility",
        slate_size=10,
        promotable_slots=3,
        tracks=tracks,
        organic_scores=np.array([generator.random() for _ in range(count)], np.float32),
        stream_probabilities=np.array([generator.random() for _ in range(count)], np.float32) if number % 5 else None,
        is_new_to_artist=np.array([generator.random() < 0.5 for _ in range(count)]) if number % 3 == 0 else None,
        time=MORNING + datetime.timedelta(milliseconds=137 * number),
    )


class Decider:
    """Scores in this process by the snapshot that a reply names."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._snapshots: dict[str, Snapshot] = {}
        self.keys = Keys.read(server.receipt_key)

    def snapshot(self, name: str) -> Snapshot:
        if name not in self._snapshots:
            # A server keeps its last few snapshots: this one was in use a moment ago.
            file = self._server.snapshots / f"snapshot-{int(name, 16):012d}.oasis"
            self._snapshots[name] = Snapshot.open(file)
        return self._snapshots[name]


def bits(value: float) -> bytes:
    return np.float32(value).tobytes()


def test_replies_are_the_servers_bit_for_bit_with_their_receipts(server: Server) -> None:
    decider = Decider(server)
    compared = promoted = capped = held_out = 0
    snapshots: set[str] = set()
    with Client(server.address) as client:
        number = 0
        deadline = time.monotonic() + 120
        # Until prices that come from traffic were met: the first plans know of none.
        while (compared < 400 or len(snapshots) < 3) and time.monotonic() < deadline:
            asked = request(number)
            number += 1
            theirs = client.score(asked, within=PATIENCE)
            assert theirs.source is Source.SERVER and theirs.snapshot is not None, theirs
            snapshot = decider.snapshot(theirs.snapshot)
            snapshots.add(theirs.snapshot)
            ours = matching(snapshot, asked, theirs, decider.keys)
            assert ours is not None, (asked.request_id, theirs)
            capped += sum(snapshot.has_cap(int(place)) for place in ours.campaign)
            assert ours.boosts().tobytes() == theirs.boosts().tobytes()
            compared += 1
            promoted += len(theirs.promotions)
            held_out += theirs.arm == "holdout"
            compared += 1
    # A run in which nothing of this happened would prove nothing.
    assert len(snapshots) >= 3 and compared >= 400, (snapshots, compared)
    assert promoted > 200 and capped > 20 and held_out > 10, (promoted, capped, held_out)


def matching(snapshot: Snapshot, asked: Request, theirs: oasis.Reply, keys: Keys) -> oasis.Scores | None:
    """This process's scores, when they are the server's to the bit.

    Which of the few capped campaigns had no unit left, a reply does not tell: one of the possibilities must give exactly
    the reply. Requests without such campaigns have no possibility but one.
    """
    places = {snapshot.campaign(place): place for place in range(snapshot.campaign_count)}
    leases = np.zeros(snapshot.campaign_count, np.int64)
    for promotion in theirs.promotions:
        facts = oasis.verify_receipt(promotion.receipt, keys)
        leases[places[promotion.campaign]] = facts.lease
        assert facts.track_hash == int(oasis.name_hashes([asked.tracks[promotion.index]])[0])
        assert facts.issued_at == asked.time
    capped = sorted({places[f"campaign-{campaign_of(track)}"] for track in asked.tracks if is_capped(track)})
    for empty in itertools.product((False, True), repeat=len(capped)):
        units = np.ones(snapshot.campaign_count, np.uint32)
        units[[place for place, is_empty in zip(capped, empty) if is_empty]] = 0
        ours = snapshot.score(asked, keys=keys, units_left=units, lease=leases)
        if is_same(ours, theirs, snapshot):
            hashed = snapshot.score(
                asked, keys=keys, units_left=units, lease=leases, track_hashes=oasis.name_hashes(asked.tracks)
            )
            assert is_same(hashed, theirs, snapshot)
            return ours
    return None


def is_same(ours: oasis.Scores, theirs: oasis.Reply, snapshot: Snapshot) -> bool:
    """Whether every bit is the same, of receipts, too."""
    return (
        (ours.arm, ours.policy_version, ours.degraded) == (theirs.arm, theirs.policy_version, theirs.degraded)
        and len(theirs.promotions) == ours.index.size
        and all(
            int(ours.index[place]) == promotion.index
            and ours.boost[place].tobytes() == bits(promotion.boost)
            and ours.propensity[place].tobytes() == bits(promotion.propensity)
            and snapshot.campaign(int(ours.campaign[place])) == promotion.campaign
            and ours.reasons[place] == promotion.reasons
            and base64.urlsafe_b64encode(ours.receipts[place]).rstrip(b"=").decode() == promotion.receipt
            for place, promotion in enumerate(theirs.promotions)
        )
    )


def campaign_of(track: str) -> int:
    return int(track.removeprefix("track-")) // 2


def is_capped(track: str) -> bool:
    """Whether the track's campaign has a cap; `conftest.campaigns` gives one to every third of forty."""
    return campaign_of(track) < 40 and campaign_of(track) % 3 == 0


def test_solutions_are_those_of_the_command_byte_for_byte(tmp_path: pathlib.Path) -> None:
    problem = tmp_path / "problem"
    problem.mkdir()
    generator = np.random.default_rng(5)
    requests, candidates, count = 2_000, 8, 50
    (problem / "problem.json").write_text(
        json.dumps({"format": "oasis-problem/1", "attributes": ["delivery", "listenerLoss"]})
    )
    columns: dict[str, npt.NDArray[np.generic]] = {
        "offsets": np.arange(0, requests * candidates + 1, candidates, dtype=np.int64),
        "slots": np.ones(requests, np.int32),
        "weight": generator.random(requests, np.float32) + 0.5,
        "cell": generator.integers(0, 3, requests).astype(np.int32),
        "campaign": np.concatenate([generator.permutation(count)[:candidates] for _ in range(requests)]).astype(np.int32),
        "value": generator.random(requests * candidates, np.float32),
        "amount_listenerLoss": generator.random(requests * candidates, np.float32) * np.float32(0.2),
        "row_attribute": np.append(np.zeros(count + 1), np.ones(3)).astype(np.int32),
        "row_scope_kind": np.append(np.ones(count + 1), np.full(3, 3)).astype(np.uint8),
        "row_scope": np.concatenate([np.arange(count), [0], np.arange(3)]).astype(np.int32),
        "row_sense": np.concatenate([np.ones(count), [-1], np.ones(3)]).astype(np.int8),
        "row_bound": np.concatenate([np.full(count, requests / count * 0.7), [requests / count * 2], np.full(3, 20.0)]),
        "row_penalty": np.concatenate([np.full(count, np.inf), [2.0], np.full(3, np.inf)]),
    }
    for name, column in columns.items():
        np.save(problem / f"{name}.npy", column)
    answer = tmp_path / "answer"
    subprocess.run(
        [str(program()), "solve", str(problem), "--out", str(answer), "--threads", "2"],
        check=True,
        capture_output=True,
    )
    for threads in (1, 2):
        solution = oasis.solve(oasis.Problem.read(problem), threads=threads)
        assert solution.price.tobytes() == np.load(answer / "price.npy").tobytes()
        assert solution.allocation.tobytes() == np.load(answer / "allocation.npy").tobytes()
        certificate = json.loads((answer / "certificate.json").read_text())
        assert solution.certificate.dual_bound == certificate["dualBound"]
        assert solution.certificate.feasible_value == certificate["feasibleValue"]


def test_the_last_good_prices_serve_while_the_server_is_stalled_and_dead(server: Server) -> None:
    keys = Keys.read(server.receipt_key)
    prices = LocalPrices(server.snapshots, keys=keys, refresh_seconds=None)
    assert prices.snapshot is not None
    with Client(server.address, fallback=prices) as client:
        assert client.score(request(1), within=PATIENCE).source is Source.SERVER
        server.stall()
        reply = client.score(request(2), within=0.2)
        assert reply.source is Source.LOCAL and reply.failure is Failure.DEADLINE_PASSED
        local = prices.snapshot.score(request(2), keys=keys)
        assert reply.boosts().tobytes() == local.boosts().tobytes()
        server.go_on()
        server.kill()
        sources = [client.score(request(number), within=5.0) for number in range(3, 60)]
        assert all(reply.source is Source.LOCAL for reply in sources)
        assert any(reply.promotions for reply in sources)
        for reply in sources:
            for promotion in reply.promotions:
                oasis.verify_receipt(promotion.receipt, keys)
        assert {reply.failure for reply in sources} <= {
            Failure.UNREACHABLE, Failure.CONNECTION_LOST, Failure.CIRCUIT_OPEN,
        }
        assert sources[-1].failure is Failure.CIRCUIT_OPEN


def test_local_prices_take_a_newer_snapshot_and_pass_over_a_bad_one(server: Server, tmp_path: pathlib.Path) -> None:
    kept = tmp_path / "kept"
    kept.mkdir()
    prices = LocalPrices(kept, refresh_seconds=None)
    assert prices.snapshot is None and prices.score_locally(request(1)) is None
    newest = max(server.snapshots.glob("snapshot-*.oasis"))
    data = newest.read_bytes()
    (kept / "snapshot-000000000001.oasis").write_bytes(data)
    assert prices.refresh() and prices.snapshot is not None
    (kept / "snapshot-000000000002.oasis").write_bytes(data[:-1])
    assert not prices.refresh(), "a damaged file is passed over"
    (kept / "snapshot-000000000003.oasis").write_bytes(data)
    assert prices.refresh() and not prices.refresh()


def test_events_of_promotions_are_counted_once(server: Server) -> None:
    with Client(server.address) as client, EventSender(server.address, "player") as sender:
        sent = 0
        for number in range(60):
            asked = request(number, seed=2)
            reply = client.score(asked, within=PATIENCE)
            for promotion in reply.promotions:
                event = Event(
                    id=f"{asked.request_id}/{promotion.index}",
                    kind=EventKind.SHOWN,
                    time=(asked.time or MORNING) + datetime.timedelta(seconds=1),
                    receipt=promotion.receipt,
                )
                assert sender.record(event) and sender.record(event)
                sent += 1
        assert sent > 20
        assert sender.flush(PATIENCE)
        assert (sender.counts.recorded, sender.counts.duplicate) == (sent, sent)
        assert sender.counts.refused == {}


@pytest.mark.parametrize(
    "changes",
    [{"slate_size": 0}, {"promotable_slots": 11}, {"listener": "a b"}, {"tracks": ["ü", "b"]}, {"tracks": ["", "b"]}],
)
def test_a_refusal_of_the_server_is_one_here_too(server: Server, changes: dict[str, Any]) -> None:
    snapshot = Snapshot.open(max(server.snapshots.glob("snapshot-*.oasis")))
    fine = dataclasses.replace(
        request(0),
        tracks=["a", "b"],
        organic_scores=np.zeros(2, np.float32),
        stream_probabilities=None,
        is_new_to_artist=None,
    )
    with Client(server.address) as client:
        assert client.score(fine, within=PATIENCE).source is Source.SERVER
        snapshot.score(fine)
        broken = dataclasses.replace(fine, **changes)
        assert client.score(broken, within=PATIENCE).failure is Failure.REFUSED
        with pytest.raises(oasis.Refused):
            snapshot.score(broken)


def test_the_plain_c_example_prints_what_this_process_decides(server: Server) -> None:
    example = os.environ.get("OASIS_EXAMPLE")
    if example is None:
        pytest.skip("OASIS_EXAMPLE does not name the compiled example")
    file = max(server.snapshots.glob("snapshot-*.oasis"))
    snapshot = Snapshot.open(file)
    # Every campaign without a cap and ten that nobody promotes, which are the slate.
    tracks = [f"other-{place}" for place in range(10)] + [f"track-{2 * place}" for place in range(40)]
    scores = np.array([0.5 + 0.01 * place for place in range(10)] + [0.4 + 0.001 * place for place in range(40)], np.float32)
    lines = "".join(f"{track} {score:.9g}\n" for track, score in zip(tracks, scores))
    printed = subprocess.run(
        [example, str(file), "radio", "DE", "utility"], input=lines, capture_output=True, text=True, check=True
    ).stdout.splitlines()
    asked = Request("example-1", "listener-1", "radio", "DE", "utility", 10, 3, tracks, scores)
    ours = snapshot.score(asked)
    assert printed[0] == f"snapshot {snapshot.number}, 40 campaigns, {ours.index.size} promoted of 50"
    for place in range(ours.index.size):
        track, _, boost, _, propensity, _, campaign = printed[1 + place].split()
        assert track == tracks[ours.index[place]]
        assert np.float32(boost) == ours.boost[place] and np.float32(propensity) == ours.propensity[place]
        assert campaign == snapshot.campaign(int(ours.campaign[place]))
    assert ours.index.size > 0
    refused = subprocess.run([example, str(server.receipt_key)], input="", capture_output=True, text=True)
    assert refused.returncode == 1 and "the snapshot cannot be used: header" in refused.stderr
