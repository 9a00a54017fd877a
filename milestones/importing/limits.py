"""How much of a file is read at most. A real plan is far below each of these."""

MAX_FILES = 30
MAX_FILE_BYTES = 5 * 1024 * 1024
MAX_TOTAL_BYTES = 10 * 1024 * 1024
# Blank rows count too: a sheet of a million empty rows is a mistake or an attack.
MAX_ROWS = 5_000
MAX_COLUMNS = 400
# All cells of a table together, empty ones too.
MAX_CELLS = 250_000
MAX_CELL = 20_000
# One line of a CSV file: looked at before it is cut into cells.
MAX_LINE = 200_000
MAX_SHEETS = 40
# Rows of two tables that every row of the others is held against.
MAX_PARTNERS = 500
MAX_PACKAGES = 200

# A workbook is a ZIP archive; these hold for what its directory says is inside.
MAX_ENTRIES = 400
MAX_UNPACKED_BYTES = 60 * 1024 * 1024
MAX_RATIO = 200
# Small parts may well shrink a thousandfold; only large ones are suspicious.
RATIO_FROM_BYTES = 1024 * 1024

# The child process that opens workbooks.
CHILD_MEMORY_BYTES = 140 * 1024 * 1024
CHILD_SECONDS = 10
# Characters in one sheet.
MAX_TEXT = 6 * 1024 * 1024
