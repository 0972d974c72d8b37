"""Linear algebra: factorisations, eigenvalues, projections and what they do to vectors."""
