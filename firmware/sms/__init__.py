"""Texts: alphabet, PDUs, what comes in, what goes out."""
