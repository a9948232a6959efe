"""A WebSocket client (RFC 6455) of a few lines: text out, frames in, nothing lenient."""
import base64
import hashlib
import json
import os
import socket
import struct

GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
TEXT, BINARY, CLOSE, PING, PONG = 1, 2, 8, 9, 10
SECONDS = 20


class Refused(Exception):
    """The server did not switch to WebSocket."""

    def __init__(self, status, body):
        super().__init__(f"{status}: {body[:200]!r}")
        self.status = status
        self.body = body


class Closed(Exception):
    def __init__(self, code, reason):
        super().__init__(f"closed with {code}: {reason}")
        self.code = code
        self.reason = reason


class WebSocket:
    def __init__(self, url, target="/ws", headers=None):
        host, port = url.split("//")[1].split(":")
        self.socket = socket.create_connection((host, int(port)), SECONDS)
        key = base64.b64encode(os.urandom(16)).decode()
        lines = [f"GET {target} HTTP/1.1", f"Host: {host}:{port}", "Upgrade: websocket", "Connection: Upgrade",
                 f"Sec-WebSocket-Key: {key}", "Sec-WebSocket-Version: 13"]
        lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
        self.socket.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
        self.file = self.socket.makefile("rb")
        status = int(self.file.readline().split()[1])
        answer = {}
        while line := self.file.readline().strip():
            name, value = line.decode().split(":", 1)
            answer[name.lower()] = value.strip()
        if status != 101:
            body = self.file.read(int(answer.get("content-length", 0)))
            self.close()
            raise Refused(status, body)
        accept = base64.b64encode(hashlib.sha1((key + GUID).encode()).digest()).decode()
        assert answer["sec-websocket-accept"] == accept, answer

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self.file.close()
        self.socket.close()

    def send(self, data, kind=TEXT):
        data = data.encode() if isinstance(data, str) else data
        size = len(data)
        head = bytes([0x80 | kind])
        if size < 126:
            head += bytes([0x80 | size])
        elif size < 65_536:
            head += struct.pack(">BH", 0x80 | 126, size)
        else:
            head += struct.pack(">BQ", 0x80 | 127, size)
        # A mask of zeros leaves the bytes as they are, and is allowed.
        self.socket.sendall(head + bytes(4) + data)

    def read(self):
        """The next text message; Closed if the server closes."""
        text = b""
        while True:
            first, second = self.file.read(2)
            size = second & 0x7F
            if size == 126:
                size, = struct.unpack(">H", self.file.read(2))
            elif size == 127:
                size, = struct.unpack(">Q", self.file.read(8))
            data = self.file.read(size)
            kind = first & 0x0F
            if kind == CLOSE:
                raise Closed(struct.unpack(">H", data[:2])[0] if data else None, data[2:].decode())
            if kind == PING:
                self.send(data, PONG)
                continue
            text += data
            if first & 0x80:
                return text.decode()

    def ask(self, value):
        """Sends JSON (or text as it is) and reads one answer's JSON."""
        self.send(value if isinstance(value, str) else json.dumps(value))
        return json.loads(self.read())
