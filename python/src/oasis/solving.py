"""Solves a market: prices, an allocation, and the proof of how good they are."""

from __future__ import annotations

import ctypes
import dataclasses
import enum
import json
import math
import pathlib
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from . import _abi
from .errors import Refused

__all__ = ["Certificate", "Problem", "Progress", "Rows", "Scope", "Sense", "Solution", "Status", "solve"]

Array = npt.NDArray[Any]


class Scope(enum.IntEnum):
    """What a row counts."""

    ALL = 0
    CAMPAIGN = 1
    SET = 2
    CELL = 3


class Sense(enum.IntEnum):
    """Which side of a row's bound is wanted."""

    AT_MOST = 1
    AT_LEAST = -1


class Status(enum.IntEnum):
    """How a solve ended."""

    OPTIMAL = 0
    GAP_NOT_REACHED = 1
    TIME_LIMIT = 2
    INTERRUPTED = 3


@dataclasses.dataclass(frozen=True, eq=False)
class Rows:
    """The coupling constraints as columns, one element for each row.

    Attributes:
        attribute: Index into the problem's attributes.
        kind: `Scope` of each.
        scope: Campaign, set or cell; of no meaning for `Scope.ALL`.
        sense: `Sense` of each.
        bound: The bound.
        share: Taken from every coefficient, 0 to 1; None means 0.
        penalty: Cost of one unit of violation; infinity makes a row hard, as None does with all of them.
    """

    attribute: npt.ArrayLike = ()
    kind: npt.ArrayLike = ()
    scope: npt.ArrayLike = ()
    sense: npt.ArrayLike = ()
    bound: npt.ArrayLike = ()
    share: npt.ArrayLike | None = None
    penalty: npt.ArrayLike | None = None


@dataclasses.dataclass(frozen=True, eq=False)
class Problem:
    """A market as columns: maximise the value of what is promoted, within slots and rows.

    The names and rules are those of a problem directory. Arrays that have their column's type and lie in one piece are
    read in place; others are copied, and refused when that would change a value.

    Attributes:
        offsets: int64, one more than there are requests: where each request's candidates begin.
        slots: int32, promotable slots of each request.
        campaign: int32, campaign of each candidate.
        value: float32, value of each candidate in organic-score units.
        rows: The constraints.
        weight: float32, how many real requests each stands for; None means 1.
        cell: int32, cell of each request; None means 0.
        attributes: Names of what rows count, each with the amounts of all candidates as float32; None means 1.
        set_offsets: int64, where each set of campaigns begins in `set_campaign`.
        set_campaign: int32, members of all sets.
        campaign_count: Number of campaigns; None means one more than the largest id anywhere.
        cell_count: Number of cells; None means one more than the largest id anywhere.
    """

    offsets: npt.ArrayLike
    slots: npt.ArrayLike
    campaign: npt.ArrayLike
    value: npt.ArrayLike
    rows: Rows = dataclasses.field(default_factory=Rows)
    weight: npt.ArrayLike | None = None
    cell: npt.ArrayLike | None = None
    attributes: Mapping[str, npt.ArrayLike | None] = dataclasses.field(default_factory=lambda: {"delivery": None})
    set_offsets: npt.ArrayLike | None = None
    set_campaign: npt.ArrayLike | None = None
    campaign_count: int | None = None
    cell_count: int | None = None

    @staticmethod
    def read(directory: str | pathlib.Path) -> Problem:
        """Maps a problem directory; its arrays are not read before they are used.

        Raises:
            Refused: When `problem.json` is not that of a problem. Arrays are checked by `solve`.
            OSError, ValueError: When a file cannot be read.
        """
        folder = pathlib.Path(directory)
        metadata = json.loads((folder / "problem.json").read_text())
        if not isinstance(metadata, dict) or metadata.get("format") != "oasis-problem/1":
            raise Refused("problem.json", None, 'must have "format": "oasis-problem/1"')

        def load(name: str) -> Array:
            return np.load(folder / f"{name}.npy", mmap_mode="r", allow_pickle=False)  # type: ignore[no-any-return]

        def load_if_there(name: str) -> Array | None:
            return load(name) if (folder / f"{name}.npy").exists() else None

        return Problem(
            offsets=load("offsets"),
            slots=load("slots"),
            campaign=load("campaign"),
            value=load("value"),
            rows=Rows(
                attribute=load("row_attribute"),
                kind=load("row_scope_kind"),
                scope=load("row_scope"),
                sense=load("row_sense"),
                bound=load("row_bound"),
                share=load_if_there("row_share"),
                penalty=load_if_there("row_penalty"),
            ),
            weight=load_if_there("weight"),
            cell=load_if_there("cell"),
            attributes={
                name: load_if_there(f"amount_{name}") if name == "delivery" else load(f"amount_{name}")
                for name in metadata.get("attributes", ["delivery"])
            },
            set_offsets=load_if_there("set_offsets"),
            set_campaign=load_if_there("set_campaign"),
            campaign_count=metadata.get("campaigns"),
            cell_count=metadata.get("cells"),
        )


