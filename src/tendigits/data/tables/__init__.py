"""Tables of images, of any length: opened by what they hold, and read some rows at a time.

CSV as in Kaggle's Digit Recognizer, Parquet and Arrow with pixels or encoded images, IDX and NPZ. A table knows how
many rows it has before any is read, and any rows of it can be read without those before: work on it can be shared out
by row number, and gone on with. A table that is pickled takes along what is known of it, and not its content.
"""

from tendigits.data.tables.digits import decoded
from tendigits.data.tables.opening import is_table, open_table, why_no_table
from tendigits.data.tables.table import Rows, Table

__all__ = ["Rows", "Table", "decoded", "is_table", "open_table", "why_no_table"]
