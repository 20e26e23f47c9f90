"""A plain loop over a torch DataLoader: digits from an .npy file in batches of 1,024. Prints one line of JSON."""

import json
import sys
import time

import numpy as np
import torch
from torch.utils.data import DataLoader, Dataset
from torch_model import load

digits, weights, answers, workers = sys.argv[1:]


class Digits(Dataset):
    """Digits as the network takes them, one at a time."""

    def __init__(self, path: str) -> None:
        self.images = np.load(path, mmap_mode="r")

    def __len__(self) -> int:
        return len(self.images)

    def __getitem__(self, at: int) -> torch.Tensor:
        return torch.from_numpy(self.images[at].reshape(784).astype(np.float32) / 255)


def main() -> None:
    model = load(weights)
    loader = DataLoader(Digits(digits), batch_size=1024, num_workers=int(workers))

    began = time.perf_counter()
    with torch.inference_mode(), open(answers, "w") as file:  # noqa: PTH123 - as in any script
        file.write("digit,confidence\n")
        for batch in loader:
            confidences, told = model(batch).max(1)
            rows = zip(told.tolist(), confidences.tolist(), strict=True)
            file.writelines(f"{digit},{confidence:.4f}\n" for digit, confidence in rows)
    print(json.dumps({"seconds": time.perf_counter() - began, "rows": len(loader.dataset)}))


if __name__ == "__main__":
    main()
