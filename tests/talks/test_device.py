"""Chapter 12 of SPEC, HELP and REBOOT."""

from tools.simulator.board.board import UNIQUE_ID


def test_versions(box):
    assert box.boss.asks("HARDWARE") == "TextSocket VIRTUAL"
    assert box.boss.asks("SERIALNUM") == "S/N: " + UNIQUE_ID.encode().hex()
    assert box.boss.asks("FIRMWARE") == "v1.0.0"


def test_r20_2_help_names_every_command(box):
    words = box.boss.asks("HELP").split(" ")
    assert words == sorted(set(words))
    for word in ("ON", "STATUS", "SECNUMBER", "THERMOSTATON", "SCHEDULER", "HELP"):
        assert word in words


def test_r20_2_help_for_one_command(box):
    assert box.boss.asks("HELP RESTARTTIME") == "RESTARTTIME=1..600\nRESTARTTIME?"
    assert box.boss.asks("help on") == "ON\nON1..65000"
    assert box.boss.asks("HELP SCHEDULER") == (
        "SCHEDULER+hh:mm,*|1..7|1-5|135,ON|OFF|INF|AON|AOF|TON|TOF|SOT=21C\nSCHEDULER-hh:mm of a rule, or ALL\nSCHEDULER?"
    )
    assert box.boss.asks("HELP NONSENSE") == "HELP NONSENSE - Incorrect value! Use HELP"


def test_r20_15_reboot_replies_then_restarts(box):
    box.boss.asks("ON")
    starts = box.board.starts
    assert box.boss.asks("REBOOT") == "REBOOT - OK"
    box.until(lambda: box.board.starts == starts + 1)
    box.wait_ready()
    box.run(120_000)
    assert box.board.starts == starts + 1
    assert box.relay.on
    assert not box.modem.store
    assert box.boss.asks("STATUS").startswith("Power socket ON")
