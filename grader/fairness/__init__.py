"""Adverse impact and score differences by group, counted from outcomes and groups."""
