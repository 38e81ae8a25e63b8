"""The parts of tools/flash.py: the link to a board, what is on it, what goes onto it, and looking after it."""
