"""The server: a page to write on, an API that reads images, and the Open Inference Protocol.

Importing it loads neither FastAPI nor uvicorn, which the extra ``serve`` installs.
"""
