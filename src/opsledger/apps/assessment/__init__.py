"""Scores, deductions, objections, signatures and what they mean in money."""
