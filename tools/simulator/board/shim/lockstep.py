"""The board's end of the lockstep: virtual time, and one message each way whenever time is to move.

A message is its length (u32) and records: kind (1 byte), length (u16), payload. The firmware's last record says what it
waits for; the host's answer begins with the time and the horizon. Up to the horizon nothing can happen in the world, so
the firmware may move its clock by itself.
"""

import builtins
import struct
import time as _time

PERIOD = 1 << 30  # ticks wrap as on a 32-bit board
NEVER = -1
now = 0  # virtual ms since the board was powered
horizon = 0
free_until = 0  # up to here the clock may move without a question: the horizon, or the watchdog's bite
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
urgent = False
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
    builtins.print = _print
    ask(b"h")


def record(kind, payload, important=True):
    """Add a record to the next message."""
    global urgent
    _out.append(kind + struct.pack("<H", len(payload)))
    _out.append(bytes(payload))
    urgent = urgent or important or len(_out) > 200


def edge(gpio, level, important):
    """An output has moved."""
    global urgent, _edge_count
    struct.pack_into("<BBq", _edges, 10 * _edge_count, gpio, level, now)
    _edge_count += 1
    urgent = urgent or important or _edge_count == _MOST_EDGES


def ask(kind, payload=b""):
    """Send what has gathered with a question behind it, and take the answer in."""
    global now, horizon, free_until, urgent, _out, answer, _edge_count
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
    answer = b""
    limit_freedom()
    if length:
        _take(_read.read(length))


def limit_freedom():
    """Up to where the firmware may go by itself."""
    global free_until
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
            import gc

            gc.collect()
            record(b"g", struct.pack("<II", gc.mem_alloc(), gc.mem_free()))
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
        ask(b"r", b"watchdog")  # the host ends this process


def block_ms(ms):
    """A blocking sleep."""
    target = now + ms
    while now < target:
        sleep_until(target)


def _print(*words, **_):
    record(b"l", " ".join([str(word) for word in words]).encode()[:4000], False)


def ticks_ms():
    """Virtual ticks, wrapping."""
    return (now + offset) & (PERIOD - 1)


def ticks_diff(a, b):
    """As on a board: signed, within half a period."""
    return ((a - b + PERIOD // 2) & (PERIOD - 1)) - PERIOD // 2


class _Module:
    pass


def time_module():
    """A stand-in for `time`. The wall clock of a board without battery: it starts anywhere."""
    module = _Module()
    module.ticks_ms = ticks_ms
    module.ticks_diff = ticks_diff
    module.ticks_add = lambda ticks, delta: (ticks + delta) & (PERIOD - 1)
    module.ticks_us = lambda: (now * 1000) & (PERIOD - 1)
    module.sleep_ms = block_ms
    module.sleep_us = lambda us: block_ms(us // 1000)
    module.sleep = lambda s: block_ms(int(s * 1000))
    module.time = lambda: 609459200 + now // 1000
    module.gmtime = _time.gmtime
    module.localtime = _time.gmtime
    return module
