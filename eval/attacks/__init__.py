"""Attacks on a judge, each beside its clean twin, and what the detectors and a judge make of them."""
