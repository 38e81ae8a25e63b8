"""A blank ESP32 at a TCP port, as esptool meets it: the serial protocol of its loader, and a flash that is written.

What stands behind it afterwards is another port: the board with its new MicroPython.
"""

import hashlib
import select
import socket
import struct
import threading
import zlib

END, ESCAPE = b"\xc0", b"\xdb"
MAGIC = {"ESP32": 0x00F01D83, "ESP32-S2": 0x000007C6}  # at 0x40001000
REGISTERS = {0x3FF40014: 347, 0x3FF42080: 0x164020}  # UART divider of a 40 MHz crystal; identity of a 4 MB flash chip
READ_REGISTER, SECURITY_INFO, SYNC, ERASE = 0x0A, 0x14, 0x08, 0xD0
DEFLATE_BEGIN, DEFLATE_DATA, DEFLATE_END, MD5 = 0x10, 0x11, 0x12, 0x13


class BlankEsp32:
    """`port` is its address; `flash` what was written. `behind` is where its port leads once it is written."""

    def __init__(self, chip="ESP32", behind=None):
        self.flash = bytearray(b"\xff" * (4 << 20))
        self.erased = False
        self.written = False
        self._behind = behind
        self._registers = {**REGISTERS, 0x40001000: MAGIC[chip]}
        self._stream = self._at = None
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = f"socket://127.0.0.1:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self):
        self._listener.close()

    def _serve(self):
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._lead_on if self.written else self._load, args=(client,), daemon=True).start()

    def _lead_on(self, client):
        host, _, port = self._behind.removeprefix("socket://").partition(":")
        with client, socket.create_connection((host, int(port))) as board:
            ways = {client: board, board: client}
            for end in ways:
                end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            while True:
                for source in select.select(list(ways), [], [])[0]:
                    octets = source.recv(4096)
                    if not octets:
                        return
                    ways[source].sendall(octets)

    def _load(self, client):
        heard = b""
        with client:
            while octets := client.recv(4096):
                heard += octets
                while heard.count(END) > 1:
                    packet, heard = heard[heard.index(END) + 1 :].split(END, 1)
                    packet = packet.replace(ESCAPE + b"\xdc", END).replace(ESCAPE + b"\xdd", ESCAPE)
                    if packet[:1] == b"\0" and len(packet) >= 8:
                        self._answer(client, packet)

    def _answer(self, client, packet):
        operation, data = packet[1], packet[8:]
        value, more, status = 0, b"", b"\0\0"
        if operation == READ_REGISTER:
            value = self._registers.get(struct.unpack("<I", data[:4])[0], 0)
        elif operation == SECURITY_INFO:
            status = b"\x01\x05"  # no such command on this chip
        elif operation == ERASE:
            self.erased = True
        elif operation == DEFLATE_BEGIN:
            self._at, self._stream = struct.unpack("<4I", data[:16])[3], zlib.decompressobj()
        elif operation == DEFLATE_DATA:
            octets = self._stream.decompress(data[16:])
            self.flash[self._at : self._at + len(octets)] = octets
            self._at += len(octets)
        elif operation == MD5:
            address, size = struct.unpack("<2I", data[:8])
            more = hashlib.md5(self.flash[address : address + size]).digest()
            self.written = True
        body = struct.pack("<BBHI", 1, operation, len(more) + 2, value) + more + status
        body = END + body.replace(ESCAPE, ESCAPE + b"\xdd").replace(END, ESCAPE + b"\xdc") + END
        client.sendall(body * (8 if operation == SYNC else 1))
