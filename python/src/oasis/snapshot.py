"""Scores requests in this process, by a snapshot file, exactly as the server does."""

from __future__ import annotations

import base64
import binascii
import ctypes
import dataclasses
import datetime
import os
import pathlib
import threading
import time
import weakref
from collections.abc import Sequence
from typing import Any, overload

import numpy as np
import numpy.typing as npt

from . import _abi
from .client import Reply, Source
from .errors import OasisError, ReceiptError, ReceiptFault, Refused
from .request import Promotion, Request

__all__ = ["Keys", "LocalPrices", "ReceiptFacts", "Scores", "Snapshot", "Tracks", "name_hashes", "verify_receipt"]


class Keys:
    """What draws and signs. Never changes, and may be used by any number of threads."""

    def __init__(self, handle: int) -> None:
        """Takes over a handle of the library's; use `read`, `parse` or `make`."""
        self._handle = handle
        weakref.finalize(self, _abi.library().oasis_keys_close, handle)

    @staticmethod
    def read(path: str | os.PathLike[str]) -> Keys:
        """The keys of a server, from its file `receipt.key`: draws and receipts are then the server's own.

        Raises:
            Refused: When it is no such file.
            OSError: When it cannot be read.
        """
        return Keys.parse(pathlib.Path(path).read_text())

    @staticmethod
    def parse(receipt_key: str) -> Keys:
        """The keys of a server, from the text of its file `receipt.key`.

        Raises:
            Refused: When it is no such text.
        """
        handle, error = ctypes.c_void_p(), _abi.Error()
        status = _abi.library().oasis_keys_read(
            _abi.Text(receipt_key), ctypes.byref(handle), ctypes.byref(error)
        )
        _abi.check(status, error)
        return Keys(handle.value or 0)

    @staticmethod
    def make(draw_key: int, receipt_keys: dict[int, bytes]) -> Keys:
        """Keys from their parts; the first of `receipt_keys` signs, and all of them verify.

        Args:
            draw_key: Keys the draws, 0 to 2**64 − 1.
            receipt_keys: Secrets of at least 16 bytes, by id from 0 to 255.

        Raises:
            Refused: When a part breaks a rule.
        """
        parts = (_abi.ReceiptKey * len(receipt_keys))(
            *(_abi.ReceiptKey(_unsigned("id", id, 32), 0, secret, len(secret)) for id, secret in receipt_keys.items())
        )
        handle, error = ctypes.c_void_p(), _abi.Error()
        status = _abi.library().oasis_keys_make(
            _unsigned("draw_key", draw_key, 64), parts, len(parts), ctypes.byref(handle), ctypes.byref(error)
        )
        _abi.check(status, error)
        return Keys(handle.value or 0)


class Tracks(Sequence[str]):
    """Names of candidates as the library reads them: bytes one after the other, and where each begins.

    Made once, it spares every later call the conversion.
    """

    def __init__(self, names: bytes, offsets: npt.NDArray[np.uint32]) -> None:
        """Takes names that lie one after the other.

        Args:
            names: UTF-8.
            offsets: Where each name begins, and where the last one ends.

        Raises:
            Refused: When the offsets are none.
        """
        if offsets.dtype != np.uint32 or offsets.ndim != 1 or offsets.size < 1:
            raise Refused("track_offsets", None, "must be uint32, one more than there are names")
        self.names = names
        self.offsets = np.ascontiguousarray(offsets)

    @staticmethod
    def of(names: Sequence[str]) -> Tracks:
        """Names as strings; the same object when they are in this form already."""
        if isinstance(names, Tracks):
            return names
        encoded = [name.encode() for name in names]
        offsets = np.zeros(len(encoded) + 1, np.uint32)
        np.cumsum([len(name) for name in encoded], out=offsets[1:])
        return Tracks(b"".join(encoded), offsets)

    def __len__(self) -> int:
        return self.offsets.size - 1

    @overload
    def __getitem__(self, index: int) -> str: ...
    @overload
    def __getitem__(self, index: slice) -> list[str]: ...
    def __getitem__(self, index: int | slice) -> str | list[str]:
        if isinstance(index, slice):
            return [self[place] for place in range(*index.indices(len(self)))]
        place = range(len(self))[index]
        return self.names[self.offsets[place] : self.offsets[place + 1]].decode()


