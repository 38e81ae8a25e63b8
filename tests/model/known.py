"""Disagreements that are known and not settled yet: `--known 10,13` lets lives go on past them. By default 1 is let pass, until somebody settles it."""

PASSED = {1}
"""1: a suggestion behind `No such command`; 10: an answered text that changed nothing is answered again after a cut; 12: STATUS behind THERMOSTATON
(or ALARMON) in one text; 13: SWITCHOFFALERT is not told for THERMOSTATON's own decision. 14: MemoryError (a larger heap instead).
15: a late answer to AT+CMGD loses the text that took the free place."""
