"""The Open Inference Protocol, version 2, over REST, with Triton's binary tensor data.

Specifications: github.com/kserve/open-inference-protocol (specification/protocol/inference_rest.md), and
github.com/triton-inference-server/server (docs/protocol/extension_binary_data.md).
"""
