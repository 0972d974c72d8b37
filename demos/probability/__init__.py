"""Probability and statistics: Bayes' rule, densities and their estimates, entropies, mixtures."""
