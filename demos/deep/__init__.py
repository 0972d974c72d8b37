"""Deep learning: layers, their gradients, training, and the models built of them."""
