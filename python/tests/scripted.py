"""A server on a port of its own that does to each request what a test asks for."""

from __future__ import annotations

import dataclasses
import json
import socket
import struct
import threading
from collections.abc import Callable


@dataclasses.dataclass(frozen=True)
class Received:
    """A request as the server sees it."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def document(self) -> dict[str, object]:
        """The body as a JSON object."""
        document: dict[str, object] = json.loads(self.body)
        return document


Behaviour = Callable[[Received, socket.socket], None]


def answer(status: int, body: str | bytes, *headers: str) -> Behaviour:
    """Answers whole."""
    payload = body.encode() if isinstance(body, str) else body

    def act(received: Received, connection: socket.socket) -> None:
        head = [f"HTTP/1.1 {status} Any", f"Content-Length: {len(payload)}", *headers]
        connection.sendall("\r\n".join(head).encode() + b"\r\n\r\n" + payload)

    return act


def raw(data: bytes) -> Behaviour:
    """Sends bytes and hangs up."""

    def act(received: Received, connection: socket.socket) -> None:
        connection.sendall(data)
        connection.close()

    return act


def silence(received: Received, connection: socket.socket) -> None:
    """Leaves the caller waiting."""


def hang_up(received: Received, connection: socket.socket) -> None:
    """Closes the connection without a word."""
    connection.close()


def reset(received: Received, connection: socket.socket) -> None:
    """Breaks the connection."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


class ScriptedServer:
    """Serves until it is left."""

    def __init__(self, behave: Callable[[Received], Behaviour], port: int = 0) -> None:
        self._behave = behave
        self._listener = socket.socket()
        self._listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._listener.bind(("127.0.0.1", port))
        self._listener.listen(64)
        self._lock = threading.Lock()
        self._open: list[socket.socket] = []
        self.received: list[Received] = []
        self.connections = 0
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> ScriptedServer:
        return self

    def __exit__(self, *exception: object) -> None:
        self.stop()

    def stop(self) -> None:
        """Closes the port and every connection."""
        # A thread that waits in accept would keep the port open.
        try:
            self._listener.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        self._listener.close()
        with self._lock:
            for connection in self._open:
                try:
                    connection.shutdown(socket.SHUT_RDWR)
                except OSError:
                    pass
                connection.close()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            with self._lock:
                self.connections += 1
                self._open.append(connection)
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        buffer = b""
        try:
            while True:
                while b"\r\n\r\n" not in buffer:
                    part = connection.recv(1 << 16)
                    if not part:
                        return
                    buffer += part
                head, _, buffer = buffer.partition(b"\r\n\r\n")
                lines = head.decode().split("\r\n")
                headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:])}
                length = int(headers.get("content-length", "0"))
                while len(buffer) < length:
                    buffer += connection.recv(1 << 16)
                received = Received(lines[0].split(" ")[1], headers, buffer[:length])
                buffer = buffer[length:]
                with self._lock:
                    self.received.append(received)
                self._behave(received)(received, connection)
        except OSError:
            return
