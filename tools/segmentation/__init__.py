"""The two networks that cut lines, trained: on lines whose digits are known.

`make judges` makes `seams.safetensors` and `frames.safetensors` in `src/tendigits/shipped`.
"""
