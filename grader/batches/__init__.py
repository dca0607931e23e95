"""Grading through a provider's batch API: send, come back, collect."""
