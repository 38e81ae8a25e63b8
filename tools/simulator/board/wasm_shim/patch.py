"""What asyncio lacks in the WebAssembly port."""

import asyncio


class StreamReader:
    def __init__(self, s):
        self.s, self.e, self.out_buf = s, {}, b""


if not hasattr(asyncio, "StreamReader"):
    asyncio.StreamReader = StreamReader
if not hasattr(asyncio, "ThreadSafeFlag"):
    asyncio.ThreadSafeFlag = asyncio.Event
