"""What the firmware tells the host: one method a record, by its letter. `shim/lockstep.py` sends them."""

import struct

ERASE_MS = 45
PROGRAM_MS = 1  # of 256 bytes
BLOCK = 4096
EIO = -5


class Records:
    """The part of a Board that acts upon records. A method gives "wait" when the firmware waits or is gone."""

    def _moved_to(self, payload) -> bytes:
        (now,) = struct.unpack("<q", payload[:8])
        self.world.now = max(self.world.now, now)
        return payload[8:]

    def _on_t(self, payload):  # it is this late by now
        self._moved_to(payload)

    def _on_d(self, payload):  # a long stretch is over
        self.stretches.append(self._reader.read(payload))

    def _on_q(self, payload):  # the firmware is over
        self.at_prompt = True

    def _on_h(self, payload):  # runs now
        self._answer = b""

    def _on_s(self, payload):  # sleeps until
        (self._target,) = struct.unpack("<q", self._moved_to(payload))
        return "wait"

    def _on_p(self, payload):
        for gpio, level, at in struct.iter_unpack("<BBq", payload):
            self.world.now = max(self.world.now, at)
            self._pin(gpio, level, at)

    def _pin(self, gpio, level, at):
        if self.pins.get(gpio) != level:
            self.pins[gpio] = level
            (self.led_edges if gpio in self.led_gpios else self.edges).append((at, gpio, level))
            self.on_pin(gpio, level, at)

    def _on_u(self, payload):
        self.line.from_board(bytes(payload))

    def _on_b(self, payload):
        (self.line.board_baud,) = struct.unpack("<I", payload)

    def _on_l(self, payload):
        text = payload.decode(errors="replace")
        self.lines.append(text)
        del self.lines[:-5000]
        self.on_line(text)

    def _on_g(self, payload):
        self.heap_used, self.heap_free = struct.unpack("<II", payload)

    def _on_z(self, payload):  # light sleep: the UART is off
        (self._deaf_until,) = struct.unpack("<q", payload)

    def _on_k(self, payload):
        self._moved_to(payload)
        self.locked_up = True
        return "wait"

    def _on_o(self, payload):
        self._answer = self.on_bus(self._moved_to(payload))

    def _on_r(self, payload):
        cause = self._moved_to(payload).decode()
        self.power_off()
        self.power_on(cause)
        return "wait"

    def _on_x(self, payload):
        self.power_off()
        return "wait"

    def _on_e(self, payload):
        self._moved_to(payload)
        self.erases += 1
        allowed = self.on_flash("erase", BLOCK)
        self._answer = b"" if allowed is None else struct.pack("<i", EIO) if allowed == "error" else b"x"
        self._busy(ERASE_MS)

    def _on_f(self, payload):
        _, _, length = struct.unpack("<IHI", self._moved_to(payload))
        self.programs += 1
        allowed = self.on_flash("program", length)
        written = EIO if allowed == "error" else length if allowed is None else min(allowed, length)
        self._answer = struct.pack("<i", written)
        self._busy(PROGRAM_MS * -(-length // 256))

    def _busy(self, ms):
        """Flash is being written: interrupts are off, the world goes on."""
        end = self.world.now + ms
        self.line.deafen(ms)
        while (event := self.world.next()) is not None and event <= end:
            self.world.step()
        self.world.now = end
