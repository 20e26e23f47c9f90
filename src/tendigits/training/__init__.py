"""train(): the compiled epoch, its order, checkpoints and the run folder.

Importing this package settles Keras's backend but does not import Keras, which takes a second or more: the command line
has a run's configuration on disk before that.
"""

from tendigits.backend import choose_backend

choose_backend()
