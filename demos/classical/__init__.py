"""Machine learning before deep networks: regression, trees, margins, components, ensembles."""