@dataclasses.dataclass(frozen=True)
class Certificate:
    """What has been proven about a solution.

    Attributes:
        status: How the solve ended.
        dual_bound: No feasible allocation is worth more than this.
        feasible_value: What the allocation is worth, penalties paid.
        relative_gap: (dual_bound − feasible_value) / max(|dual_bound|, 1e-9).
        max_relative_violation: Worst violation of a hard row, relative to max(|bound|, Σ|a x|, 1).
        passes: Passes over candidates of any kind, in equivalents of one over all of them.
        sample_passes: The part of them that went over a sample.
        conjugate_gradient_passes: Work of conjugate gradients, in equivalents of a pass.
        seconds: Wall-clock seconds.
        smoothing: Smoothing at the end, in units of value.
    """

    status: Status
    dual_bound: float
    feasible_value: float
    relative_gap: float
    max_relative_violation: float
    passes: float
    sample_passes: float
    conjugate_gradient_passes: float
    seconds: float
    smoothing: float


@dataclasses.dataclass(frozen=True, eq=False)
class Solution:
    """A solved market.

    Attributes:
        price: float64, price of each row.
        allocation: float32, promoted part of each candidate, 0 to 1, within slots and hard rows.
        shortfall: float64, by how much each row with a penalty gave way.
        certificate: The proof.
    """

    price: npt.NDArray[np.float64]
    allocation: npt.NDArray[np.float32]
    shortfall: npt.NDArray[np.float64]
    certificate: Certificate


@dataclasses.dataclass(frozen=True)
class Progress:
    """Where a solve stands.

    Attributes:
        passes: Passes so far, in equivalents of a full one.
        smoothing: Smoothing, in units of value.
        bound: Upper bound at the current prices, not yet proven.
        estimate: Estimated value of the current selection.
        certified_gap: Best proven gap so far; infinity before the first proof.
    """

    passes: float
    smoothing: float
    bound: float
    estimate: float
    certified_gap: float


def solve(
    problem: Problem,
    *,
    gap: float = 1e-4,
    threads: int = 1,
    sample: float = 0.1,
    seed: int = 1,
    integral: bool = False,
    passes_maximum: int = 1000,
    time_limit: float | None = None,
    starting_price: npt.ArrayLike | None = None,
    progress: Callable[[Progress], bool | None] | None = None,
) -> Solution:
    """Finds prices, a feasible allocation, and a proof of how good they are.

    The same problem and options give the same bytes as `oasis solve` writes, whatever the number of threads, unless a
    time limit or `progress` ends the solve. The interpreter is free for other threads meanwhile, and Ctrl-C is heard
    after each pass.

    Args:
        problem: The market.
        gap: Stop when the proven relative gap is at most this.
        threads: Threads to use, 1 to 256.
        sample: Part of the requests to find first prices on, 0 to 1.
        seed: Draws the sample.
        integral: Promote whole candidates only.
        passes_maximum: Give up after this many passes.
        time_limit: Give up after this many seconds; None means never.
        starting_price: Prices of a similar problem to start from.
        progress: Called after every pass; returning False ends the solve with the best answer so far. What it raises
            ends the solve, too, and is raised from here.

    Returns:
        The solution; how good it is, its certificate says.

    Raises:
        Refused: The problem or an option breaks a rule; field, index and rule say which.
    """
    columns = _Columns(problem)
    options = _abi.SolveOptions(
        target_gap=gap,
        sample_share=sample,
        seed=_whole("seed", seed, 0, 2**64 - 1),
        threads=_whole("threads", threads, 0, 2**32 - 1),
        is_integral=int(integral),
        passes_maximum=_whole("passes_maximum", passes_maximum, 0, 2**64 - 1),
        time_limit_seconds=0.0 if time_limit is None else time_limit,
    )
    if time_limit == 0:
        raise Refused("options.time_limit_seconds", None, "must be above 0, or None for never")
    if starting_price is not None:
        prices = _column("starting_price", starting_price, np.float64)
        if prices.size != columns.row_count:
            raise Refused("starting_price", None, f"must have {columns.row_count} elements, but has {prices.size}")
        options.starting_price = prices.ctypes.data
    raised: list[BaseException] = []
    options.progress = _abi.ProgressFunction(_listener(progress, raised))
    price = np.zeros(columns.row_count, np.float64)
    shortfall = np.zeros(columns.row_count, np.float64)
    allocation = np.zeros(columns.candidate_count, np.float32)
    output = _abi.Solution(
        price=price.ctypes.data, allocation=allocation.ctypes.data, shortfall=shortfall.ctypes.data
    )
    error = _abi.Error()
    status = _abi.library().oasis_solve(
        ctypes.byref(columns.struct), ctypes.byref(options), ctypes.byref(output), ctypes.byref(error)
    )
    if raised:
        raise raised[0]
    _abi.check(status, error)
    proof = output.certificate
    return Solution(
        price=price,
        allocation=allocation,
        shortfall=shortfall,
        certificate=Certificate(
            status=Status(proof.status),
            **{
                field.name: float(getattr(proof, field.name))
                for field in dataclasses.fields(Certificate)
                if field.name != "status"
            },
        ),
    )


