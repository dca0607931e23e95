"""Benchmarks: how fast the grader is, beside others, against one stand-in server."""
