"""A weights file as a PyTorch model, read without tendigits."""

from safetensors.torch import load_file
from torch import nn


def load(path: str) -> nn.Sequential:
    arrays = load_file(path)
    last = len(arrays) // 2 - 1
    layers = []
    for number in range(last + 1):
        kernel, bias = arrays[f"layers.{number}.kernel"], arrays[f"layers.{number}.bias"]
        layer = nn.Linear(*kernel.shape)
        layer.weight.data, layer.bias.data = kernel.T.contiguous(), bias
        layers += [layer, nn.ReLU() if number < last else nn.Softmax(1)]
    return nn.Sequential(*layers)
