"""Starts the firmware as `main.py` does, up to its first real wait (this port makes tasks but runs none), loads each chapter of
commands once, as its use does, and has a coroutine for every task, as if they ran. The only place that knows how it is built.
"""

import asyncio


class _Turn:
    def __iter__(self):
        return self

    def __next__(self):
        if self.done:
            raise StopIteration
        self.done = True

    done = False


def _drive(task):
    try:
        for _ in range(300):
            task.send(None)
    except Exception:
        pass  # the first real wait: this port runs no tasks
    return task


def make():
    asyncio.sleep_ms = lambda ms: _Turn()
    asyncio.run = _drive
    with open("/firmware/main.py") as file:
        text = file.read()
    world = {"__name__": "main"}
    exec(text, world)
    import device
    from commands import chapters

    for name, _ in chapters.CHAPTERS:
        chapters.load(name)
    parts = device.device
    runs = [getattr(parts, name).run for name in device.TASKS] + [parts.modem.listen]
    return parts, [run() for run in runs], world
