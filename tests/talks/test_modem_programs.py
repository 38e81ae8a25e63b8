"""Modem programs of this world at the simulated modem. Those that a package manager has run in CI; two are tried by hand:

serialport-gsm: `npm install serialport-gsm` in a folder, then SERIALPORT_GSM=that folder.
ESPHome: its sim800l component as a program of this machine (tests/programs/esphome.yaml), then ESPHOME_SIM800L=that program.
docs/testing-your-modem-program.md tells how, and what came of it.
"""

import json
import os
import shutil
import socket
import subprocess
import threading
import time
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tools.simulator.modem.pty import LiveModem, Socket

BOSS, FRIEND = "+358401111111", "+358409999999"
PROGRAMS = ROOT / "tests" / "programs"
MODEM_MANAGER = next((path for path in ("/usr/sbin/ModemManager", "/usr/bin/ModemManager") if Path(path).exists()), None)


def _needs(program, package):
    return pytest.mark.skipif(
        not shutil.which(program), reason=f"{program} is not installed (Debian: apt-get install {package})"
    )


@pytest.fixture
def live():
    """A modem in real time, registered; ended when the test is."""
    with LiveModem() as modem:
        yield modem


@pytest.fixture
def start():
    """f(command): a program in the background, ended after the test."""
    running = []

    def start(*command, **how):
        how = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, **how}
        running.append(subprocess.Popen([str(part) for part in command], **how))
        return running[-1]

    yield start
    for process in reversed(running):
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait(condition, seconds=60):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := condition():
            return found
        time.sleep(0.1)
    raise AssertionError("it never came")


def _sent(live):
    return [(number, text) for number, text, _ in live.scene.network.submitted]


@_needs("smsd", "smstools")
def test_smstools(live, start, tmp_path):
    folders = {name: tmp_path / name for name in ("outgoing", "checked", "incoming", "sent", "failed", "report")}
    for folder in folders.values():
        folder.mkdir()
    lines = [f"{name} = {folder}" for name, folder in folders.items()]
    lines += [f"{name} = {tmp_path / name}" for name in ("logfile", "infofile", "pidfile")]
    config = tmp_path / "smsd.conf"
    config.write_text("\n".join([
        "devices = GSM1", *lines, "delaytime = 1", "[GSM1]", f"device = {live.path}", "incoming = yes", "baudrate = 115200", "report = yes", "",
    ]))  # fmt: skip
    live.command(f"sms {BOSS} Hello smstools")
    (folders["outgoing"] / "one").write_text(f"To: {FRIEND.lstrip('+')}\n\nFrom smstools\n")
    start("smsd", "-c", config, "-t")
    (arrived,) = _wait(lambda: list(folders["incoming"].iterdir()))
    assert "Hello smstools" in arrived.read_text() and f"From: {BOSS.lstrip('+')}" in arrived.read_text()
    _wait(lambda: list(folders["sent"].iterdir()))
    assert _sent(live) == [(FRIEND, "From smstools")]
    assert not list(folders["failed"].iterdir()) and not live.scene.modem.store


@_needs("gammu-smsd", "gammu-smsd")
def test_gammu_smsd(live, start, tmp_path):
    folders = {name: tmp_path / name for name in ("inbox", "outbox", "sentsms", "errorsms")}
    for folder in folders.values():
        folder.mkdir()
    config = tmp_path / "smsdrc"
    config.write_text("\n".join([
        "[gammu]", f"device = {live.path}", "connection = at115200", "[smsd]", "service = files", f"logfile = {tmp_path / 'log'}",
        *(f"{name}path = {folder}/" for name, folder in folders.items()),
        "commtimeout = 1", "loopsleep = 1", "deliveryreport = log", "statusfrequency = 0", "checksecurity = 0", "checksignal = 0",
        "checkbattery = 0", "",
    ]))  # fmt: skip
    live.command(f"sms {BOSS} Hello smsd")
    (folders["outbox"] / f"OUTA0_{FRIEND}_00.txtd").write_text("From smsd")
    start("gammu-smsd", "-c", config)
    (arrived,) = _wait(lambda: list(folders["inbox"].iterdir()))
    assert arrived.read_text() == "Hello smsd" and BOSS in arrived.name
    _wait(lambda: list(folders["sentsms"].iterdir()))
    assert _sent(live) == [(FRIEND, "From smsd")] and not list(folders["errorsms"].iterdir())


# -- ModemManager -------------------------------------------------------------------------------------------------


def _allow_everything(address):
    """The least of a PolicyKit: ModemManager asks it whether its client may."""
    from jeepney import DBusAddress, MessageType, new_error, new_method_call, new_method_return
    from jeepney.io.blocking import open_dbus_connection

    connection = open_dbus_connection(address)
    bus = DBusAddress("/org/freedesktop/DBus", bus_name="org.freedesktop.DBus", interface="org.freedesktop.DBus")
    connection.send_and_get_reply(new_method_call(bus, "RequestName", "su", ("org.freedesktop.PolicyKit1", 0)))

    def serve():
        while True:
            try:
                asked = connection.receive()
            except (OSError, ConnectionError, EOFError):
                return
            if asked.header.message_type is not MessageType.method_call:
                continue
            names = {int(field): value for field, value in asked.header.fields.items()}
            if names.get(3) == "CheckAuthorization":
                connection.send(new_method_return(asked, "(bba{ss})", ((True, False, {}),)))
            elif names.get(3) == "GetAll":
                connection.send(new_method_return(asked, "a{sv}", ({},)))
            else:
                connection.send(new_error(asked, "org.freedesktop.DBus.Error.UnknownMethod"))

    threading.Thread(target=serve, daemon=True).start()


