"""Serves the page and carries frames and actions over web sockets. A slow or closed window never slows the device."""

import asyncio
import contextlib
import errno
import json
import sys
import webbrowser
from pathlib import Path

from aiohttp import WSMsgType, web

from tools.simulator.box import BOSS
from tools.simulator.page.stage import Stage

STATIC = Path(__file__).parent / "static"
STAGE = web.AppKey("stage", Stage)
BEHIND = 200  # frames that a window may be behind; then it gets everything anew
MOST_OCTETS = 8192  # of an action
SECURITY = {
    "Content-Security-Policy": "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
}


class Windows:
    """The browser windows. `publish` may be called from any thread."""

    def __init__(self, loop):
        self._loop = loop
        self.stage = None
        self._queues = set()

    def publish(self, frame):
        """Hand a frame to every window."""
        with contextlib.suppress(RuntimeError):  # the server has ended
            self._loop.call_soon_threadsafe(self._deliver, json.dumps(frame))

    def _deliver(self, text):
        for waiting in self._queues:
            if waiting.qsize() >= BEHIND:
                while not waiting.empty():
                    waiting.get_nowait()
                waiting.put_nowait(None)  # everything anew
            else:
                waiting.put_nowait(text)

    @contextlib.contextmanager
    def window(self):
        """The queue of a new window, as long as it is open."""
        waiting = asyncio.Queue()
        self._queues.add(waiting)
        try:
            yield waiting
        finally:
            self._queues.discard(waiting)


WINDOWS = web.AppKey("windows", Windows)


async def _socket(request):
    origin = request.headers.get("Origin")
    if origin and origin.split("//")[-1] != request.host:
        raise web.HTTPForbidden(text="another page's script")
    stage, windows = request.app[STAGE], request.app[WINDOWS]
    socket = web.WebSocketResponse(max_msg_size=MOST_OCTETS, heartbeat=20)
    await socket.prepare(request)
    with windows.window() as waiting:
        await socket.send_json(stage.snapshot())
        sender = asyncio.create_task(_send(socket, waiting, stage))
        try:
            async for message in socket:
                if message.type == WSMsgType.TEXT:
                    _take(stage, message.data)
        finally:
            sender.cancel()
    return socket


async def _send(socket, waiting, stage):
    with contextlib.suppress(ConnectionError):
        while True:
            text = await waiting.get()
            await (socket.send_json(stage.snapshot()) if text is None else socket.send_str(text))


def _take(stage, text):
    """An action. What is none is left alone."""
    with contextlib.suppress(ValueError):
        action = json.loads(text)
        if isinstance(action, dict):
            stage.do(action)


async def _index(request):
    return web.FileResponse(STATIC / "index.html")


@web.middleware
async def _headers(request, handler):
    response = await handler(request)
    if not response.prepared:
        response.headers.update(SECURITY)
    return response


def application(stage, windows) -> web.Application:
    """The page's web application."""
    app = web.Application(middlewares=[_headers])
    app[STAGE], app[WINDOWS] = stage, windows
    app.add_routes([web.get("/", _index), web.get("/live", _socket), web.static("/static", STATIC)])
    return app


async def serve(port=8123, host="127.0.0.1", ready=lambda address: None, start=None, windows=None):
    """Serve until cancelled. The next free port is taken when this one is in use."""
    windows = windows or Windows(asyncio.get_running_loop())
    stage = windows.stage = Stage(windows.publish, start)
    started = False
    runner = web.AppRunner(application(stage, windows), access_log=None)
    await runner.setup()
    try:
        last = min(port + 19, 65535)
        for chosen in range(port, last + 1):
            try:
                await web.TCPSite(runner, host, chosen).start()
                break
            except OSError as error:
                if error.errno != errno.EADDRINUSE or chosen == last:
                    raise
        stage.start()
        started = True
        ready(f"http://{host}:{chosen}/")
        await asyncio.Event().wait()
    finally:
        await runner.cleanup()
        if started:
            await asyncio.to_thread(stage.close)


def run(options) -> int:
    """Serve the page until Ctrl-C."""

    hint = "Texts may be typed here as well. " if sys.stdin.isatty() else ""

    def ready(address):
        print(f"TextSocket, virtual: open {address} in a browser. {hint}Ctrl-C ends it.", flush=True)
        if options.open:
            webbrowser.open(address)

    with contextlib.suppress(KeyboardInterrupt, EOFError):
        where = options.port, options.host
        asyncio.run(_serve_and_type(*where, ready) if sys.stdin.isatty() else serve(*where, ready=ready))
    return 0


async def _serve_and_type(port, host, ready):
    """The page, and a prompt for the boss's texts."""
    from prompt_toolkit import PromptSession
    from prompt_toolkit.patch_stdout import patch_stdout

    windows = Windows(asyncio.get_running_loop())
    server = asyncio.create_task(serve(port, host, ready=ready, windows=windows))
    session = PromptSession("text it: ", interrupt_exception=EOFError)

    async def show():
        with windows.window() as waiting:
            while True:
                for event in json.loads(await waiting.get() or '{"events": []}')["events"]:
                    if event["kind"] == "text" and not event["out"]:
                        print(f"{event['at'][11:]} <- {event['text']}", flush=True)

    with patch_stdout():
        shower = asyncio.create_task(show())
        try:
            while not server.done():
                line = (await session.prompt_async()).strip()
                if line == "/quit":
                    return
                if line:
                    windows.stage.do({"do": "text", "phone": BOSS, "text": line})
        finally:
            shower.cancel()
            server.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await server
