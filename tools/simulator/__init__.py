"""The virtual world: SIM800, network, phones, room and the virtual board, in lockstep virtual time."""
