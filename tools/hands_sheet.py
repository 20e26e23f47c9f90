"""Draw docs/other-hands.png: every form of the digits that the project draws itself, a row each, named.

python tools/hands_sheet.py
"""

from pathlib import Path

import cv2
import numpy as np

from tendigits.training.hands import FORMS, drawn_form

EACH = 14
SIDE = 36
NAME = 190
COLUMNS = 2
SHEET = Path(__file__).parents[1] / "docs/other-hands.png"


def main() -> None:
    generator = np.random.default_rng(1)
    rows = [row(digit, name, generator) for digit, forms in FORMS.items() for name in forms]
    if len(rows) % COLUMNS:
        rows.append(np.zeros_like(rows[0]))
    each = len(rows) // COLUMNS
    sheet = np.hstack([np.vstack(rows[i : i + each]) for i in range(0, len(rows), each)])
    levels = (255 - sheet) // 16 * 17  # sixteen grey levels: half the file
    cv2.imwrite(str(SHEET), levels, [cv2.IMWRITE_PNG_COMPRESSION, 9])
    print(f"{SHEET}: {len(rows)} rows, {SHEET.stat().st_size / 1000:.0f} kB")


def row(digit: int, name: str, generator: np.random.Generator) -> np.ndarray:
    """Return a form's name and some digits drawn in it, ink bright."""
    label = np.zeros((SIDE, NAME), np.uint8)
    cv2.putText(label, f"{digit}  {name}", (8, SIDE * 2 // 3), cv2.FONT_HERSHEY_SIMPLEX, 0.42, 255, 1, cv2.LINE_AA)
    digits = [
        cv2.resize(drawn_form(digit, name, generator), (SIDE, SIDE), interpolation=cv2.INTER_LINEAR)
        for _ in range(EACH)
    ]
    return np.hstack([label, *digits])


if __name__ == "__main__":
    main()
