"""Read pictures of one digit each as everybody tries first: shrink all of it to 28x28, and ask the network.

python first_try.py runs/lesson photos

photos is a folder of pictures, or one picture. What is missing here: where the digit is, how large, how thick its
strokes, what is paper and what is shadow. `tendigits read --single photos --model runs/lesson` asks the same network.
"""

import sys
from pathlib import Path

import cv2

from tendigits.inference import predict
from tendigits.weights import load

run, photos = Path(sys.argv[1]), Path(sys.argv[2])
weights = load(run / "weights.safetensors")
for path in sorted(photos.iterdir()) if photos.is_dir() else [photos]:
    grey = cv2.imread(str(path), cv2.IMREAD_GRAYSCALE)
    if grey is None:
        print(f"{path.name}: OpenCV reads no picture here")
        continue
    small = cv2.resize(grey, (28, 28), interpolation=cv2.INTER_AREA)
    bright_ink = 255 - small if small.mean() > 127 else small  # MNIST's ink is bright on dark
    [probabilities] = predict(weights, bright_ink[None])
    digit = probabilities.argmax()
    print(f"{path.name}: {digit} ({probabilities[digit]:.1%})")
