"""The modem on the wire: bytes and replies (at), what differs between modems (profiles), set-up, health, calls, codes."""