def _give_port(address, path):
    """ModemManager's own test interface: this socket is a modem."""
    from jeepney import DBusAddress, MessageType, new_method_call
    from jeepney.io.blocking import open_dbus_connection

    where = DBusAddress(
        "/org/freedesktop/ModemManager1",
        bus_name="org.freedesktop.ModemManager1",
        interface="org.freedesktop.ModemManager1.Test",
    )
    connection = open_dbus_connection(address)
    call = new_method_call(where, "SetProfile", "ssas", ("test", "generic", [str(path)]))
    _wait(lambda: connection.send_and_get_reply(call).header.message_type is MessageType.method_return)
    connection.close()


@pytest.fixture
def mmcli(live, start, tmp_path):
    """f(arguments): ModemManager's client, with a modem that it has found and enabled."""
    if not (MODEM_MANAGER and shutil.which("mmcli") and shutil.which("dbus-daemon")):
        pytest.skip("ModemManager is not installed (Debian: apt-get install modemmanager dbus)")
    path = tmp_path / "modem"
    server = socket.socket(socket.AF_UNIX)
    server.bind(str(path))
    server.listen()
    live.scene.ports.append(Socket(server))
    bus = start("dbus-daemon", "--session", "--print-address", "--nofork", stdout=subprocess.PIPE, text=True)
    address = bus.stdout.readline().strip()
    environment = {**os.environ, "DBUS_SESSION_BUS_ADDRESS": address, "DBUS_SYSTEM_BUS_ADDRESS": address}
    _allow_everything(address)
    start(MODEM_MANAGER, "--test-session", "--test-enable", env=environment)
    _give_port(address, path)

    def ask(*arguments):
        done = subprocess.run(["mmcli", *arguments], env=environment, capture_output=True, text=True, timeout=90)
        assert done.returncode == 0, done.stderr
        return done.stdout

    _wait(lambda: "SIM800L" in ask("-L"))
    _wait(
        lambda: (
            subprocess.run(["mmcli", "-m", "any", "--enable"], env=environment, capture_output=True, timeout=90).returncode == 0
        )
    )
    return ask


def test_modem_manager(live, mmcli):
    _wait(lambda: "registered" in mmcli("-m", "any"))
    shown = mmcli("-m", "any")
    for words in ("SIMCOM_Ltd", "SIMCOM_SIM800L", "490154203237518", "gsm-umts"):
        assert words in shown
    assert "244910000000001" in mmcli("-i", "0")
    live.command(f"sms {BOSS} Hello ModemManager")
    _wait(lambda: "(received)" in mmcli("-m", "any", "--messaging-list-sms"))
    shown = mmcli("-s", "0")
    assert BOSS in shown and "Hello ModemManager" in shown
    mmcli("-m", "any", f'--messaging-create-sms=text="From ModemManager",number="{FRIEND}"')
    mmcli("-s", "1", "--send")
    assert _sent(live) == [(FRIEND, "From ModemManager")]
    live.command(f"call {BOSS}")
    _wait(lambda: "incoming" in mmcli("-m", "any", "--voice-list-calls"))
    mmcli("-o", "0", "--accept")
    assert live.scene.modem.call.state == "active"
    live.command("hangup")
    _wait(lambda: "terminated" in mmcli("-m", "any", "--voice-list-calls"))
    assert "00420061006C0061006E00630065" in mmcli(
        "-m", "any", "--3gpp-ussd-initiate=*100#"
    )  # as the modem prints it under UCS2


# -- by hand ------------------------------------------------------------------------------------------------------


def test_serialport_gsm(live, start, tmp_path):
    folder = os.environ.get("SERIALPORT_GSM")
    if not folder:
        pytest.skip("by hand: npm install serialport-gsm, then SERIALPORT_GSM=its folder")
    said = tmp_path / "said"
    environment = {**os.environ, "NODE_PATH": str(Path(folder) / "node_modules")}
    with said.open("w") as file:
        start("node", PROGRAMS / "serialport_gsm.js", live.path, stdout=file, env=environment)

        def told(what):
            return [line["data"] for line in map(json.loads, said.read_text().splitlines()) if line["what"] == what]

        _wait(lambda: told("ready"))
        _wait(lambda: _sent(live))
        assert _sent(live) == [(FRIEND, "From serialport-gsm é€")]
        live.command(f"sms {BOSS} Hello node")
        assert _wait(lambda: told("message"))[0][0]["message"] == "Hello node"
        live.command(f"call {BOSS}")
        assert _wait(lambda: told("call"))[0]["data"]["number"] == BOSS


def test_esphome(live, start, tmp_path):
    program = os.environ.get("ESPHOME_SIM800L")
    if not program:
        pytest.skip("by hand: build tests/programs/esphome.yaml, then ESPHOME_SIM800L=the program")
    port, said = Path("/tmp/textsocket-esphome"), tmp_path / "said"
    port.unlink(missing_ok=True)
    port.symlink_to(live.path)
    with said.open("w") as file:
        start("stdbuf", "-oL", program, stdout=file)
        live.command(f"sms {BOSS} Hello ESPHome")
        _wait(lambda: f"GOT SMS Hello ESPHome from {BOSS}" in said.read_text(), 90)
        _wait(lambda: _sent(live) == [(FRIEND, "From ESPHome")])
        live.command(f"call {BOSS}")
        _wait(lambda: f"GOT CALL {BOSS}" in said.read_text())
        live.command("hangup")
        _wait(lambda: "GOT USSD Balance: 12.50 EUR" in said.read_text(), 90)
