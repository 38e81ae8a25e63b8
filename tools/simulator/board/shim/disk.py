"""A block device on a file, and the littlefs on it."""

import vfs

BLOCK = 4096


class Disk:
    """What MicroPython's file systems ask of a block device."""

    def __init__(self, path):
        self.file = open(path, "r+b")
        self.file.seek(0, 2)
        self.count = self.file.tell() // BLOCK

    def readblocks(self, number, buffer, offset=0):
        self.file.seek(number * BLOCK + offset)
        self.file.readinto(buffer)

    def writeblocks(self, number, buffer, offset=0):
        self.file.seek(number * BLOCK + offset)
        self.file.write(buffer)
        self.file.flush()

    def ioctl(self, operation, argument):
        return {4: self.count, 5: BLOCK}.get(operation, 0)


def littlefs(disk):
    """The file system of a disk; a blank one is formatted."""
    first, second = bytearray(16), bytearray(16)
    disk.readblocks(0, first)
    disk.readblocks(1, second)
    if first == second == b"\xff" * 16:  # one alone was being written when the power failed
        vfs.VfsLfs2.mkfs(disk, progsize=256)
    return vfs.VfsLfs2(disk, progsize=256)
