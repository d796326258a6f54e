"""One ranking decision of the caller's, before promotion."""

from __future__ import annotations

import dataclasses
import datetime
import json
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = ["Explanation", "Promotion", "Request", "Term"]


@dataclasses.dataclass(frozen=True, eq=False)
class Request:
    """Who is listening where, and the ranked candidates; element i of each column belongs to candidate i.

    Attributes:
        request_id: The caller's name for this decision; the same one again gives the same draw.
        listener: A pseudonym, never a name.
        surface: Where it is played.
        market: In which country.
        scale: Names the unit of the organic scores.
        slate_size: How many tracks will be played.
        promotable_slots: How many of them may be promoted.
        tracks: Names of the candidates, in any order.
        organic_scores: The ranker's own calibrated utility of playing each candidate.
        stream_probabilities: Probability that each is streamed for 30 s, when the ranker knows it.
        is_new_to_artist: Whether the listener never streamed each one's artist, when the ranker knows it.
        time: When it is decided; None means now.
        explain: Whether the reply is to say how each boost came about; the server's do, local prices do not.
    """

    request_id: str
    listener: str
    surface: str
    market: str
    scale: str
    slate_size: int
    promotable_slots: int
    tracks: Sequence[str]
    organic_scores: npt.ArrayLike
    stream_probabilities: npt.ArrayLike | None = None
    is_new_to_artist: npt.ArrayLike | None = None
    time: datetime.datetime | None = None
    explain: bool = False

    def body(self) -> bytes:
        """The request as the server's HTTP API takes it.

        Raises:
            ValueError, TypeError: When a column holds something else than it should.
        """
        candidates: dict[str, Any] = {
            "track": list(self.tracks),
            "organicScore": _numbers("organic_scores", self.organic_scores, len(self.tracks)),
        }
        if self.stream_probabilities is not None:
            candidates["streamProbability"] = _numbers(
                "stream_probabilities", self.stream_probabilities, len(self.tracks)
            )
        if self.is_new_to_artist is not None:
            is_new = np.asarray(self.is_new_to_artist)
            if is_new.dtype != np.bool_ or is_new.shape != (len(self.tracks),):
                raise ValueError(f"is_new_to_artist must be {len(self.tracks)} truth values")
            candidates["isNewToArtist"] = is_new.tolist()
        document: dict[str, Any] = {
            "requestId": self.request_id,
            "listener": self.listener,
            "surface": self.surface,
            "market": self.market,
            "scale": self.scale,
            "slateSize": self.slate_size,
            "promotableSlots": self.promotable_slots,
            "candidates": candidates,
        }
        if self.time is not None:
            document["time"] = timestamp(self.time)
        if self.explain:
            document["explain"] = True
        return json.dumps(document, separators=(",", ":"), allow_nan=False).encode()


@dataclasses.dataclass(frozen=True)
class Term:
    """What one attribute brings at what prices, in organic-score units.

    Attributes:
        attribute: What is counted: `stream`, `save`, ….
        amount: How much of it one promotion is expected to cause.
        worth: Worth of one unit.
        campaign_price: The campaign's price of one unit.
        cell_price: The cell's price of one unit.
        contribution: amount * (worth - campaign_price - cell_price).
    """

    attribute: str
    amount: float
    worth: float
    campaign_price: float
    cell_price: float
    contribution: float


@dataclasses.dataclass(frozen=True)
class Explanation:
    """How a boost came about: the contributions' sum over the loss price, before limits.

    Attributes:
        terms: Every attribute but listener loss.
        loss_price: 1 + the price of listener loss here.
        listener_loss: Organic utility that the promotion displaces.
        full_boost: The boost before limits.
    """

    terms: tuple[Term, ...]
    loss_price: float
    listener_loss: float
    full_boost: float


@dataclasses.dataclass(frozen=True)
class Promotion:
    """One promoted candidate.

    Attributes:
        index: Its place in the request's columns.
        campaign: The campaign that is promoted.
        boost: What the caller adds to its organic score, > 0; a 32-bit float.
        propensity: Probability with which it was promoted in this request; a 32-bit float.
        reasons: What shaped the decision, as codes.
        receipt: To be echoed on its events, in base64url; empty when there is none.
        explanation: How the boost came about; None unless the request asked for it and the server had time for it.
    """

    index: int
    campaign: str
    boost: float
    propensity: float
    reasons: tuple[str, ...]
    receipt: str
    explanation: Explanation | None = None


def timestamp(time: datetime.datetime) -> str:
    """A time as the server reads it, to the millisecond."""
    if time.tzinfo is None:
        raise ValueError("time must have a time zone")
    utc = time.astimezone(datetime.timezone.utc)
    return utc.strftime("%Y-%m-%dT%H:%M:%S.") + f"{utc.microsecond // 1000:03d}Z"


def _numbers(name: str, values: npt.ArrayLike, count: int) -> list[float]:
    # Through 32 bits, which is what scores are: so the server rounds nothing that this process did not.
    column = np.asarray(values, np.float32)
    if column.shape != (count,):
        raise ValueError(f"{name} must have one element for each of the {count} tracks, but has {column.shape}")
    if not np.isfinite(column).all():
        raise ValueError(f"{name} must be finite")
    numbers: list[float] = column.astype(np.float64).tolist()
    return numbers
