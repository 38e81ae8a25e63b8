"""The virtual board is as awkward as a real one: light sleep, watchdog, flash, supply, floating pins, damaged files."""

from tests.unit.test_charge import run  # noqa: F401  a fixture
from tools.simulator.board import firmware
from tools.simulator.box import KEY, MAINS, MINUTE, RESET, SUPPLY, Box


def test_light_sleep_hears_nothing(run):  # noqa: F811
    text = """
import machine, time
uart = machine.UART(0, baudrate=115200, rxbuf=256)
time.sleep_ms(500)
machine.lightsleep(1000)
time.sleep_ms(500)
buffer = bytearray(200)
print("heard", bytes(buffer[:uart.readinto(buffer)]))
time.sleep(3600)
"""
    box = run(text, 100)
    box.line.modem_baud = 115200
    for word in (b"before", b"asleep", b"after"):
        box.line.from_modem(word)
        box.run(800)
    assert box.log == ["heard b'beforeafter'"]


def test_the_watchdog_in_light_sleep_locks_the_board_up(run):  # noqa: F811
    box = run("import machine\nmachine.WDT(timeout=2000)\nmachine.lightsleep(5000)\n", 10 * MINUTE)
    assert box.board.locked_up and box.board.starts == 1
    box.cut_power()
    box.board.power_on()
    assert not box.board.locked_up


def test_flash_that_fails(run):  # noqa: F811
    text = """
import time
time.sleep(1)
for size in (100, 3000, 100):
    try:
        with open("x", "w") as file: file.write("x" * size)
        print("written")
    except OSError as error: print(error.errno)
time.sleep(3600)
"""
    box = run(text, 500)
    box.board.on_flash = lambda what, length: "error"
    box.run(MINUTE)
    assert box.log == ["5"] * 3


def test_flash_that_works_again(run):  # noqa: F811
    text = """
import time
for _ in range(4):
    time.sleep(1)
    try:
        with open("x", "w") as file: file.write("x" * 700)
        print(open("x").read() == "x" * 700)
    except OSError as error: print(error.errno)
time.sleep(3600)
"""
    box = run(text, 500)
    fails = iter(["error", None, "error"])
    box.board.on_flash = lambda what, length: next(fails, None)
    box.run(MINUTE)
    assert box.log == ["5", "5", "True", "True"] or box.log[-1] == "True"


def test_a_modem_that_wants_its_key():
    box = Box(keyed=True, files=firmware.compiled(form="mpy"))
    box.on(ready=False)
    assert box.modem.power == "off"
    for gpio, held, power in ((RESET, 200, "off"), (KEY, 500, "off"), (KEY, 1100, "booting")):
        box._on_pin(gpio, 0, box.world.now)
        box._on_pin(gpio, 1, box.world.now + held)
        box.world.at(0, lambda: None)
        while box.world.next() == box.world.now:
            box.world.step()
        assert box.modem.power == power
    box.close()


def test_a_supply_pin_cuts_the_modem(tmp_path):
    main = tmp_path / "main.py"
    main.write_text(
        f'"""x"""\nimport machine, time\npin = machine.Pin({SUPPLY}, machine.Pin.OUT, value=1)\ntime.sleep(3)\npin.value(0)\ntime.sleep(99)\n'
    )
    box = Box(supply=True, files=firmware.program(main), form="bare")
    box.on(ready=False)
    box.run(1000)
    assert box.modem.power != "off"
    box.run(4000)
    assert box.modem.power == "off"
    box.cut_power()
    assert not box.supplied
    box.close()


def test_a_floating_pin_has_spikes(run):  # noqa: F811
    box = Box(floating=True)
    seen = []
    box.board.set_input = lambda gpio, level: seen.append((box.world.now, gpio, level))
    while box.world.now < 60 * MINUTE:
        box.world.step()
    spikes = [end[0] - begin[0] for begin, end in zip(seen[::2], seen[1::2], strict=False)]
    assert len(spikes) > 20 and all(1 <= ms <= 50 for ms in spikes) and {gpio for _, gpio, _ in seen} == {MAINS}
    box.close()


def test_a_missing_file_ends_in_a_prompt_unless_the_firmware_restarts():
    box = Box(damage={"board": None})
    box.board.power_on()
    box.run(MINUTE)
    assert box.board.at_prompt or box.board.starts > 1
    box.close()


def test_a_cut_file_is_read_for_ever(run, tmp_path):  # noqa: F811
    files = firmware.compiled(form="mpy")
    damaged = firmware.damaged(files, tmp_path / "files", {"dates": 40})
    (damaged / "main.py").write_text("import machine\nmachine.WDT(timeout=8000)\nimport dates\n")
    box = Box(files=damaged)
    box.board.power_on()
    box.run(MINUTE)
    assert box.board.starts == 8 and not box.board.at_prompt
    box.close()
