"""Runs on MicroPython: `flash_files.py IMAGE JOB` reads (and first changes) the files on a littlefs image.

JOB is a JSON file {name: text or null} of what to write or remove; it is overwritten with all files found.
"""

import json
import os
import sys

import vfs


class Device:
    """The image as a block device."""

    def __init__(self, path):
        self.file = open(path, "r+b")
        self.file.seek(0, 2)
        self.count = self.file.tell() // 4096

    def readblocks(self, number, buffer, offset=0):
        self.file.seek(number * 4096 + offset)
        self.file.readinto(buffer)

    def writeblocks(self, number, buffer, offset=0):
        self.file.seek(number * 4096 + offset)
        self.file.write(buffer)

    def ioctl(self, operation, argument):
        if operation == 4:
            return self.count
        if operation == 5:
            return 4096
        if operation == 6:
            self.file.seek(argument * 4096)
            self.file.write(b"\xff" * 4096)
        return 0


vfs.mount(vfs.VfsLfs2(Device(sys.argv[1]), progsize=256), "/image")
with open(sys.argv[2]) as job:
    for name, text in sorted(json.load(job).items(), key=lambda row: (row[0][-1] != "/", row[0])):
        if text is None:
            os.remove("/image/" + name)
        elif name.endswith("/"):
            os.mkdir("/image/" + name[:-1])
        else:
            with open("/image/" + name, "wb") as file:
                file.write(text.encode())
found = {}
folders = [""]
while folders:
    folder = folders.pop()
    for row in os.ilistdir(("/image/" + folder)[:-1]):
        if row[1] == 0x4000:
            folders.append(folder + row[0] + "/")
        else:
            with open("/image/" + folder + row[0], "rb") as file:
                found[folder + row[0]] = file.read().decode()
vfs.umount("/image")
with open(sys.argv[2], "w") as job:
    json.dump(found, job)
