"""The demos: one module each, in one folder a family; the algorithm first, then the film of it."""
