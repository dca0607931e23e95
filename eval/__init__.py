"""Measures the grader: what it agrees with, what it costs, how fast it is."""
