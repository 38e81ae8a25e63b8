"""The board's end of the lockstep: virtual time, and one message each way whenever time is to move.

A message is its length (u32) and records: kind (1 byte), length (u16), payload. The firmware's last record says what it
waits for; the host's answer begins with the time and the horizon. Up to the horizon nothing can happen in the world, so
the firmware may move its clock by itself.
"""

import gc as _gc
import struct
import time as _time

from meter import ticks_add, ticks_diff

PERIOD = 1 << 30  # ticks wrap as on a 32-bit board
NEVER = -1
now = 0  # virtual ms since the board was powered
horizon = 0
free_until = 0  # below this the clock may move without a question: the horizon, or the watchdog's bite
offset = 0  # ticks at power-on
watchdog_at = None  # when the watchdog bites
watchdog_ms = 0
cause = ""
unique_id = b""
levels = {}  # gpio -> level of the inputs
on_level = {}  # gpio -> interrupt handler
received = bytearray()  # UART
received_limit = 256
answer = b""  # payload of the host's answer to a question
urgent = False  # there is something to tell the host before time goes on
news = False  # the host has spoken: streams may have something to say
in_light_sleep = False
_told = 0  # the time that the host knows from us
_MOST_EDGES = 800
_out = []
_edges = bytearray(10 * _MOST_EDGES)  # (gpio, level, ms) of outputs, without an allocation each
_edge_count = 0
_header = bytearray(20)


def connect(argv):
    """Open the pipes named on the command line."""
    global _read, _write, cause, offset, unique_id
    _read = open("/dev/fd/" + argv[1], "rb")
    _write = open("/dev/fd/" + argv[2], "wb")
    cause, offset, unique_id = argv[5], int(argv[6]), argv[7].encode()


def start():
    """Say that the board runs, and take the levels of the inputs."""
    ask(b"h")
    work.start()


def record(kind, payload):
    """Add a record to the next message, which goes before time does."""
    global urgent, free_until, _told
    if _told != now:
        _told = now
        _out.append(b"t\x08\0" + struct.pack("<q", now))
    _out.append(kind + struct.pack("<H", len(payload)))
    _out.append(bytes(payload))
    urgent = True
    free_until = 0


def edge(gpio, level, important):
    """An output has moved."""
    global urgent, free_until, _edge_count
    struct.pack_into("<BBq", _edges, 10 * _edge_count, gpio, level, now)
    _edge_count += 1
    if important or _edge_count == _MOST_EDGES:
        urgent = True
        free_until = 0


def ask(kind, payload=b""):
    """Send what has gathered with a question behind it, and take the answer in."""
    global now, horizon, free_until, urgent, news, _out, _told, answer, _edge_count
    if _edge_count:
        record(b"p", bytes(memoryview(_edges)[: 10 * _edge_count]))
        _edge_count = 0
    record(kind, struct.pack("<q", now) + payload)
    message = b"".join(_out)
    _write.write(struct.pack("<I", len(message)) + message)
    _out = []
    urgent = False
    _read.readinto(_header)
    length, now, horizon = struct.unpack("<Iqq", _header)
    _told = now
    news = True
    answer = b""
    limit_freedom()
    if length:
        _take(_read.read(length))


def limit_freedom():
    """Up to where the firmware may go by itself."""
    global free_until
    if not urgent:
        free_until = horizon if watchdog_at is None else min(horizon, watchdog_at)


def _take(message):
    global answer, received
    at = 0
    while at < len(message):
        kind = message[at]
        length = message[at + 1] | message[at + 2] << 8
        payload = message[at + 3 : at + 3 + length]
        at += 3 + length
        if kind == 85:  # U: octets from the modem
            received.extend(payload)
            del_ = len(received) - received_limit
            if del_ > 0:  # the receive buffer is full: the newest are lost
                received = received[:received_limit]
        elif kind == 73:  # I: an input changed
            _level(payload[0], payload[1])
        elif kind == 65:  # A: the answer to a question
            answer = payload
        elif kind == 71:  # G: report the heap
            _gc.collect()
            record(b"g", struct.pack("<II", _gc.mem_alloc(), _gc.mem_free()))
        elif kind == 88:  # X: run a line of Python, for benchmarks only
            exec(payload.decode(), {})


def _level(gpio, level):
    if levels.get(gpio) != level:
        levels[gpio] = level
        handler = on_level.get(gpio)
        if handler:
            handler()


def sleep_until(target):
    """Move the clock: alone up to the horizon, else through the host. NEVER: until something happens."""
    global now
    if watchdog_at is not None and (target == NEVER or target > watchdog_at):
        target = watchdog_at
    if target != NEVER and target < horizon and not urgent:
        now = target
    else:
        ask(b"s", struct.pack("<q", target))
    if watchdog_at is not None and now >= watchdog_at:
        if in_light_sleep:
            ask(b"k")  # an RP2040 does not come back from that
        work.end_stretch()
        ask(b"r", b"watchdog")  # the host ends this process


def block_ms(ms):
    """A blocking sleep."""
    work.settle()
    target = now + ms
    while now < target:
        sleep_until(target)


def ticks_ms():
    """Virtual ticks, wrapping."""
    work.settle()
    return (now + offset) & (PERIOD - 1)


def ticks_us():
    """Microseconds, wrapping."""
    return (now * 1000 + work.cell[1]) & (PERIOD - 1)


class _Module:
    pass


def time_module():
    """A stand-in for `time`. The wall clock of a board without battery: it starts anywhere."""
    module = _Module()
    module.ticks_ms = ticks_ms
    module.ticks_diff = ticks_diff
    module.ticks_add = ticks_add
    module.ticks_us = ticks_us
    module.sleep_ms = block_ms
    module.sleep_us = work.charge
    module.sleep = lambda s: block_ms(int(s * 1000))
    module.time = lambda: 609459200 + now // 1000
    module.gmtime = _time.gmtime
    module.localtime = _time.gmtime
    return module


import work  # it needs this module  # noqa: E402
