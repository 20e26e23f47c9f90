"""Many images into one table: all that ``tendigits read SOURCE... -o TARGET`` does, on one machine or a Ray cluster.

Inputs are cut into blocks by their numbers. Whoever reads a block, and whenever, reads the same rows; a block that has
been read is a part in a folder beside the target, and of all parts the target is put together. So a job can be broken
off anywhere and gone on with, and its result does not depend on who did what.
"""

from tendigits.extras import require

require("pyarrow", "tables")
require("filelock", "tables")
