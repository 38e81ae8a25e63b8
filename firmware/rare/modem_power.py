"""The modem's pins: reset, power key, supply."""

import asyncio

from at import ModemError
from log import log

from rare.urcs import forget


async def pulse_reset(modem):
    """RST low for 150 ms (at least 105 ms)."""
    await _pulse(modem, modem.reset_pin, 150)


async def pulse_key(modem):
    """PWRKEY low for 1.2 s: on when it was off, off when it was on."""
    await _pulse(modem, modem.key_pin, 1200)


async def _pulse(modem, pin, ms):
    if pin:
        pin.set(True)
        await asyncio.sleep_ms(ms)
        pin.set(False)
    forget(modem, "restart")


async def switch_off(modem):
    """AT+CPOWD=1 answers NORMAL POWER DOWN and no OK."""
    try:
        await modem.channel.at(b"AT+CPOWD=1", (), 5000)
    except ModemError as error:
        log("modem: off" if error.result == "off" else "modem: does not switch off")
    modem.off = True
    if modem.supply_pin:
        modem.supply_pin.set(False)


async def switch_on(modem):
    """Supply and power key, for a modem that is off."""
    if modem.supply_pin:
        modem.supply_pin.set(True)
    modem.off = False
    await pulse_key(modem)
