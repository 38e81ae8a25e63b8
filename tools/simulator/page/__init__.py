"""The simulator's page: a stage (the virtual board, paced), stories to play on it, and a server that shows it to browsers."""
