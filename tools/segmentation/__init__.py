"""The two judges of a segmentation, trained: lines whose digits are known, cut everywhere, and which cuts were right.

`make judges` makes `seams.safetensors` and `pieces.safetensors` in `src/tendigits/shipped`.
"""
