"""Whether a judge's scores move with the name under an answer. Pure."""
