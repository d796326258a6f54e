"""The structs and functions of `oasis.h`, as ctypes sees them."""

from __future__ import annotations

import ctypes
import functools
import os
import pathlib
from ctypes import (
    CFUNCTYPE,
    POINTER,
    Structure,
    c_char,
    c_char_p,
    c_double,
    c_float,
    c_int32,
    c_int64,
    c_uint32,
    c_uint64,
    c_void_p,
    sizeof,
)
from typing import Any

from .errors import FileFault, OasisError, ReceiptError, ReceiptFault, Refused

ABI_VERSION = 1

OK = 0
BAD_ARGUMENT = 1
REFUSED = 2
BAD_FILE = 3
RECEIPT_FAULTS = {
    10: ReceiptFault.MALFORMED,
    11: ReceiptFault.UNKNOWN_KEY,
    12: ReceiptFault.FORGED,
    13: ReceiptFault.EXPIRED,
}


class Sized(Structure):
    """A struct that begins with its own size."""

    def __init__(self, **fields: Any) -> None:
        super().__init__(**fields)
        self.struct_size = sizeof(self)


class Error(Sized):
    _fields_ = [
        ("struct_size", c_uint64),
        ("index", c_int64),
        ("field", c_char * 128),
        ("rule", c_char * 512),
    ]


class Text(Structure):
    _fields_ = [("bytes", c_char_p), ("length", c_uint64)]

    def __init__(self, text: str | bytes = "") -> None:
        encoded = text.encode() if isinstance(text, str) else text
        super().__init__(encoded, len(encoded))


class Attribute(Structure):
    _fields_ = [("name", Text), ("amount", c_void_p)]


class Problem(Sized):
    _fields_ = [
        ("struct_size", c_uint64),
        ("request_count", c_uint64),
        ("candidate_count", c_uint64),
        ("campaign_count", c_uint64),
        ("cell_count", c_uint64),
        ("attribute_count", c_uint64),
        ("set_count", c_uint64),
        ("set_member_count", c_uint64),
        ("row_count", c_uint64),
        ("offsets", c_void_p),
        ("slots", c_void_p),
        ("weight", c_void_p),
        ("cell", c_void_p),
        ("campaign", c_void_p),
        ("value", c_void_p),
        ("attributes", POINTER(Attribute)),
        ("set_offsets", c_void_p),
        ("set_campaign", c_void_p),
        ("row_attribute", c_void_p),
        ("row_scope_kind", c_void_p),
        ("row_scope", c_void_p),
        ("row_sense", c_void_p),
        ("row_bound", c_void_p),
        ("row_share", c_void_p),
        ("row_penalty", c_void_p),
    ]


class Progress(Sized):
    _fields_ = [
        ("struct_size", c_uint64),
        ("passes", c_double),
        ("smoothing", c_double),
        ("bound", c_double),
        ("estimate", c_double),
        ("certified_gap", c_double),
    ]


ProgressFunction = CFUNCTYPE(c_int32, POINTER(Progress), c_void_p)


class SolveOptions(Sized):
    _fields_ = [
        ("struct_size", c_uint64),
        ("target_gap", c_double),
        ("sample_share", c_double),
        ("seed", c_uint64),
        ("threads", c_uint32),
        ("is_integral", c_uint32),
        ("passes_maximum", c_uint64),
        ("time_limit_seconds", c_double),
        ("starting_price", c_void_p),
        ("progress", ProgressFunction),
        ("context", c_void_p),
    ]


class Certificate(Sized):
    _fields_ = [
        ("struct_size", c_uint64),
        ("status", c_int32),
        ("reserved", c_int32),
        ("dual_bound", c_double),
        ("feasible_value", c_double),
        ("relative_gap", c_double),
        ("max_relative_violation", c_double),
        ("passes", c_double),
        ("sample_passes", c_double),
        ("conjugate_gradient_passes", c_double),
        ("seconds", c_double),
        ("smoothing", c_double),
    ]


class Solution(Sized):
    _fields_ = [
        ("struct_size", c_uint64),
        ("price", c_void_p),
        ("allocation", c_void_p),
        ("shortfall", c_void_p),
        ("certificate", Certificate),
    ]

    def __init__(self, **fields: Any) -> None:
        super().__init__(**fields)
        self.certificate.struct_size = sizeof(Certificate)


class SnapshotInfo(Sized):
    _fields_ = [
        ("struct_size", c_uint64),
        ("number", c_uint64),
        ("created_at_milliseconds", c_int64),
        ("policy_version", c_int64),
        ("campaign_count", c_uint64),
        ("track_count", c_uint64),
        ("cell_count", c_uint64),
        ("boost_maximum", c_double),
        ("promoted_per_slate_maximum", c_uint64),
        ("scale", c_char * 128),
    ]


class Campaign(Sized):
    _fields_ = [
        ("struct_size", c_uint64),
        ("number", c_int64),
        ("has_cap", c_uint32),
        ("reserved", c_uint32),
        ("name", c_char * 136),
    ]


class ReceiptKey(Structure):
    _fields_ = [
        ("id", c_uint32),
        ("reserved", c_uint32),
        ("secret", c_char_p),
        ("secret_length", c_uint64),
    ]


class ScoreRequest(Sized):
    _fields_ = [
        ("struct_size", c_uint64),
        ("request_id", Text),
        ("listener", Text),
        ("surface", Text),
        ("market", Text),
        ("scale", Text),
        ("time_milliseconds", c_int64),
        ("slate_size", c_int32),
        ("promotable_slots", c_int32),
        ("candidate_count", c_uint64),
        ("track_names", Text),
        ("track_offsets", c_void_p),
        ("track_hashes", c_void_p),
        ("organic_score", c_void_p),
        ("stream_probability", c_void_p),
        ("is_new_to_artist", c_void_p),
        ("keys", c_void_p),
        ("draw_key", c_uint64),
        ("campaign_count", c_uint64),
        ("units_left", c_void_p),
        ("lease", c_void_p),
        ("stale_after_seconds", c_double),
        ("expired_after_seconds", c_double),
    ]


