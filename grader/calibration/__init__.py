"""Puts a judge's probabilities and totals on the scale of a set of raters. Pure."""
