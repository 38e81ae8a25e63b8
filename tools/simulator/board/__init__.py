"""The board: MicroPython in lockstep with the world, its flash, its USB port."""
