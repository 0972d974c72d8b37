"""Control: trajectories, feedback and planning with a model of the dynamics."""
