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

    def __init__(self, text: str = "") -> None:
        encoded = text.encode()
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
    loaded.oasis_solve.restype = c_int32
    loaded.oasis_solve.argtypes = [POINTER(Problem), POINTER(SolveOptions), POINTER(Solution), POINTER(Error)]
    return loaded


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
