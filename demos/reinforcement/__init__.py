"""Reinforcement learning: values, policies and what exploration costs."""
