"""HTTP/1.1 on sockets that never wait: whoever drives an exchange decides how long to wait, and for which of several."""

from __future__ import annotations

import dataclasses
import enum
import math
import select
import socket
import threading
from collections.abc import Callable

__all__ = ["Address", "Answer", "Exchange", "ExchangeFailed", "Failure", "Pool"]

_HEAD_BYTES_MAXIMUM = 64 << 10
_BODY_BYTES_MAXIMUM = 32 << 20


class Failure(enum.Enum):
    """Why a call has no answer that can be used."""

    #: The request is not one; nothing was sent.
    INVALID_REQUEST = "invalid-request"
    #: The server did not answer lately, so nothing was sent.
    CIRCUIT_OPEN = "circuit-open"
    #: Nothing listens there; nothing was sent.
    UNREACHABLE = "unreachable"
    #: The connection broke; whether the server acted on the call is not known.
    CONNECTION_LOST = "connection-lost"
    #: No answer in time; whether the server acted on the call is not known.
    DEADLINE_PASSED = "deadline-passed"
    #: The server refused the request.
    REFUSED = "refused"
    #: The server could not answer: a status of 500 or more, or 429.
    SERVER_ERROR = "server-error"
    #: The answer is not one of ours.
    MALFORMED_REPLY = "malformed-reply"
    #: A fault of this client's own, which must cost the boosts and not the caller.
    CLIENT_ERROR = "client-error"


class ExchangeFailed(Exception):
    """An exchange that has no answer.

    Attributes:
        failure: Which sort.
        message: What happened, in a sentence.
        is_stale_connection: Whether a connection kept from an earlier call broke; most likely it was closed before.
    """

    def __init__(self, failure: Failure, message: str) -> None:
        self.failure = failure
        self.message = message
        self.is_stale_connection = False
        super().__init__(message)


@dataclasses.dataclass(frozen=True)
class Answer:
    """A whole answer.

    Attributes:
        status: HTTP status.
        body: The body, without any transfer coding.
        is_reusable: Whether the connection may carry another call.
    """

    status: int
    body: bytes
    is_reusable: bool


@dataclasses.dataclass(frozen=True)
class Address:
    """Where a server listens, as `http://HOST:PORT`; TLS is not spoken."""

    host: str
    port: int

    @staticmethod
    def parse(text: str) -> Address:
        """Reads `http://HOST:PORT` or `HOST:PORT`.

        Raises:
            ValueError: When it is neither.
        """
        rest = text.removeprefix("http://").removesuffix("/")
        host, colon, port = rest.rpartition(":")
        host = host.removeprefix("[").removesuffix("]")
        if not colon or not host or "/" in rest or not port.isdecimal() or not 0 < int(port) < 65_536:
            raise ValueError(f"address must be http://HOST:PORT, but is {text!r}")
        return Address(host, int(port))

    @property
    def authority(self) -> str:
        """What the Host header says."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


class Pool:
    """Connections that wait for a call, and where new ones go.

    Names are looked up when the pool is made and, on a thread of its own, after a connection could not be made: a
    look-up cannot be given a deadline.
    """

    def __init__(self, address: Address, connections_maximum: int = 64) -> None:
        self.address = address
        self._maximum = connections_maximum
        self._lock = threading.Lock()
        self._idle: list[socket.socket] = []
        self._is_looking = False
        self._targets: list[tuple[socket.AddressFamily, tuple[object, ...]]] = []
        self._look_up()

    def take(self, *, is_new: bool = False) -> tuple[socket.socket, bool]:
        """A connection that does not wait, and whether it was used before; with `is_new` it was not.

        Raises:
            ExchangeFailed: When there is nowhere to connect to.
        """
        while not is_new:
            with self._lock:
                if not self._idle:
                    break
                kept = self._idle.pop()
            if _is_quiet(kept):
                return kept, True
            kept.close()
        return self._connect(), False

    def give_back(self, connection: socket.socket) -> None:
        """Keeps a connection whose answer was read whole."""
        with self._lock:
            if len(self._idle) < self._maximum:
                self._idle.append(connection)
                return
        connection.close()

    def close(self) -> None:
        """Closes the connections that wait for a call."""
        with self._lock:
            idle, self._idle = self._idle, []
        for connection in idle:
            connection.close()

    def look_up_again(self) -> None:
        """Looks the server's name up on a thread of its own, unless that is under way."""
        with self._lock:
            if self._is_looking:
                return
            self._is_looking = True
        threading.Thread(target=self._look_up, name="oasis-name-look-up", daemon=True).start()

    def _look_up(self) -> None:
        try:
            found = socket.getaddrinfo(self.address.host, self.address.port, type=socket.SOCK_STREAM)
        except OSError:
            found = []
        with self._lock:
            self._is_looking = False
            if found:
                self._targets = [(entry[0], entry[4]) for entry in found]

    def _connect(self) -> socket.socket:
        with self._lock:
            if not self._targets:
                raise ExchangeFailed(Failure.UNREACHABLE, f"the name {self.address.host} is not known")
            family, target = self._targets[0]
            # The next call tries the next address, should this one not answer.
            self._targets = self._targets[1:] + self._targets[:1]
        try:
            connection = socket.socket(family, socket.SOCK_STREAM)
        except OSError as cause:
            raise ExchangeFailed(Failure.UNREACHABLE, f"no socket: {cause}") from cause
        connection.setblocking(False)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            connection.connect(target)
        except BlockingIOError:
            pass
        except OSError as cause:
            connection.close()
            raise ExchangeFailed(Failure.UNREACHABLE, f"nothing answers there: {cause}") from cause
        return connection