def name_hashes(names: Sequence[str]) -> npt.NDArray[np.uint64]:
    """64-bit hashes of names, as `Snapshot.score` takes them instead of the names: the same for ever and everywhere."""
    tracks = Tracks.of(names)
    hashes = np.zeros(len(tracks), np.uint64)
    error = _abi.Error()
    status = _abi.library().oasis_name_hashes(
        _abi.Text(tracks.names), tracks.offsets.ctypes.data, len(tracks), hashes.ctypes.data, ctypes.byref(error)
    )
    _abi.check(status, error)
    return hashes


@dataclasses.dataclass(frozen=True, eq=False)
class Scores:
    """Which candidates to raise, by how much, and why; one element for each promoted candidate.

    Attributes:
        candidate_count: How many candidates the request has.
        index: uint32, the promoted candidates' places in the request.
        boost: float32, what to add to their organic scores, > 0.
        propensity: float32, probability with which each was promoted.
        campaign: uint32, places of the promoted campaigns in the snapshot.
        reasons: What shaped each decision, as codes.
        receipts: Signed bytes to echo on each one's events; empty without keys.
        degraded: What was not as it should be, as codes.
        arm: `promoted`, or `holdout` for a listener who is never promoted to.
        snapshot: Number of the snapshot that priced it.
        policy_version: Version of the policy in that snapshot.
        snapshot_age_seconds: How old that was.
        listener_loss: Predicted organic utility that the promotions displace.
        organic_utility: Organic utility of the slate without promotion.
    """

    candidate_count: int
    index: npt.NDArray[np.uint32]
    boost: npt.NDArray[np.float32]
    propensity: npt.NDArray[np.float32]
    campaign: npt.NDArray[np.uint32]
    reasons: tuple[tuple[str, ...], ...]
    receipts: tuple[bytes, ...]
    degraded: tuple[str, ...]
    arm: str
    snapshot: int
    policy_version: int
    snapshot_age_seconds: float
    listener_loss: float
    organic_utility: float

    def boosts(self) -> npt.NDArray[np.float32]:
        """What to add to each candidate's organic score."""
        boosts = np.zeros(self.candidate_count, np.float32)
        boosts[self.index] = self.boost
        return boosts


