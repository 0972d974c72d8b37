"""Optimisation: descent, second order, constraints and convexity."""
