"""Chapter 15 of SPEC: a week with a hostile network and modem; thermostat and schedule are exact all the while."""

import math
import random

from tools.simulator.box import DAY, HOUR, MINUTE


def _celsius(now):
    return 10 + 4 * math.sin(now / HOUR / 24 * 2 * math.pi * 3)


def _misfortunes(box, rng):
    """What goes wrong, as (name, act)."""
    modem, network = box.modem, box.network

    def deaf():
        modem.deaf = True

    def outage():
        network.go_down()
        box.world.after(rng.randrange(5, 180) * MINUTE, network.come_up)

    def refusals():
        network.refuse_with = 38
        box.world.after(20 * MINUTE, lambda: setattr(network, "refuse_with", None))

    def lost_notices():
        modem.lose_cmti = 5

    return (
        ("restart", modem.restart),
        ("dip", modem.under_voltage),
        ("off", modem.power_off),
        ("deaf", deaf),
        ("outage", outage),
        ("refusals", refusals),
        ("lost notices", lost_notices),
    )


def test_a_hostile_week(make_box):
    box = make_box(start="2026-03-01 22:00:00", seed=11).on()
    rng = random.Random(11)
    box.boss.asks("MAKEMEBOSS;POWERALERT=OFF;SWITCHOFFTEMP=10C")
    box.boss.asks("SCHEDULER+08:00,*,AON;SCHEDULER+17:30,*,AOF;SCHEDULER+03:15,2,AON;SCHEDULER+03:16,2,AOF")
    box.thermometer.celsius = _celsius
    box.boss.asks("THERMOSTATON")
    misfortunes = _misfortunes(box, rng)
    asked = 0
    for hour in range(7 * 24):
        if rng.random() < 0.4:
            rng.choice(misfortunes)[1]()
        if rng.random() < 0.3:
            box.boss.texts(("STATUS" if rng.random() < 0.5 else "TEMPERATURE") + "." * (asked % 7))  # equal ones get one answer
            asked += 1
        for _ in range(6):
            box.run(10 * MINUTE)
            celsius = _celsius(box.world.now)
            if abs(celsius - 10) > 0.3:
                assert box.relay.on == (celsius < 10), (hour, celsius, box.board.tail())
    fired = [line[9:14] + " " + line.split("rule ")[1].strip() for line in box.log if " rule " in line]
    expected = ["08:00 08:00,*,AON", "17:30 17:30,*,AOF"]
    assert [row for row in fired if ",*," in row] == expected * 7
    assert [row for row in fired if ",2," in row] == ["03:15 03:15,2,AON", "03:16 03:16,2,AOF"]
    box.network.come_up()
    box.run(DAY // 2)
    assert box.board.starts == 1  # no fault of modem or network restarts the board, and so the socket
    answers = [text for text in box.boss.reads_all() if text.startswith(("Power socket", "TEMPERATURE"))]
    refused = sum("given up" in line for line in box.log)
    assert asked - refused <= len(answers) <= asked + 5, (asked, len(answers), refused)
    assert box.boss.asks("ON").startswith("Power socket ON")
    assert not box.modem.store
