"""Vectors of torch.nn.LSTM and torch.nn.RNN. Write them again: python -m tests.oracles.lstm (needs torch)."""

import json
from pathlib import Path

VECTORS = Path(__file__).with_suffix(".json")
T, B, D, N = 6, 3, 2, 4


def compute():
    """Weights, inputs, outputs and gradients of sum(outputs * dH), as nested lists of 64-bit numbers."""
    import torch

    torch.manual_seed(0)
    torch.set_default_dtype(torch.float64)
    X, dH = torch.randn(T, B, D), torch.randn(T, B, N)
    vectors = {"X": X.tolist(), "dH": dH.tolist()}
    for name, net in (("LSTM", torch.nn.LSTM(D, N)), ("RNN", torch.nn.RNN(D, N))):
        outputs, state = net(X)
        (outputs * dH).sum().backward()
        vectors[name] = {
            "outputs": outputs.tolist(),
            "cell": state[1][0].tolist() if name == "LSTM" else None,
            "weights": {key: value.tolist() for key, value in net.named_parameters()},
            "gradients": {key: value.grad.tolist() for key, value in net.named_parameters()},
        }
    torch.set_default_dtype(torch.float32)
    return vectors


if __name__ == "__main__":
    VECTORS.write_text(json.dumps(compute(), indent=1) + "\n")
