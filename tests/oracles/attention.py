"""Vectors of torch's attention. Write them again: python -m tests.oracles.attention (needs torch)."""

import json
from pathlib import Path

VECTORS = Path(__file__).with_suffix(".json")
HEADS, N, D_K, D = 2, 5, 3, 4


def compute():
    """Inputs, weights and outputs of scaled dot-product and multi-head attention, full and causal."""
    import torch
    from torch.nn.functional import scaled_dot_product_attention

    torch.manual_seed(0)
    kind = {"dtype": torch.float64}
    Q, K, V = (torch.randn(HEADS, N, D_K, **kind) for _ in range(3))
    X = torch.randn(N, HEADS * D_K, **kind)
    net = torch.nn.MultiheadAttention(HEADS * D_K, HEADS, bias=False, **kind)
    vectors = {"Q": Q.tolist(), "K": K.tolist(), "V": V.tolist(), "X": X.tolist()}
    vectors["in_proj"] = net.in_proj_weight.tolist()
    vectors["out_proj"] = net.out_proj.weight.tolist()
    for name, causal in (("full", False), ("causal", True)):
        hidden = ~torch.ones(N, N).tril().bool() if causal else None
        vectors[name] = {
            "one": scaled_dot_product_attention(Q, K, V, is_causal=causal).tolist(),
            "many": net(X, X, X, attn_mask=hidden, need_weights=False)[0].tolist(),
        }
    return vectors


if __name__ == "__main__":
    VECTORS.write_text(json.dumps(compute(), indent=1) + "\n")