class ScoreReply(Sized):
    _fields_ = [
        ("struct_size", c_uint64),
        ("capacity", c_uint64),
        ("index", c_void_p),
        ("boost", c_void_p),
        ("propensity", c_void_p),
        ("campaign", c_void_p),
        ("reasons", c_void_p),
        ("receipt", c_void_p),
        ("receipt_length", c_void_p),
        ("count", c_uint64),
        ("degraded", c_uint32),
        ("arm", c_int32),
        ("snapshot_number", c_uint64),
        ("policy_version", c_int64),
        ("snapshot_age_seconds", c_double),
        ("listener_loss", c_double),
        ("organic_utility", c_double),
    ]


class ReceiptFacts(Sized):
    _fields_ = [
        ("struct_size", c_uint64),
        ("campaign_number", c_int64),
        ("track_hash", c_uint64),
        ("listener_hash", c_uint64),
        ("issued_at_milliseconds", c_int64),
        ("snapshot_number", c_uint64),
        ("lease", c_int64),
        ("promotion", c_uint64),
        ("propensity", c_float),
        ("reserved", c_uint32),
        ("surface", c_char * 24),
        ("market", c_char * 16),
    ]


RECEIPT_BYTES = 96
ARM_HOLDOUT = 1
#: By bit of `reasons`; the codes that the server's JSON has.
REASONS = (
    "worth-its-price",
    "exploration",
    "max-boost",
    "not-worth-its-price",
    "slate-limit",
    "minimum-gap",
    "campaign-frequency",
    "artist-frequency",
    "organic-percentile",
    "holdout",
    "promotion-stopped",
    "lease-exhausted",
    "pulled-back",
)
#: By bit of `degraded`; the codes that the server's JSON has.
DEGRADATIONS = (
    "no-snapshot",
    "stale-snapshot",
    "expired-snapshot",
    "scale-mismatch",
    "promotion-stopped",
    "lease-exhausted",
    "too-many-cells",
    "ledger-unavailable",
    "frozen-prices",
    "deadline-exceeded",
    "overloaded",
    "frequency-state-missing",
)


def codes(bits: int, names: tuple[str, ...]) -> tuple[str, ...]:
    """Names of the bits that are set, in their order."""
    return tuple(name for place, name in enumerate(names) if bits >> place & 1)


def _find() -> pathlib.Path:
    given = os.environ.get("OASIS_LIBRARY")
    if given:
        return pathlib.Path(given)
    here = pathlib.Path(__file__).resolve().parent
    beside_package = here / "liboasis.so"
    # A checkout, where scripts/build-c-library leaves it.
    return beside_package if beside_package.exists() else here.parents[2] / "build" / "liboasis.so"


@functools.cache
def library() -> ctypes.CDLL:
    """The library, loaded when it is first needed: a client for the wire works without it.

    Raises:
        ImportError: When it is not there, or too old.
    """
    path = _find()
    try:
        loaded = ctypes.CDLL(str(path))
    except OSError as cause:
        raise ImportError(f"liboasis cannot be loaded from {path}: {cause}") from cause
    loaded.oasis_abi_version.restype = c_uint32
    offered = loaded.oasis_abi_version()
    if offered < ABI_VERSION:
        raise ImportError(f"{path} offers interface version {offered}, but this package needs {ABI_VERSION}")
    handle, error = POINTER(c_void_p), POINTER(Error)
    _declare(loaded, "oasis_solve", POINTER(Problem), POINTER(SolveOptions), POINTER(Solution), error)
    _declare(loaded, "oasis_snapshot_open", Text, handle, error)
    _declare(loaded, "oasis_snapshot_info_get", c_void_p, POINTER(SnapshotInfo), error)
    _declare(loaded, "oasis_snapshot_campaign", c_void_p, c_uint64, POINTER(Campaign), error)
    _declare(loaded, "oasis_name_hashes", Text, c_void_p, c_uint64, c_void_p, error)
    _declare(loaded, "oasis_keys_read", Text, handle, error)
    _declare(loaded, "oasis_keys_make", c_uint64, POINTER(ReceiptKey), c_uint64, handle, error)
    _declare(loaded, "oasis_score", c_void_p, POINTER(ScoreRequest), POINTER(ScoreReply), error)
    _declare(
        loaded, "oasis_receipt_verify",
        c_void_p, c_char_p, c_uint64, c_int64, c_int64, POINTER(ReceiptFacts), error,
    )
    for close in (loaded.oasis_snapshot_close, loaded.oasis_keys_close):
        close.restype, close.argtypes = None, [c_void_p]
    return loaded


def _declare(loaded: ctypes.CDLL, name: str, *arguments: Any) -> None:
    function = getattr(loaded, name)
    function.restype, function.argtypes = c_int32, list(arguments)


def check(status: int, error: Error) -> None:
    """Raises what a status means, unless it is OK."""
    if status == OK:
        return
    field = error.field.decode()
    index = None if error.index < 0 else int(error.index)
    rule = error.rule.decode()
    if status in RECEIPT_FAULTS:
        raise ReceiptError(RECEIPT_FAULTS[status], rule)
    if status == REFUSED:
        raise Refused(field, index, rule)
    if status == BAD_FILE:
        raise FileFault(field, index, rule)
    raise OasisError(field, index, rule)
