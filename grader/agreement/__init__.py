"""How far raters agree: figures, their intervals, and the comparison of one rater with another."""
