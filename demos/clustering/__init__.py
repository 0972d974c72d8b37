"""Clustering: centroids, mixtures, graphs, densities and maps."""