def _is_quiet(connection: socket.socket) -> bool:
    """Whether a waiting connection is open and has nothing to say; a server that closed it says end-of-file."""
    try:
        connection.recv(1, socket.MSG_PEEK)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False


class Exchange:
    """One request and its answer on one connection; `advance` does what can be done without waiting."""

    def __init__(self, pool: Pool, request: bytes, now: Callable[[], float], *, is_new: bool = False) -> None:
        self._pool = pool
        self._unsent = memoryview(request)
        self._now = now
        self._received = bytearray()
        self._head: _Head | None = None
        self._has_reached = False
        self.began = now()
        self._connection, self.is_on_kept_connection = pool.take(is_new=is_new)

    def fileno(self) -> int:
        """The descriptor to wait for."""
        return self._connection.fileno()

    @property
    def events(self) -> int:
        """What to wait for."""
        return select.POLLIN | select.POLLOUT if self._unsent else select.POLLIN

    @property
    def seconds(self) -> float:
        """How long it has been under way."""
        return self._now() - self.began

    def close(self) -> None:
        """Gives up: the connection cannot be used again, or a late answer would be taken for the next call's."""
        self._connection.close()

    def advance(self) -> Answer | None:
        """Sends and receives what it can.

        Returns:
            The answer, when it is whole; the connection then belongs to the pool again.

        Raises:
            ExchangeFailed: When there will be none; the connection is closed.
        """
        try:
            self._send()
            answer = self._receive()
        except ExchangeFailed as failed:
            self.close()
            failed.is_stale_connection = failed.failure is Failure.CONNECTION_LOST and self._is_stale
            raise
        except OSError as cause:
            self.close()
            if self._has_reached or self.is_on_kept_connection:
                lost = ExchangeFailed(Failure.CONNECTION_LOST, f"the connection broke: {cause}")
                lost.is_stale_connection = self._is_stale
                raise lost from cause
            self._pool.look_up_again()
            raise ExchangeFailed(Failure.UNREACHABLE, f"nothing answers there: {cause}") from cause
        if answer is not None:
            if answer.is_reusable:
                self._pool.give_back(self._connection)
            else:
                self.close()
        return answer

    @property
    def _is_stale(self) -> bool:
        return self.is_on_kept_connection and not self._received

    def _send(self) -> None:
        while self._unsent:
            try:
                sent = self._connection.send(self._unsent, socket.MSG_NOSIGNAL)
            except BlockingIOError:
                return
            self._has_reached = True
            self._unsent = self._unsent[sent:]

    def _receive(self) -> Answer | None:
        while True:
            try:
                part = self._connection.recv(64 << 10)
            except BlockingIOError:
                return None
            if not part:
                raise ExchangeFailed(Failure.CONNECTION_LOST, "the server closed the connection before its answer")
            self._received += part
            answer = self._answer()
            if answer is not None:
                return answer

    def _answer(self) -> Answer | None:
        if self._head is None:
            self._head = _Head.read(self._received)
            if self._head is None:
                return None
        head = self._head
        if head.is_chunked:
            read = _read_chunks(self._received, head.length)
            if read is None:
                return None
            body, end = read
        else:
            end = head.length + head.body_length
            if len(self._received) < end:
                return None
            body = bytes(self._received[head.length : end])
        # What is sent beyond the answer belongs to no call.
        is_whole = end == len(self._received) and not self._unsent
        return Answer(head.status, body, head.is_kept_alive and is_whole)


