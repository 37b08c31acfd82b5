"""What can be wrong with a file, beside what can be wrong with the submissions in it."""

from typing import Final

from services.ingest.submissions.faults import FaultKind

MOST_ROWS: Final = 20_000
MOST_SUBMISSIONS: Final = 2_000

# Of the file as a whole.
NOT_A_TABLE: Final = FaultKind(
    "not-a-table",
    "Không đọc được tệp: {why_vi}. Nhận tệp .xlsx, hoặc CSV mã UTF-8.",
    "The file cannot be read: {why_en}. An .xlsx workbook or CSV in UTF-8 is taken.",
)
ENCRYPTED: Final = FaultKind(
    "encrypted-file",
    "Tệp có mật khẩu; hãy bỏ mật khẩu (File › Info › Protect Workbook) rồi lưu lại.",
    "The workbook is encrypted; remove its password and save it again.",
)
OLD_WORKBOOK: Final = FaultKind(
    "old-workbook",
    "Tệp ở dạng .xls cũ; hãy lưu lại dạng .xlsx (Excel Workbook).",
    "This is an old .xls file; save it as .xlsx (Excel Workbook).",
)
HAS_MACROS: Final = FaultKind(
    "has-macros",
    "Tệp có macro (.xlsm) nên không được nhận; hãy lưu lại dạng .xlsx.",
    "The workbook holds macros (.xlsm), which are not taken; save it as .xlsx.",
)
UNSAFE_ARCHIVE: Final = FaultKind(
    "unsafe-archive",
    "Tệp nén chứa đường dẫn không được phép: {path}.",
    "The archive holds a path that is not allowed: {path}.",
)
TOO_COMPLEX: Final = FaultKind(
    "too-complex",
    "Tệp khi mở ra quá lớn hoặc quá phức tạp; hãy chép các dòng cần nộp sang một bản mẫu mới.",
    "The file is too large once it is unpacked; copy the rows to be filed into a new form.",
    status=413,
)
TOO_MANY_ROWS: Final = FaultKind(
    "too-many-rows",
    f"Tệp có hơn {MOST_ROWS} dòng số liệu; hãy chia thành nhiều tệp.",
    f"The file has more than {MOST_ROWS:,} rows; file it in parts.",
    status=413,
)
TOO_MANY_SUBMISSIONS: Final = FaultKind(
    "too-many-submissions",
    f"Tệp có hơn {MOST_SUBMISSIONS} báo cáo; hãy chia thành nhiều tệp.",
    f"The file has more than {MOST_SUBMISSIONS:,} submissions; file it in parts.",
    status=413,
)
NOT_UTF8: Final = FaultKind(
    "not-utf-8",
    "Tệp CSV không ở mã UTF-8 mà có vẻ ở mã {named}; trong Excel hãy lưu dạng “CSV UTF-8” hoặc .xlsx.",
    "The CSV is not in UTF-8; it looks like {named}. In Excel save it as “CSV UTF-8”, or as .xlsx.",
)
BAD_QUOTES: Final = FaultKind(
    "bad-quotes",
    "Từ dòng này dấu nháy kép không khớp (thiếu dấu đóng, hoặc dấu nháy bên trong chưa được viết đôi).",
    'From this line on the quotes do not match: one is not closed, or one within a text is not doubled ("").',
)
NOTHING_TO_FILE: Final = FaultKind(
    "nothing-to-file",
    "Tệp chưa có số liệu nào; hãy điền ít nhất một chỉ tiêu.",
    "The file holds no figures; fill in at least one indicator.",
)

# Of a sheet.
NO_HEADER: Final = FaultKind(
    "no-header",
    "Trang tính này không có dòng tiêu đề với các cột {needed_vi}; hãy dùng bản mẫu, hoặc xóa trang.",
    "This sheet has no header row with the columns {needed_en}; use the form, or delete the sheet.",
)
MISSING_COLUMN: Final = FaultKind("missing-column", "Thiếu cột “{vi}” ({en}).", "The column {en} (“{vi}”) is missing.")
REPEATED_COLUMN: Final = FaultKind("repeated-column", "Cột “{title}” có hai lần.", "The column “{title}” stands twice.")
UNKNOWN_COLUMN: Final = FaultKind(
    "unknown-column",
    "Không có cột “{title}”{nearest_vi}; hãy giữ nguyên tiêu đề của bản mẫu, hoặc xóa cột này.",
    "There is no column “{title}”{nearest_en}; keep the titles of the form, or delete this column.",
)
OUTSIDE_TABLE: Final = FaultKind(
    "outside-table",
    "Ô này nằm ngoài các cột của bảng nên sẽ bị bỏ sót; hãy xóa, hoặc ghi vào cột Ghi chú.",
    "This cell stands under no title of the table and would be lost; delete it, or write a note.",
)
WRONG_CELL_COUNT: Final = FaultKind(
    "wrong-cell-count",
    "Dòng này có {count} ô còn tiêu đề có {wanted}; ô có dấu phân cách bên trong phải đặt trong dấu nháy kép.",
    "This line has {count} cells and the header {wanted}; a cell that holds the separator needs quotes around it.",
)
MERGED_CELLS: Final = FaultKind(
    "merged-cells",
    "Các ô {range} bị gộp; hãy bỏ gộp (Unmerge Cells) và ghi giá trị vào từng ô.",
    "The cells {range} are merged; unmerge them and write a value into each.",
)

# Of a cell.
FORMULA: Final = FaultKind(
    "formula",
    "Ô này là công thức; hãy dán giá trị thay cho công thức (Paste Special › Values).",
    "This cell is a formula; paste its value instead (Paste Special › Values).",
)
IS_A_DATE: Final = FaultKind(
    "is-a-date",
    (
        "Ô này là ngày tháng ({day:%d/%m/%Y}); hãy đổi định dạng ô sang General (với mã kỳ: sang Text) rồi nhập lại,"
        " dùng dấu thập phân của máy mình."
    ),
    (
        "This cell is a date ({day:%Y-%m-%d}); set its format to General (of a period: to Text) and type it again,"
        " with the decimal sign of your spreadsheet."
    ),
)
IN_PERCENT: Final = FaultKind(
    "in-percent",
    "Ô này ở định dạng % nên giá trị là {held}, hiển thị thành {shown}%; hãy đổi sang General và ghi {shown}.",
    "This cell is formatted as %: it holds {held} and shows {shown}%. Set its format to General and write {shown}.",
)
ERROR_VALUE: Final = FaultKind("error-value", "Ô này báo lỗi {error}.", "This cell holds the error {error}.")
NOT_YES_OR_NO: Final = FaultKind("malformed", "Hãy ghi Có hoặc Không.", "Write Có (yes) or Không (no).")
