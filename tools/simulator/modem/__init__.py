"""The simulated SIM800.

sim800      its knobs and state                   commands/   the AT commands, a chapter a file, in one table
line        the wire                              dialogue    what the host types, how replies look
boot        power and start                       registration  network, signal, time
notices     where messages from the network go    text_mode, charsets   AT+CMGF=1, AT+CSCS
calls, ussd                                       hostile, faults, elsewhere   what may go wrong, and what was before
pty, control, alone   for programs and tests      profiles    modems that are not quite a SIM800L
"""