@dataclasses.dataclass(frozen=True)
class _Head:
    """An answer's status line and headers."""

    status: int
    length: int
    body_length: int
    is_chunked: bool
    is_kept_alive: bool

    @staticmethod
    def read(received: bytearray) -> _Head | None:
        end = received.find(b"\r\n\r\n", 0, _HEAD_BYTES_MAXIMUM)
        if end < 0:
            if len(received) > _HEAD_BYTES_MAXIMUM:
                raise ExchangeFailed(Failure.MALFORMED_REPLY, "the answer's head is too long")
            if received[:5] != b"HTTP/"[: len(received)]:
                raise ExchangeFailed(Failure.MALFORMED_REPLY, "the answer is not HTTP")
            return None
        lines = bytes(received[:end]).decode("latin-1").split("\r\n")
        words = lines[0].split(" ", 2)
        if len(words) < 2 or not words[0].startswith("HTTP/1.") or not (words[1].isdecimal() and len(words[1]) == 3):
            raise ExchangeFailed(Failure.MALFORMED_REPLY, "the answer is not HTTP")
        fields: dict[str, str] = {}
        for line in lines[1:]:
            name, colon, value = line.partition(":")
            if not colon or not name or name != name.strip():
                raise ExchangeFailed(Failure.MALFORMED_REPLY, "the answer has a header that is none")
            fields[name.lower()] = value.strip()
        is_chunked = fields.get("transfer-encoding", "").lower() == "chunked"
        length = fields.get("content-length", "")
        if not is_chunked and (not length.isdecimal() or int(length) > _BODY_BYTES_MAXIMUM):
            raise ExchangeFailed(Failure.MALFORMED_REPLY, "the answer does not say how long it is, or is too long")
        return _Head(
            status=int(words[1]),
            length=end + 4,
            body_length=0 if is_chunked else int(length),
            is_chunked=is_chunked,
            is_kept_alive=words[0] == "HTTP/1.1" and fields.get("connection", "").lower() != "close",
        )


def _read_chunks(received: bytearray, start: int) -> tuple[bytes, int] | None:
    """The body in chunks from `start` on, and where it ends; None while it is not whole."""
    body = bytearray()
    place = start
    while True:
        line_end = received.find(b"\r\n", place)
        if line_end < 0:
            return None
        digits = bytes(received[place:line_end]).split(b";")[0].strip()
        try:
            size = int(digits, 16)
        except ValueError:
            size = -1
        if size < 0 or len(body) + size > _BODY_BYTES_MAXIMUM:
            raise ExchangeFailed(Failure.MALFORMED_REPLY, "the answer has a chunk that is none, or is too long")
        place = line_end + 2
        if size == 0:
            # Trailers end with an empty line; without any, it comes at once.
            if received[place : place + 2] == b"\r\n":
                return bytes(body), place + 2
            end = received.find(b"\r\n\r\n", place)
            return None if end < 0 else (bytes(body), end + 4)
        if len(received) < place + size + 2:
            return None
        body += received[place : place + size]
        place += size + 2


def post(address: Address, path: str, content_type: str, body: bytes, headers: dict[str, str]) -> bytes:
    """A request as bytes.

    Raises:
        ValueError: When a header could be taken for more than one.
    """
    lines = [
        f"POST {path} HTTP/1.1",
        f"Host: {address.authority}",
        f"Content-Type: {content_type}",
        f"Content-Length: {len(body)}",
    ]
    for name, value in headers.items():
        if any(character in name + value for character in "\r\n\0"):
            raise ValueError(f"the header {name} must be one line")
        lines.append(f"{name}: {value}")
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body


def wait(exchanges: list[Exchange], seconds: float) -> list[Exchange]:
    """Waits until something can be done, at most `seconds`; which exchanges it can be done for."""
    poll = select.poll()
    by_descriptor = {}
    for exchange in exchanges:
        by_descriptor[exchange.fileno()] = exchange
        poll.register(exchange.fileno(), exchange.events)
    # Waiting is in whole milliseconds; rounded up, or the last one would be spent spinning. Whoever has longer asks again.
    milliseconds = math.ceil(max(0.0, min(seconds, 60.0)) * 1000)
    return [by_descriptor[descriptor] for descriptor, _ in poll.poll(milliseconds)]
