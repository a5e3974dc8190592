"""A server that is not the one that is meant: it keeps whatever it is told."""

from __future__ import annotations

import socket
import ssl
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

CLEAR = struct.pack("!ii", 8, 3)
"""Asks for a password as it is."""
MD5 = struct.pack("!ii4s", 12, 5, b"salt")
"""Asks for a digest of it that can be used again, or guessed."""
WELCOME = struct.pack("!ii", 8, 0)
"""Asks for nothing."""


class FalseServer:
    """Listens on a port; ``words`` is what came after the greeting of each who connected.

    With ``certificate``, a name of files, it encrypts; then it asks by ``question``.
    """

    def __init__(self, certificate: Path | None, question: bytes) -> None:
        self.question = question
        self.words: list[bytes] = []
        self.context: ssl.SSLContext | None = None
        if certificate is not None:
            self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self.context.load_cert_chain(f"{certificate}.crt", f"{certificate}.key")
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = str(self.listener.getsockname()[1])
        self.thread = Thread(target=self._serve)

    def _serve(self) -> None:
        while True:
            link, _ = self.listener.accept()
            with link:
                if not link.recv(1):  # whoever ends it
                    return
                link.recv(4096)
                try:
                    self.words.append(self._listen(link))
                except OSError:  # they would not speak to us
                    self.words.append(b"")

    def _listen(self, link: socket.socket) -> bytes:
        if self.context is None:
            link.sendall(b"N")
            return _all(link)
        link.sendall(b"S")
        with self.context.wrap_socket(link, server_side=True) as secret:
            secret.recv(4096)  # the name of the login, and of the database
            secret.sendall(b"R" + self.question)
            return _all(secret)


def _all(link: socket.socket) -> bytes:
    text = b""
    while more := link.recv(4096):
        text += more
    return text


@contextmanager
def false_server(certificate: Path | None, question: bytes = CLEAR) -> Iterator[FalseServer]:
    """A false server for the time of a test; what it was told is complete when it has ended."""
    server = FalseServer(certificate, question)
    server.thread.start()
    try:
        yield server
    finally:
        socket.create_connection(("127.0.0.1", int(server.port))).close()
        server.thread.join()
        server.listener.close()
