"""The page's server: files, web sockets, strangers."""

import asyncio
import json
import os

import aiohttp

from tools.simulator.box import BOSS
from tools.simulator.page import server


def served(talk):
    """Run `talk(session, address)` against a server of its own."""

    async def run():
        address = asyncio.get_running_loop().create_future()
        serving = asyncio.create_task(server.serve(21000 + os.getpid() % 9000, ready=address.set_result))
        try:
            async with aiohttp.ClientSession() as session:
                await asyncio.wait_for(talk(session, await address), 60)
        finally:
            serving.cancel()
            await asyncio.gather(serving, return_exceptions=True)

    asyncio.run(run())


async def frame_with(socket, wanted):
    """The first frame that has it."""
    while True:
        frame = json.loads((await socket.receive()).data)
        if wanted(frame):
            return frame


def test_files_are_served_with_a_policy_and_nothing_else():
    async def talk(session, address):
        for path in ("", "static/app.js", "static/style.css", "static/icon.svg"):
            async with session.get(address + path) as response:
                assert response.status == 200, path
        async with session.get(address) as response:
            assert "default-src 'self'" in response.headers["Content-Security-Policy"]
            assert "http://" not in (await response.text()).replace("http://www.w3.org", "")
        for path in ("static/../server.py", "static/%2e%2e/server.py", "nothing"):
            async with session.get(address + path) as response:
                assert response.status in (403, 404), path

    served(talk)


def test_a_window_gets_everything_then_what_changes():
    async def talk(session, address):
        async with session.ws_connect(address + "live") as socket:
            whole = json.loads((await socket.receive()).data)
            assert whole["whole"]
            assert len(whole["state"]["phones"]) == 4
            await frame_with(socket, lambda frame: "phones" not in frame["state"])  # only what changes
            await socket.send_json({"do": "text", "phone": BOSS, "text": "ON"})
            await frame_with(socket, lambda frame: any(event["kind"] == "text" for event in frame["events"]))
        async with session.ws_connect(address + "live") as socket:
            whole = json.loads((await socket.receive()).data)
            assert [event["text"] for event in whole["events"] if event["kind"] == "text"] == ["ON"]

    served(talk)


def test_rubbish_does_no_harm():
    async def talk(session, address):
        async with session.ws_connect(address + "live") as socket:
            await socket.receive()
            for rubbish in ("", "{", "[]", "1", '{"do": {}}', '{"do": "text", "phone": [], "text": {}}', '{"do": "_live"}'):
                await socket.send_str(rubbish)
            await socket.send_json({"do": "pause", "on": True})
            await frame_with(socket, lambda frame: frame["state"].get("paused"))
        async with session.ws_connect(address + "live") as socket:
            await socket.send_str("x" * 100_000)
            while not socket.closed:
                await socket.receive()
        async with session.ws_connect(address + "live") as socket:
            assert json.loads((await socket.receive()).data)["state"]["paused"]

    served(talk)


def test_another_page_s_script_is_refused():
    async def talk(session, address):
        try:
            async with session.ws_connect(address + "live", headers={"Origin": "http://elsewhere.example"}):
                raise AssertionError("it was let in")
        except aiohttp.WSServerHandshakeError as error:
            assert error.status == 403

    served(talk)


def test_the_next_port_is_taken_when_one_is_in_use():
    async def talk(session, address):
        other = asyncio.get_running_loop().create_future()
        port = int(address.rstrip("/").rpartition(":")[2])
        serving = asyncio.create_task(server.serve(port, ready=other.set_result))
        assert await other != address
        serving.cancel()
        await asyncio.gather(serving, return_exceptions=True)

    served(talk)
