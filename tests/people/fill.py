#!/usr/bin/python3
"""Fills in a workbook as one of the staff would, with another program than the desk's own (openpyxl).

One JSON job on standard input:
  in, out    the workbook to open, and the file to save it to
  how        "name": single cells by their defined names qd_*; rows of items by their number
             "label": the first open cell beside the label, as a reader finds it; rows of items by their content
  fields     {"budget": "khoảng 60tr"}: has to find each cell
  blanks     the same, filled in only where there is such a cell and it is empty
  items      [{"stt": 1, "nd": "...", "kt_cp": "12tr"}]: by column
  exchanges  [{"text": "...", "side": "KH"}]: appended
  notes      {"budget": "..."}: written on cells, as by whoever is `author`
  on_items   [{"stt": 1, "kt_cp": "..."}]: the same on cells of items
A value {"date": "2021-06-14"} is typed as a real date. Exit 1, with a sentence, where the form has no such place.
"""
import json
import sys
import unicodedata
from datetime import date

import openpyxl
from openpyxl.cell.cell import MergedCell
from openpyxl.comments import Comment

# What stands beside a field's cell on the printed form, and which open cell to the right of it is meant.
LABELS = {
    "customer": "Tên khách hàng", "short": "Tên gọi tắt", "tax": "Mã số thuế", "addr": "Địa chỉ", "salut": "Xưng hô",
    "contact": "Người liên hệ", "ctitle": "Chức vụ", "cemail": "Email KH", "region": "Vùng", "industry": "Ngành nghề",
    "cskh": "CSKH phụ trách", "sales": "Sales phụ trách", "cskh_text": "Nội dung CSKH bàn giao", "date": "Ngày lập phiếu",
    "summary": "Đầu mục ngắn gọn", "deadline": "Deadline feedback mong muốn", "budget": "Ngân sách KH",
    "budget_srv": "Trong đó cho server riêng", "srv_want": "KH có yêu cầu server riêng?", "start_want": "KH mong muốn bắt đầu",
    "ld_all": "Kết luận chung", "ld_ask": "Câu hỏi cần làm rõ", "ld_by": "Leader", "ld_date": "Ngày duyệt",
    "kt_by": "Người phản hồi", "kt_date": "Ngày phản hồi", "kt_srv": "Cần server riêng (chung)",
    "kt_srv_conf": "Cấu hình server đề xuất", "kt_srv_cost": "Chi phí server (giá vốn)", "kt_srv_cycle": "Chu kỳ server",
    "kt_days": "Tổng số ngày", "kt_start": "Khởi động sau khi KH đồng ý",
    "pr_mode": "Cách định giá", "pr_markup": "Hệ số tăng (%)", "pr_round": "Làm tròn lên", "pr_srv": "Giá server báo KH",
    "pr_srv_vat": "Thuế GTGT server (%)", "pr_vat": "Thuế GTGT (%)", "pr_disc_pct": "Chiết khấu (%)",
    "pr_dec": "Quyết định GĐ", "pr_note": "Ghi chú",
}
CHECKS = {
    "budget": "Budget KH cho dự án có đáp ứng được không (kể cả phải dùng server riêng)",
    "logic": "Yêu cầu có logic và khả thi trong hoạt động quản lý không",
    "benefit": "Đã làm rõ lợi ích với hoạt động quản lý của KH / ngành kinh doanh",
    "solution": "Đã có phương án tính toán, thể hiện tính năng trên phần mềm",
}
PLACES = {name: (label, 0) for name, label in LABELS.items()}
for check, label in CHECKS.items():
    PLACES[f"ck_{check}"], PLACES[f"ck_{check}_note"] = (label, 0), (label, 1)

ITEMS = {
    "stt": "STT", "khu": "Khu vực / Phân hệ", "nd": "Nội dung yêu cầu", "dg": "Diễn giải", "md": "Mục đích / Lợi ích",
    "pa": "Phương án tính toán / thể hiện", "kt_kq": "KT: Khả thi", "kt_cp": "KT: Chi phí (giá vốn)", "kt_ngay": "KT: Số ngày",
    "kt_ld": "KT: Lý do không làm được", "kt_pv": "KT: Phạm vi phần làm được", "kt_sv": "KT: Cần server riêng?",
    "kt_gc": "KT: Ghi chú", "gd_bao": "GĐ: Đưa vào báo giá?", "gd_gia": "GĐ: Đơn giá báo KH",
    "kh_gc": "Ghi chú cho KH",
}
EXCHANGES = {"date": "Ngày", "who": "Người", "side": "Bên", "text": "Nội dung", "shown": "Cho KH xem?"}


