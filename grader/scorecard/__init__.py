"""Puts one candidate's records together into a scorecard. Pure."""
