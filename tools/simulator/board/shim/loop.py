"""`_asyncio` in Python, and an idle call that moves virtual time. The built-in one reads the real clock in C."""

import select

import lockstep
import work
from lockstep import ticks_ms
from meter import ticks_diff

_READ = 1
_SWITCH_US = 210  # of a task, beside what the firmware itself does
_CREATE_US = 80
_WAIT_US = 120  # for a stream
_WAKE_US = 300  # by a stream: the poll, and the loop's code in Python
_poll = select.poll()  # for the console, a real file


class TaskQueue:
    """Tasks by the tick they are due at."""

    def __init__(self):
        self.tasks = []

    def peek(self):
        return self.tasks[0] if self.tasks else None

    def push(self, task, key=None):
        task.data = None
        key = task.ph_key = ticks_ms() if key is None else key
        tasks = self.tasks
        i = 0
        for other in tasks:  # most are due soon
            if ticks_diff(key, other.ph_key) < 0:
                break
            i += 1
        tasks.insert(i, task)

    def pop(self):
        work.begin_stretch()
        work.charge(_SWITCH_US)
        return self.tasks.pop(0)

    def remove(self, task):
        self.tasks.remove(task)


class Task:
    """As asyncio's C task: `state` is True while it runs, a TaskQueue while it is awaited, falsy when done."""

    def __init__(self, coro, globals=None):
        self.coro = coro
        self.data = None
        self.state = True
        self.ph_key = 0
        work.charge(_CREATE_US)

    def __iter__(self):
        if not self.state:
            self.state = False  # its exception has been asked for
        elif self.state is True:
            self.state = TaskQueue()
        elif type(self.state) is not TaskQueue:
            raise RuntimeError("can't wait")
        return self

    def __next__(self):
        if not self.state:
            raise self.data
        self.state.push(core.cur_task)
        core.cur_task.data = self

    def done(self):
        return not self.state

    def cancel(self):
        if not self.state:
            return False
        if self is core.cur_task:
            raise RuntimeError("can't cancel self")
        while isinstance(self.data, Task):
            self = self.data
        if hasattr(self.data, "remove"):
            self.data.remove(self)
            core._task_queue.push(self)
        elif ticks_diff(self.ph_key, ticks_ms()) > 0:
            core._task_queue.remove(self)
            core._task_queue.push(self)
        self.data = core.CancelledError
        return True


def _ready(stream):
    if hasattr(stream, "ioctl"):
        return stream.ioctl(3, _READ) & _READ
    _poll.register(stream, select.POLLIN)
    return bool(_poll.poll(0))


class IOQueue:
    """Streams that tasks wait for; waiting moves the clock. What a stream has to say changes only by the host's messages."""

    def __init__(self):
        self.map = {}

    def queue_read(self, stream):
        work.charge(_WAIT_US)
        task = core.cur_task
        if _ready(stream):
            core._task_queue.push(task)
            return
        self.map[id(stream)] = (stream, task)
        task.data = self

    def queue_write(self, stream):
        raise OSError("writing never waits here")

    def remove(self, task):
        for key, (_, waiting) in list(self.map.items()):
            if waiting is task:
                del self.map[key]

    def wait_io_event(self, dt):
        work.settle()
        if lockstep.now - work.began >= work.LONG_MS:
            work.end_stretch()
        if lockstep.news and self._wake():
            return
        if dt:
            work.idle(lockstep.NEVER if dt < 0 else lockstep.now + dt)
            if lockstep.news:
                self._wake()

    def _wake(self):
        """Wake the tasks whose stream has something to say. True when there is one."""
        lockstep.news = woken = False
        for key, (stream, task) in list(self.map.items()):
            if _ready(stream):
                del self.map[key]
                core._task_queue.push(task)
                work.charge(_WAKE_US)
                woken = True
        return woken


def install():
    """Make asyncio use this module's idle call."""
    global core
    import asyncio.core as core

    core._io_queue = IOQueue()
    new_event_loop = core.new_event_loop

    def fresh():
        loop = new_event_loop()
        core._io_queue = IOQueue()
        return loop

    core.new_event_loop = fresh
