"""Drift of judges and people: seeded check answers, a control chart, and what an alarm suspends. Pure."""