class Snapshot:
    """Prices as the planner left them in a file. Never changes, and may be used by any number of threads."""

    def __init__(self, handle: int) -> None:
        """Takes over a handle of the library's; use `open`."""
        self._handle = handle
        weakref.finalize(self, _abi.library().oasis_snapshot_close, handle)
        self._info = _abi.SnapshotInfo()
        error = _abi.Error()
        status = _abi.library().oasis_snapshot_info_get(handle, ctypes.byref(self._info), ctypes.byref(error))
        _abi.check(status, error)
        self._campaigns: dict[int, tuple[str, bool]] = {}

    @staticmethod
    def open(path: str | os.PathLike[str]) -> Snapshot:
        """Maps a snapshot file and checks all of it.

        Raises:
            FileFault: When it cannot be read, or is not what it should be; `field` names the section at fault.
        """
        handle, error = ctypes.c_void_p(), _abi.Error()
        status = _abi.library().oasis_snapshot_open(
            _abi.Text(os.fsencode(path)), ctypes.byref(handle), ctypes.byref(error)
        )
        _abi.check(status, error)
        return Snapshot(handle.value or 0)

    @property
    def number(self) -> int:
        """Grows with each snapshot."""
        return int(self._info.number)

    @property
    def created_at(self) -> datetime.datetime:
        """When it was made."""
        return datetime.datetime.fromtimestamp(self._info.created_at_milliseconds / 1000, datetime.timezone.utc)

    @property
    def policy_version(self) -> int:
        """Version of the policy inside."""
        return int(self._info.policy_version)

    @property
    def campaign_count(self) -> int:
        """Campaigns have places 0 to campaign_count − 1."""
        return int(self._info.campaign_count)

    @property
    def track_count(self) -> int:
        """Tracks that some campaign promotes."""
        return int(self._info.track_count)

    @property
    def scale(self) -> str:
        """The organic score's scale."""
        return bytes(self._info.scale).decode()

    def campaign(self, place: int) -> str:
        """Name of the campaign at a place."""
        return self._campaign(place)[0]

    def has_cap(self, place: int) -> bool:
        """Whether each promotion of the campaign at a place takes a unit of its cap."""
        return self._campaign(place)[1]

    def _campaign(self, place: int) -> tuple[str, bool]:
        known = self._campaigns.get(place)
        if known is None:
            campaign, error = _abi.Campaign(), _abi.Error()
            status = _abi.library().oasis_snapshot_campaign(
                self._handle, _unsigned("place", place, 64), ctypes.byref(campaign), ctypes.byref(error)
            )
            _abi.check(status, error)
            known = (campaign.name.decode(), bool(campaign.has_cap))
            self._campaigns[place] = known
        return known

    def score(
        self,
        request: Request,
        *,
        keys: Keys | None = None,
        draw_key: int = 0,
        track_hashes: npt.NDArray[np.uint64] | None = None,
        units_left: npt.NDArray[np.uint32] | None = None,
        lease: npt.NDArray[np.int64] | None = None,
        stale_after_seconds: float = 0.0,
        expired_after_seconds: float = 0.0,
    ) -> Scores:
        """Decides what to promote in one request: the same bytes as a server with the same keys and units left.

        Arrays of the right type that lie in one piece are read in place: float32 for scores and probabilities, bool for
        `is_new_to_artist`, and a `Tracks` or `track_hashes` for the names.

        Args:
            request: The decision; without a time, now.
            keys: Draws and signs; without them nothing is signed.
            draw_key: Keys the draw when there are no keys.
            track_hashes: `name_hashes` of the candidates, read instead of `request.tracks`.
            units_left: Promotions left of each of the snapshot's campaigns. There is no ledger in this process: without
                this, campaigns with a cap are left out. The caller takes one off for each promotion that comes back.
            lease: Lease whose unit each campaign with a cap uses, for its receipts.
            stale_after_seconds: From which age of the snapshot on the reply is flagged; 0 means never.
            expired_after_seconds: From which age of the snapshot on nothing is promoted; 0 means never.

        Raises:
            Refused: When the request breaks a rule; field, index and rule say which.
        """
        columns = _RequestColumns(request, track_hashes)
        message = columns.message
        message.keys = None if keys is None else keys._handle
        message.draw_key = _unsigned("draw_key", draw_key, 64)
        message.stale_after_seconds = stale_after_seconds
        message.expired_after_seconds = expired_after_seconds
        if units_left is not None or lease is not None:
            message.campaign_count = self.campaign_count
            message.units_left = columns.pointer("units_left", units_left, np.uint32, self.campaign_count)
            message.lease = columns.pointer("lease", lease, np.int64, self.campaign_count)
        return self._scored(columns, wants_receipts=keys is not None)

    def _scored(self, columns: _RequestColumns, *, wants_receipts: bool) -> Scores:
        capacity = max(0, int(columns.message.promotable_slots))
        index, campaign = np.empty(capacity, np.uint32), np.empty(capacity, np.uint32)
        boost, propensity = np.empty(capacity, np.float32), np.empty(capacity, np.float32)
        reasons = np.empty(capacity, np.uint32)
        receipts = np.empty((capacity, _abi.RECEIPT_BYTES), np.uint8) if wants_receipts else None
        lengths = np.empty(capacity, np.uint32) if wants_receipts else None
        reply = _abi.ScoreReply(
            capacity=capacity,
            index=index.ctypes.data,
            boost=boost.ctypes.data,
            propensity=propensity.ctypes.data,
            campaign=campaign.ctypes.data,
            reasons=reasons.ctypes.data,
            receipt=None if receipts is None else receipts.ctypes.data,
            receipt_length=None if lengths is None else lengths.ctypes.data,
        )
        error = _abi.Error()
        status = _abi.library().oasis_score(
            self._handle, ctypes.byref(columns.message), ctypes.byref(reply), ctypes.byref(error)
        )
        _abi.check(status, error)
        count = int(reply.count)
        return Scores(
            candidate_count=int(columns.message.candidate_count),
            index=index[:count],
            boost=boost[:count],
            propensity=propensity[:count],
            campaign=campaign[:count],
            reasons=tuple(_abi.codes(int(bits), _abi.REASONS) for bits in reasons[:count]),
            receipts=()
            if receipts is None or lengths is None
            else tuple(receipts[place, : lengths[place]].tobytes() for place in range(count)),
            degraded=_abi.codes(int(reply.degraded), _abi.DEGRADATIONS),
            arm="holdout" if reply.arm == _abi.ARM_HOLDOUT else "promoted",
            snapshot=int(reply.snapshot_number),
            policy_version=int(reply.policy_version),
            snapshot_age_seconds=float(reply.snapshot_age_seconds),
            listener_loss=float(reply.listener_loss),
            organic_utility=float(reply.organic_utility),
        )


