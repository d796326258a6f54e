"""Oasis in this process, and a client for its server.

`solve` finds the prices of a market from arrays. `Snapshot` scores requests as the server does, bit for bit.
`Client` asks a server for scores within a deadline and never raises; `EventSender` delivers what happened.
"""

from .client import Client, ClientCounts, Fallback, Reply, Source
from .errors import FileFault, OasisError, ReceiptError, ReceiptFault, Refused
from .events import Event, EventCounts, EventKind, EventSender
from .request import Explanation, Promotion, Request, Term
from .resilience import BreakerSettings, BreakerState, CircuitBreaker, HedgePolicy, HedgeSettings
from .snapshot import Keys, LocalPrices, ReceiptFacts, Scores, Snapshot, Tracks, name_hashes, verify_receipt
from .solving import Certificate, Problem, Progress, Rows, Scope, Sense, Solution, Status, solve
from .wire import Failure

__all__ = [
    "BreakerSettings",
    "BreakerState",
    "Certificate",
    "CircuitBreaker",
    "Client",
    "ClientCounts",
    "Event",
    "EventCounts",
    "EventKind",
    "EventSender",
    "Explanation",
    "Failure",
    "Fallback",
    "FileFault",
    "HedgePolicy",
    "HedgeSettings",
    "Keys",
    "LocalPrices",
    "OasisError",
    "Problem",
    "Progress",
    "Promotion",
    "ReceiptError",
    "ReceiptFacts",
    "ReceiptFault",
    "Refused",
    "Reply",
    "Request",
    "Rows",
    "Scope",
    "Scores",
    "Sense",
    "Snapshot",
    "Solution",
    "Source",
    "Status",
    "Term",
    "Tracks",
    "name_hashes",
    "solve",
    "verify_receipt",
]
