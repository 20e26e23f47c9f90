"""Train the network that sees a whole line, and write it to `src/tendigits/shipped/frames.safetensors`.

Connectionist temporal classification: the loss is the probability of what a line says, over all ways to notice its
digits in this order, each where it is. Layers are normalised by their batches (Ioffe and Szegedy 2015); in the end that
is put into the kernels. In PyTorch, whose convolutions are three times as fast here as those of XLA; products are of
bfloat16 operands, as in `tendigits.training.bfloat16`.
"""

from itertools import zip_longest

import numpy as np
import safetensors.numpy
import torch
from numpy.typing import NDArray
from torch import nn
from torch.nn import functional
from torch.nn.utils.fusion import fuse_conv_bn_eval

from segmentation.drawing import Lines, of_lines
from segmentation.rows import Batch, ahead, batches, greedy, lines_of
from tendigits.models import shipped_file
from tendigits.reading.glyphs.frames import BLANK, LAYERS, _layers, frames

LINES, HELD_OUT, EPOCHS = 100_000, 1_000, 18

RATE, WARMUP, DECAY = 2e-3, 0.1, 1e-2
FORGOTTEN = 0.02
"""How much of a layer's mean and variance each batch renews."""

THREADS = 2
"""Sums depend on how many share in them."""

STEEPEST = 5.0
"""The greatest norm of a gradient."""

ELSEWHERE = -10.0
"""The logarithm of what a digit counts that is noticed elsewhere: what is between two cuts must be noticed there."""


def train(processes: int, seed: int) -> None:
    """Train the network and write it down."""
    learnt, held_out = (
        [line for chunk in of_lines(each, lines_of, processes) for line in chunk]
        for each in (Lines("frames", LINES), Lines("frames", HELD_OUT, held_out=True))
    )
    print(f"frames: {len(learnt):,} lines, and {len(held_out):,} held out", flush=True)
    torch.set_num_threads(THREADS)
    torch.manual_seed(seed)
    torch.use_deterministic_algorithms(mode=True)
    generator = np.random.default_rng(seed)
    network = untrained()
    steps = EPOCHS * (sum(1 for _ in batches(learnt, np.random.default_rng(seed))) + 2)  # one or two more an epoch
    learner = Learner(network, steps)
    for epoch in range(EPOCHS):
        losses = [learner.step(batch) for batch in ahead(batches(learnt, generator))]
        write(network, {"lines": str(LINES), "epochs": str(EPOCHS), "seed": str(seed)})
        right = np.mean([greedy(frames(ink)) == symbols.tolist() for ink, symbols, _ in held_out])
        print(f"epoch {epoch + 1}/{EPOCHS}  loss {np.mean(losses):.4f}  held out {right:.4f}", flush=True)


def untrained() -> nn.Sequential:
    """Return the network of `LAYERS` with kernels that keep the variance of what goes through them (He et al. 2015)."""
    network, below = nn.Sequential(), 1
    for layer in LAYERS:
        last = layer is LAYERS[-1]
        convolution = nn.Conv2d(below, layer.units, layer.window, layer.step, layer.border, bias=last)
        nn.init.kaiming_normal_(convolution.weight, nonlinearity="linear" if last else "relu")
        network.append(convolution)
        if not last:
            network.extend([nn.BatchNorm2d(layer.units, momentum=FORGOTTEN), nn.ReLU(inplace=True)])
        below = layer.units
    nn.init.zeros_(network[-1].bias)
    return network.to(memory_format=torch.channels_last)


class Learner:
    """Takes a network's steps with AdamW (Loshchilov and Hutter 2019), at a rate that rises and then falls to nothing.

    Args:
        network: which learns.
        steps: how many there will be.

    """

    def __init__(self, network: nn.Sequential, steps: int) -> None:
        self._network = network
        self._optimizer = torch.optim.AdamW(network.parameters(), RATE, weight_decay=DECAY)
        self._rate = torch.optim.lr_scheduler.OneCycleLR(
            self._optimizer, RATE, steps, pct_start=WARMUP, cycle_momentum=False
        )

    def step(self, batch: Batch) -> float:
        """Learn from rows, and return what a symbol of them cost."""
        self._network.train()
        with torch.autocast("cpu", torch.bfloat16):
            outputs = self._network(seen(batch.ink))
        loss = cost(outputs[:, :, 0].float(), batch)
        self._optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(self._network.parameters(), STEEPEST)
        self._optimizer.step()
        self._rate.step()
        return loss.item()


def seen(ink: NDArray[np.uint8]) -> torch.Tensor:
    """Return rows, (n, 28, columns), as the network takes them: float32 (n, 1, 28, columns), 0 to 1."""
    return (torch.from_numpy(ink)[:, None] / 255).contiguous(memory_format=torch.channels_last)


def cost(logits: torch.Tensor, batch: Batch) -> torch.Tensor:
    """Return what a symbol costs: minus the logarithm of the probability to notice all of them in order, each here.

    Args:
        logits: float32 (n, 12, frames).
        batch: the rows that they are of.

    """
    here = torch.from_numpy(batch.here).permute(1, 0, 2)
    weighted = functional.log_softmax(logits.permute(2, 0, 1), -1) + torch.where(here, 0.0, ELSEWHERE)
    # PyTorch takes it that what it is given sums to 1 in each frame; what it summed to is to be learnt, too.
    total = torch.logsumexp(weighted, -1, keepdim=True)
    counts = torch.from_numpy(batch.counts).long()
    length = torch.full_like(counts, len(weighted))
    symbols = torch.from_numpy(batch.symbols).long()
    losses = functional.ctc_loss(weighted - total, symbols, length, counts, blank=BLANK, reduction="sum")
    return (losses - total.sum()) / counts.sum()


@torch.no_grad()
def write(network: nn.Sequential, provenance: dict[str, str]) -> None:
    """Write the layers as they are read with: their normalisation is put into the kernel and the bias, float16."""
    network.eval()
    arrays = {}
    convolutions = [module for module in network if isinstance(module, nn.Conv2d)]
    normalisations = [module for module in network if isinstance(module, nn.BatchNorm2d)]
    for number, (layer, normalisation) in enumerate(zip_longest(convolutions, normalisations)):
        convolution = fuse_conv_bn_eval(layer, normalisation) if normalisation else layer
        kernel = convolution.weight.permute(2, 3, 1, 0).reshape(-1, convolution.out_channels)
        arrays[f"layers.{number}.kernel"] = kernel.half().contiguous().numpy()
        arrays[f"layers.{number}.bias"] = convolution.bias.half().numpy()
    shipped_file("frames").write_bytes(safetensors.numpy.save(arrays, provenance))
    _layers.cache_clear()
