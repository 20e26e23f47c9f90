"""train(): the compiled epoch, its order, checkpoints and the run folder.

Importing this package makes sure that what training needs is installed, but imports neither Keras nor its backend,
which takes a second or more: the command line has a run's configuration on disk before that.
"""

from tendigits.backend import training_backend

training_backend()
