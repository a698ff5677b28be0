"""A small HTTP/1.1 load generator: a fixed number of kept-alive connections, one request at a time on each.

It is one process and one thread over non-blocking sockets, so that it takes as little as it can of the cores it
shares with the server under test.
"""

from __future__ import annotations

import selectors
import socket
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

CHUNK = 1 << 18

RENEWED_AFTER = 100
"""Requests after which a connection is opened anew.

Which of a server's processes takes a connection is chance, and with eight kept for ever one process may get them all;
renewed, they spread over both within a round.
"""


@dataclass(frozen=True, slots=True)
class Request:
    """One request, ready to send, and the status that answers it well."""

    method: str
    path: str
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    status: int = 200

    def wire(self) -> bytes:
        """The bytes to send."""
        lines = [f"{self.method} {self.path} HTTP/1.1", "Host: 127.0.0.1", "Connection: keep-alive"]
        lines += [f"{name}: {value}" for name, value in self.headers]
        if self.body or self.method in ("POST", "PATCH"):
            lines.append(f"Content-Length: {len(self.body)}")
        return "\r\n".join([*lines, "", ""]).encode() + self.body


@dataclass(slots=True)
class Measured:
    """What a round measured: seconds per request, in order, and the seconds the round took."""

    times: list[float] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def per_second(self) -> float:
        """Requests answered per second."""
        return len(self.times) / self.seconds

    def percentile(self, share: float) -> float:
        """The time within which a share of the requests was answered, in milliseconds."""
        ordered = sorted(self.times)
        return 1000 * ordered[min(len(ordered) - 1, int(share * len(ordered)))]


class _Line:
    """One connection and the request under way on it."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=30)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket.setblocking(False)
        self.buffer = b""
        self.started = 0.0
        self.sent = 0
        self.request: Request | None = None

    def send(self, request: Request) -> None:
        self.request, self.buffer, self.started = request, b"", time.perf_counter()
        self.sent += 1
        self.socket.setblocking(True)
        self.socket.sendall(request.wire())
        self.socket.setblocking(False)

    def receive(self) -> bool:
        """Take what came; True once the response is whole. Raises RuntimeError for a wrong answer."""
        part = self.socket.recv(CHUNK)
        self.buffer += part
        head, found, body = self.buffer.partition(b"\r\n\r\n")
        if not part and not found:
            raise RuntimeError(f"{self.request}: the server closed the connection")
        if not found or len(body) < _length(head):
            return False
        if int(head.split(b" ", 2)[1]) != self.request.status:
            raise RuntimeError(f"{self.request.method} {self.request.path}: {self.buffer[:600]!r}")
        if b"connection: close" in head.lower():
            raise RuntimeError("the server does not keep connections alive")
        return True


def run(port: int, requests: Iterator[Request], *, connections: int, seconds: float) -> Measured:
    """Keep `connections` busy with requests for some seconds and say how long each took."""
    selector = selectors.DefaultSelector()
    lines = [_open(selector, port) for _ in range(connections)]
    measured = Measured()
    begun = time.perf_counter()
    end = begun + seconds
    for line in lines:
        line.send(next(requests))
    busy = len(lines)
    while busy:
        for key, _ in selector.select(30):
            line = key.data
            if not line.receive():
                continue
            now = time.perf_counter()
            measured.times.append(now - line.started)
            if now < end and line.sent < RENEWED_AFTER:
                line.send(next(requests))
                continue
            selector.unregister(line.socket)
            line.socket.close()
            if now < end:
                _open(selector, port).send(next(requests))
            else:
                busy -= 1
    measured.seconds = time.perf_counter() - begun
    return measured


def _open(selector: selectors.BaseSelector, port: int) -> _Line:
    line = _Line(port)
    selector.register(line.socket, selectors.EVENT_READ, line)
    return line


def endless(make: Callable[[int], Request]) -> Iterator[Request]:
    """Make request after request from a running number."""
    number = 0
    while True:
        yield make(number)
        number += 1


def _length(head: bytes) -> int:
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            return int(value)
    raise RuntimeError("a response without a length")