def fail(why):
    sys.exit(f"fill.py: {why}")


def said(value):
    """A text as a reader compares it: one spacing, one letter case, without the star of a needed cell."""
    text = unicodedata.normalize("NFC", str("" if value is None else value)).removesuffix(" *")
    return " ".join(text.split()).casefold()


class Form:
    def __init__(self, path, how):
        self.book, self.by_label = openpyxl.load_workbook(path), how == "label"
        self.pages = [page for page in self.book if page.sheet_state == "visible" and page.title != "Hướng dẫn"]

    def cell(self, name):
        return self.beside(*PLACES[name]) if self.by_label else self.named(f"qd_{name}")

    def named(self, name):
        if name in self.book.defined_names:
            for page, where in self.book.defined_names[name].destinations:
                return self.book[page][where.replace("$", "").split(":")[0]]

    def beside(self, label, nth):
        for page in self.pages:
            for row in page.iter_rows():
                at = next((i for i, cell in enumerate(row) if said(cell.value) == said(label)), None)
                if at is not None:
                    opened = [c for c in row[at + 1:] if not isinstance(c, MergedCell) and not c.protection.locked]
                    if len(opened) > nth:
                        return opened[nth]

    def table(self, columns, needed):
        """The page, the header's row, and where each of the columns stands."""
        for page in self.pages:
            for row in page.iter_rows():
                heads = {said(cell.value): cell.column for cell in row if cell.value is not None}
                if all(said(columns[name]) in heads for name in needed):
                    return page, row[0].row, {name: heads.get(said(text)) for name, text in columns.items()}
        fail(f"no table with the headers {[columns[name] for name in needed]}")

    def fill_fields(self, fields, blanks):
        for name, value in fields.items():
            cell = self.cell(name)
            if cell is None:
                fail(f"no cell for {name}, neither qd_{name} nor beside {PLACES[name][0]!r}")
            type_into(cell, value)
        for name, value in blanks.items():
            cell = self.cell(name)
            if cell is not None and cell.value in (None, ""):
                type_into(cell, value)

    def fill_items(self, items):
        page, head, at = self.table(ITEMS, ("stt", "nd"))
        for item in items:
            row = self.row_of(item, page, head, at)
            for name, value in item.items():
                if at[name] is None:
                    fail(f"no column {ITEMS[name]!r}")
                if name not in ("stt", "nd") or page.cell(row, at[name]).value is None:
                    type_into(page.cell(row, at[name]), value)

    def row_of(self, item, page, head, at):
        key = "nd" if self.by_label else "stt"
        rows = range(head + 1, page.max_row + 1)
        for row in rows:
            if said(page.cell(row, at[key]).value) == said(item[key]):
                return row
        for row in rows:
            if page.cell(row, at["nd"]).value is None and not page.cell(row, at["nd"]).protection.locked:
                return row
        fail(f"no row for item {item['stt']}")

    def write_on(self, notes, on_items, author):
        for name, text in notes.items():
            self.cell(name).comment = Comment(text, author)
        page, head, at = self.table(ITEMS, ("stt", "nd"))
        for item in on_items:
            row = self.row_of(item, page, head, at)
            for name, text in item.items():
                if text and name != "stt":
                    page.cell(row, at[name]).comment = Comment(text, author)

    def append(self, rows):
        page, head, at = self.table(EXCHANGES, ("who", "side", "text"))
        row = head + 1
        for values in rows:
            while page.cell(row, at["text"]).value is not None:
                row += 1
            for name, value in values.items():
                type_into(page.cell(row, at[name]), value)


def type_into(cell, value):
    """Types one value: a percentage as the cell shows it, a date as a real one."""
    if isinstance(cell, MergedCell):
        fail(f"{cell.parent.title}!{cell.coordinate} is the inside of a merged cell")
    if isinstance(value, dict):
        value = date.fromisoformat(value["date"])
    elif isinstance(value, (int, float)) and "%" in cell.number_format:
        value = value / 100
    shown_as = cell.number_format
    cell.value = value
    if shown_as != "General":
        cell.number_format = shown_as


def main():
    job = json.load(sys.stdin)
    form = Form(job["in"], job["how"])
    form.fill_fields(job.get("fields", {}), job.get("blanks", {}))
    if job.get("items"):
        form.fill_items(job["items"])
    if job.get("exchanges"):
        form.append(job["exchanges"])
    form.write_on(job.get("notes", {}), job.get("on_items", []), job.get("author", ""))
    form.book.save(job["out"])


main()