class _RequestColumns:
    """A request as the library reads it; keeps its arrays alive."""

    def __init__(self, request: Request, track_hashes: npt.NDArray[np.uint64] | None) -> None:
        self._kept: list[Any] = []
        count = len(request.tracks) if track_hashes is None else len(track_hashes)
        self.message = _abi.ScoreRequest(
            request_id=_abi.Text(request.request_id),
            listener=_abi.Text(request.listener),
            surface=_abi.Text(request.surface),
            market=_abi.Text(request.market),
            scale=_abi.Text(request.scale),
            time_milliseconds=_milliseconds(request.time),
            slate_size=_signed("slate_size", request.slate_size),
            promotable_slots=_signed("promotable_slots", request.promotable_slots),
            candidate_count=count,
            organic_score=self.pointer("organic_score", request.organic_scores, np.float32, count),
            stream_probability=self.pointer("stream_probability", request.stream_probabilities, np.float32, count),
            is_new_to_artist=self.pointer("is_new_to_artist", request.is_new_to_artist, np.bool_, count),
        )
        if track_hashes is None:
            tracks = Tracks.of(request.tracks)
            self._kept.append(tracks)
            self.message.track_names = _abi.Text(tracks.names)
            self.message.track_offsets = tracks.offsets.ctypes.data
        else:
            self.message.track_hashes = self.pointer("track_hashes", track_hashes, np.uint64, count)

    def pointer(
        self, name: str, values: npt.ArrayLike | None, kind: type[np.generic], count: int
    ) -> int | None:
        """Where a column lies; the caller's own memory when it has the right type."""
        if values is None:
            return None
        array = np.asarray(values)
        if array.dtype != kind:
            if kind is not np.float32 or array.dtype.kind not in "iuf":
                raise Refused(name, None, f"must be of type {np.dtype(kind).name}, but is {array.dtype.name}")
            array = array.astype(np.float32)
        if array.shape != (count,):
            raise Refused(name, None, f"must have {count} elements in one dimension, but has {array.shape}")
        array = np.ascontiguousarray(array)
        self._kept.append(array)
        return int(array.ctypes.data)


@dataclasses.dataclass(frozen=True)
class ReceiptFacts:
    """What a valid receipt says about the promotion that it was issued for.

    Attributes:
        campaign_number: The campaign's number in the ledger.
        track_hash: `name_hashes` of the track's name.
        listener_hash: `name_hashes` of the listener's name.
        surface: Where it was promoted.
        market: In which country.
        issued_at: When.
        propensity: Probability with which the candidate was promoted.
        snapshot: The snapshot that priced it.
        lease: The lease whose unit it uses; 0 for a campaign without a cap.
        promotion: Names the promotion: the same request and track give the same one.
    """

    campaign_number: int
    track_hash: int
    listener_hash: int
    surface: str
    market: str
    issued_at: datetime.datetime
    propensity: float
    snapshot: int
    lease: int
    promotion: int


def verify_receipt(
    receipt: bytes | str,
    keys: Keys,
    *,
    now: datetime.datetime | None = None,
    horizon: datetime.timedelta | None = None,
) -> ReceiptFacts:
    """Verifies a receipt and says what is in it; whether it was used before, the ledger alone knows.

    Args:
        receipt: Its bytes, or its text in base64url.
        keys: Whose signature it must have.
        now: The present; None means now.
        horizon: How old it may be; None means as old as it likes.

    Raises:
        ReceiptError: When it does not hold; `fault` says in which way.
    """
    if isinstance(receipt, str):
        try:
            data = base64.b64decode(receipt + "=" * (-len(receipt) % 4), altchars=b"-_", validate=True)
        except (binascii.Error, ValueError) as cause:
            raise ReceiptError(ReceiptFault.MALFORMED, "must be in base64url") from cause
    else:
        data = receipt
    facts, error = _abi.ReceiptFacts(), _abi.Error()
    status = _abi.library().oasis_receipt_verify(
        keys._handle,
        data,
        len(data),
        _milliseconds(now),
        0 if horizon is None else int(horizon.total_seconds() * 1000),
        ctypes.byref(facts),
        ctypes.byref(error),
    )
    _abi.check(status, error)
    return ReceiptFacts(
        campaign_number=int(facts.campaign_number),
        track_hash=int(facts.track_hash),
        listener_hash=int(facts.listener_hash),
        surface=facts.surface.decode(),
        market=facts.market.decode(),
        issued_at=datetime.datetime.fromtimestamp(facts.issued_at_milliseconds / 1000, datetime.timezone.utc),
        propensity=float(facts.propensity),
        snapshot=int(facts.snapshot_number),
        lease=int(facts.lease),
        promotion=int(facts.promotion),
    )


