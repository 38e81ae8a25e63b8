"""The modem: SIM800 and its kin on a line."""
