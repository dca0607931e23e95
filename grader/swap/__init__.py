"""Whether a judge's scores move with the name under an answer: variants of an answer, and their comparison. Pure."""
