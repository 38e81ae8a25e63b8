"""Host side tools: flash, simulator, bench."""