def _listener(
    progress: Callable[[Progress], bool | None] | None, raised: list[BaseException]
) -> Callable[[Any, Any], int]:
    """What the library calls after each pass; an exception must not cross the library, so it is kept in `raised`."""

    def listen(message: Any, context: Any) -> int:
        try:
            if progress is None:
                return 0
            now = message.contents
            goes_on = progress(
                Progress(now.passes, now.smoothing, now.bound, now.estimate, now.certified_gap)
            )
            return 1 if goes_on is False else 0
        except BaseException as exception:  # KeyboardInterrupt, too: it is raised again after the call.
            raised.append(exception)
            return 1

    return listen


def _whole(field: str, value: int, least: int, most: int) -> int:
    if not least <= value <= most:
        raise Refused(f"options.{field}", None, f"must be {least} to {most}, but is {value}")
    return int(value)


def _column(name: str, values: npt.ArrayLike, kind: type[np.generic]) -> Array:
    """`values` as a contiguous array of `kind`, the same memory when it is one already."""
    array = np.asarray(values)
    if array.ndim != 1:
        raise Refused(name, None, f"must have one dimension, but has {array.ndim}")
    if array.dtype == kind:
        return np.ascontiguousarray(array)
    if array.size == 0:
        return np.zeros(0, kind)
    if array.dtype.kind not in "biuf":
        raise Refused(name, None, f"must be numbers of type {np.dtype(kind).name}, but is {array.dtype.name}")
    with np.errstate(all="ignore"):
        converted = array.astype(kind)
    exact = converted == array
    if np.dtype(kind).kind == "f":
        # Floats may be rounded to the column's precision, but not overflow.
        exact = np.isfinite(converted) | ~np.isfinite(array)
    if not np.all(exact):
        index = int(np.argmin(exact))
        raise Refused(name, index, f"must fit into {np.dtype(kind).name}, but is {array[index]}")
    return np.ascontiguousarray(converted)


class _Columns:
    """A problem's arrays as the library reads them, kept alive as long as this."""

    def __init__(self, problem: Problem) -> None:
        self._kept: list[Array] = []
        offsets = _column("offsets", problem.offsets, np.int64)
        if offsets.size < 1:
            raise Refused("offsets", None, "must have at least one entry, but is empty")
        value = _column("value", problem.value, np.float32)
        bound = _column("row_bound", problem.rows.bound, np.float64)
        self.request_count = offsets.size - 1
        self.candidate_count = value.size
        self.row_count = bound.size
        requests, candidates, rows = self.request_count, self.candidate_count, self.row_count
        attributes = [
            _abi.Attribute(_abi.Text(name), self._pointer(f"amount_{name}", amount, np.float32, candidates))
            for name, amount in problem.attributes.items()
        ]
        self.attributes = (_abi.Attribute * len(attributes))(*attributes)
        set_offsets = problem.set_offsets
        set_count = 0 if set_offsets is None else max(0, np.asarray(set_offsets).size - 1)
        members = 0 if problem.set_campaign is None else np.asarray(problem.set_campaign).size
        self.struct = _abi.Problem(
            request_count=requests,
            candidate_count=candidates,
            campaign_count=_count("campaign_count", problem.campaign_count),
            cell_count=_count("cell_count", problem.cell_count),
            attribute_count=len(attributes),
            set_count=set_count,
            set_member_count=members,
            row_count=rows,
            offsets=self._keep(offsets),
            slots=self._pointer("slots", problem.slots, np.int32, requests),
            weight=self._pointer("weight", problem.weight, np.float32, requests),
            cell=self._pointer("cell", problem.cell, np.int32, requests),
            campaign=self._pointer("campaign", problem.campaign, np.int32, candidates),
            value=self._keep(value),
            attributes=self.attributes,
            set_offsets=self._pointer("set_offsets", set_offsets, np.int64, set_count + 1),
            set_campaign=self._pointer("set_campaign", problem.set_campaign, np.int32, members),
            row_attribute=self._pointer("row_attribute", problem.rows.attribute, np.int32, rows),
            row_scope_kind=self._pointer("row_scope_kind", problem.rows.kind, np.uint8, rows),
            row_scope=self._pointer("row_scope", problem.rows.scope, np.int32, rows),
            row_sense=self._pointer("row_sense", problem.rows.sense, np.int8, rows),
            row_bound=self._keep(bound),
            row_share=self._pointer("row_share", problem.rows.share, np.float64, rows),
            row_penalty=self._pointer("row_penalty", problem.rows.penalty, np.float64, rows),
        )

    def _pointer(
        self, name: str, values: npt.ArrayLike | None, kind: type[np.generic], count: int
    ) -> int | None:
        if values is None:
            return None
        column = _column(name, values, kind)
        if column.size != count:
            raise Refused(name, None, f"must have {count} elements, but has {column.size}")
        return self._keep(column)

    def _keep(self, column: Array) -> int:
        self._kept.append(column)
        return int(column.ctypes.data)


def _count(name: str, value: int | None) -> int:
    if value is None:
        return 0
    if not 0 <= value < math.inf or value >= 2**63:
        raise Refused(name, None, f"must be 0 or more, but is {value}")
    return int(value)