class LocalPrices:
    """The last good snapshot, as a `Fallback` for a `Client`: scores in this process while the server does not.

    Without keys no receipts are signed, so plays of what it promotes count as organic. Campaigns with a cap are never
    promoted, because this process holds no units of it.
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        *,
        keys: Keys | None = None,
        draw_key: int = 0,
        refresh_seconds: float | None = 30.0,
        expired_after_seconds: float = 86_400.0,
    ) -> None:
        """Opens the newest good snapshot, if there is one.

        Args:
            path: A snapshot file, or a folder of files `snapshot-NUMBER.oasis`, as a server keeps it.
            keys: Draws and signs.
            draw_key: Keys the draw when there are no keys.
            refresh_seconds: How often a thread of its own looks for a newer one; None leaves that to `refresh`.
            expired_after_seconds: From which age on it promotes nothing.
        """
        self._path = pathlib.Path(path)
        self._keys = keys
        self._draw_key = draw_key
        self._expired_after_seconds = expired_after_seconds
        self._snapshot: Snapshot | None = None
        self._name: str | None = None
        self._stopped = threading.Event()
        self.refresh()
        if refresh_seconds is not None:
            # The thread must not keep these prices alive when nobody else does.
            threading.Thread(
                target=_keep_fresh, args=(weakref.ref(self), self._stopped, refresh_seconds), daemon=True
            ).start()
        weakref.finalize(self, self._stopped.set)

    @property
    def snapshot(self) -> Snapshot | None:
        """What it scores by."""
        return self._snapshot

    def refresh(self) -> bool:
        """Opens a newer snapshot when there is one that is good; whether there was."""
        for file in self._candidates():
            if file.name == self._name:
                return False
            try:
                opened = Snapshot.open(file)
            except OasisError:
                continue
            self._snapshot, self._name = opened, file.name
            return True
        return False

    def close(self) -> None:
        """Ends the thread that looks for newer snapshots."""
        self._stopped.set()

    def score_locally(self, request: Request) -> Reply | None:
        """Boosts by the last good snapshot; None without one, or for a request that breaks a rule."""
        snapshot = self._snapshot
        if snapshot is None:
            return None
        try:
            scores = snapshot.score(
                request,
                keys=self._keys,
                draw_key=self._draw_key,
                expired_after_seconds=self._expired_after_seconds,
            )
        except OasisError:
            return None
        receipts = scores.receipts or (b"",) * scores.index.size
        return Reply(
            request_id=request.request_id,
            candidate_count=scores.candidate_count,
            source=Source.LOCAL,
            promotions=tuple(
                Promotion(
                    index=int(scores.index[place]),
                    campaign=snapshot.campaign(int(scores.campaign[place])),
                    boost=float(scores.boost[place]),
                    propensity=float(scores.propensity[place]),
                    reasons=scores.reasons[place],
                    receipt=base64.urlsafe_b64encode(receipts[place]).rstrip(b"=").decode(),
                )
                for place in range(scores.index.size)
            ),
            degraded=scores.degraded,
            snapshot=f"{snapshot.number:016x}",
            snapshot_age_seconds=scores.snapshot_age_seconds,
            policy_version=scores.policy_version,
            arm=scores.arm,
        )

    def _candidates(self) -> list[pathlib.Path]:
        if not self._path.is_dir():
            return [self._path]
        found = self._path.glob("snapshot-*.oasis")
        return sorted(found, key=lambda file: (len(file.name), file.name), reverse=True)


def _keep_fresh(prices: weakref.ref[LocalPrices], stopped: threading.Event, seconds: float) -> None:
    while not stopped.wait(seconds):
        living = prices()
        if living is None:
            return
        try:
            living.refresh()
        except OSError:
            # The folder is away for a while; what is open stays open.
            pass
        del living


def _milliseconds(moment: datetime.datetime | None) -> int:
    if moment is None:
        return int(time.time() * 1000)
    if moment.tzinfo is None:
        raise Refused("time", None, "must have a time zone")
    # In whole numbers, as the server reads the text: a float of seconds would be off by a millisecond at times.
    since = moment - datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)
    return since // datetime.timedelta(milliseconds=1)


def _unsigned(name: str, value: int, bits: int) -> int:
    if not 0 <= value < 1 << bits:
        raise Refused(name, None, f"must be 0 to 2^{bits} - 1, but is {value}")
    return int(value)


def _signed(name: str, value: int) -> int:
    if not -(1 << 31) <= value < 1 << 31:
        raise Refused(name, None, f"must fit into 32 bits, but is {value}")
    return int(value)
