"""Tamper evidence: a chain over all rows of a ledger, checkpoints outside of it, and what both find."""
