"""Why a call did not do what it was asked to."""

from __future__ import annotations

import enum

__all__ = ["FileFault", "OasisError", "ReceiptError", "ReceiptFault", "Refused"]


class OasisError(Exception):
    """What every exception of this package is.

    Attributes:
        field: What was at fault: an array, a field, a section of a file; empty when it is about the whole.
        index: The first element at fault, counted from 0; None when it is about the whole field.
        rule: What must hold and what was found, as half a sentence.
    """

    def __init__(self, field: str, index: int | None, rule: str) -> None:
        self.field = field
        self.index = index
        self.rule = rule
        place = field if index is None else f"{field}[{index}]"
        super().__init__(f"{place} {rule}".strip())

    def __reduce__(self) -> tuple[type[OasisError], tuple[str, int | None, str]]:
        return type(self), (self.field, self.index, self.rule)


class Refused(OasisError, ValueError):
    """The input breaks a rule; nothing was done."""


class FileFault(OasisError):
    """A file cannot be read, or is not what it should be; `field` is the section at fault."""


class ReceiptFault(enum.Enum):
    """Why bytes are no receipt that counts."""

    MALFORMED = "receipt-malformed"
    UNKNOWN_KEY = "receipt-unknown-key"
    FORGED = "receipt-forged"
    EXPIRED = "receipt-expired"


class ReceiptError(OasisError, ValueError):
    """The receipt does not hold.

    Attributes:
        fault: In which way.
    """

    def __init__(self, fault: ReceiptFault, rule: str) -> None:
        self.fault = fault
        super().__init__("receipt", None, rule)

    def __reduce__(self) -> tuple[type[OasisError], tuple[object, ...]]:  # type: ignore[override]
        return type(self), (self.fault, self.rule)
