"""Inference: posteriors in closed form, by sampling and by optimisation."""
