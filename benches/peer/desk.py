#!/usr/bin/env python3
"""The same first step as a skilled Python programmer would write it in an afternoon: what quotedesk is measured beside.

Takes the forms that lie in a folder, checks every cell, gives each a case number, stamps the form for the Leader, words
two mails (receipt to Sales, request to the Leader with the form), commits all of it to SQLite as durably as the desk does,
hands the mails to a mail server over a kept connection, and moves the form away with its answer beside it.

openpyxl, sqlite3, jinja2, smtplib. What can be done once at the start is: templates are compiled, styles stand in them,
labels are folded, each process keeps its connections; two processes for two cores. It does much less than the desk (no
merge, no history to check against, no retries, no doubt about a lost reply), so that the comparison flatters it.

    desk.py INBOX STATE HOST PORT --templates DIR [--workers N]

Prints one line: forms, seconds, seconds of processor time.
"""

import argparse
import hashlib
import io
import json
import multiprocessing
import os
import re
import resource
import smtplib
import sqlite3
import sys
import time
from datetime import date, datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formataddr, make_msgid
from types import SimpleNamespace

import jinja2
import openpyxl
from markupsafe import Markup, escape
from openpyxl.styles import PatternFill, Protection

SALES = ("Trần Thị Lan", "lan.tran@anphat.example")
LEADER = ("Lê Mạnh Hùng", "hung.le@anphat.example")
DESK = ("Bàn báo giá", "yeucau@anphat.example")
XLSX = ("application", "vnd.openxmlformats-officedocument.spreadsheetml.sheet")
NEEDED = ["date", "sales", "cskh", "customer", "short", "contact", "region", "industry", "cskh_text", "budget"]
COLUMNS = {
    "Khu vực / Phân hệ": "khu",
    "Nội dung yêu cầu": "nd",
    "Diễn giải": "dg",
    "Mục đích / Lợi ích": "md",
    "Phương án tính toán / thể hiện": "pa",
    "Mức ưu tiên": "ut",
    "Ghi chú cho KH": "note",
}
CHOICES = {"ut": {"Bắt buộc", "Nên có", "Có thì tốt"}, "srv_want": {"Có", "Không", "Chưa rõ"}}
REGIONS = {"Miền Bắc", "Miền Trung", "Miền Nam"}
UNITS = {"tr": 1_000_000, "triệu": 1_000_000, "k": 1_000, "nghìn": 1_000, "tỷ": 1_000_000_000, "đ": 1, "": 1}
MONEY = re.compile(r"^(?:khoảng\s+)?(?:\d[\d.,]*\s*-\s*)?(\d[\d.,]*)\s*(tr|triệu|k|nghìn|tỷ|đ)?$", re.I)
MAIL = re.compile(r"^[^@\s]+@[^@\s]+\.[^@\s]+$")
GREY, BLUE = PatternFill("solid", fgColor="F3F4F6"), PatternFill("solid", fgColor="E1EEFB")

SCHEMA = """
CREATE TABLE IF NOT EXISTS seen (key TEXT PRIMARY KEY, at TEXT NOT NULL, case_id TEXT NOT NULL, answer TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS case_row (id TEXT PRIMARY KEY, state TEXT NOT NULL, sales TEXT NOT NULL, customer TEXT NOT NULL,
    due_at TEXT, data TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS event (case_id TEXT NOT NULL, seq INTEGER NOT NULL, at TEXT NOT NULL, kind TEXT NOT NULL,
    data TEXT NOT NULL, PRIMARY KEY (case_id, seq));
CREATE TABLE IF NOT EXISTS outbox (id INTEGER PRIMARY KEY, case_id TEXT NOT NULL, to_addr TEXT NOT NULL, state TEXT NOT NULL,
    sent_at TEXT, body BLOB);
CREATE TABLE IF NOT EXISTS number (n INTEGER PRIMARY KEY);
"""


class Problem(Exception):
    pass


# ---- reading and checking


def text(value):
    return str(value).strip() if value is not None else ""


def money(value):
    if isinstance(value, (int, float)):
        return int(value)
    match = MONEY.match(text(value).lower())
    if not match:
        raise Problem(f"không đọc được số tiền “{value}”")
    digits, unit = match.groups()
    unit = UNITS[(unit or "").lower()]
    number = float(digits.replace(",", ".")) if unit > 1 else float(re.sub(r"[.,]", "", digits))
    return int(number * unit)


def day(value):
    if isinstance(value, datetime):
        return value.date()
    try:
        return datetime.strptime(text(value), "%d/%m/%Y").date()
    except ValueError:
        raise Problem(f"không đọc được ngày “{value}”") from None


def read(book):
    """Fields by their defined names, items by the header of their table, and what is wrong with each cell."""
    fields, problems, cells = {}, [], {}
    for name, defined in book.defined_names.items():
        if not name.startswith("qd_"):
            continue
        for sheet, where in defined.destinations:
            cell = book[sheet][where.replace("$", "")]
            fields[name[3:]] = cell.value
            cells[name[3:]] = cell
    readers = {"date": day, "deadline": day, "budget": money, "budget_srv": money}
    for name, value in fields.items():
        if value is None or value == "":
            if name in NEEDED:
                problems.append((cells[name].coordinate, f"còn thiếu {name}"))
            continue
        try:
            if name in readers:
                fields[name] = readers[name](value)
            elif name == "cemail" and not MAIL.match(text(value)):
                raise Problem(f"“{value}” không phải địa chỉ email")
            elif name == "region" and text(value) not in REGIONS:
                raise Problem(f"không có vùng “{value}”")
            elif name in CHOICES and text(value) not in CHOICES[name]:
                raise Problem(f"“{value}” không có trong danh sách")
        except Problem as why:
            problems.append((cells[name].coordinate, str(why)))
    sheet = book.worksheets[0]
    items, columns = [], None
    for row in sheet.iter_rows():
        heads = {text(cell.value).rstrip(" *"): cell.column for cell in row if cell.value is not None}
        if columns is None:
            if "Nội dung yêu cầu" in heads:
                columns = {name: heads[head] - 1 for head, name in COLUMNS.items() if head in heads}
            continue
        item = {name: row[at].value for name, at in columns.items()}
        if not any(item.values()):
            continue
        for name in ("khu", "nd", "dg", "md", "pa"):
            if not text(item.get(name)):
                problems.append((row[columns[name]].coordinate, f"còn thiếu {name}"))
        if item.get("ut") and text(item["ut"]) not in CHOICES["ut"]:
            problems.append((row[columns["ut"]].coordinate, f"“{item['ut']}” không có trong danh sách"))
        items.append(item)
    if columns is None or not items:
        raise Problem("không phải phiếu phân tích")
    return fields, items, problems, cells


def stamped(book, cells, case_id):
    """The form for the Leader: number, state and revision filled in, Sales' cells locked, the verdict's open."""
    cells["id"].value, cells["status"].value, cells["rev"].value = case_id, "Leader duyệt", 1
    sheet = book.worksheets[0]
    for row in sheet.iter_rows():
        for cell in row:
            if cell.has_style and not cell.protection.locked:
                cell.protection, cell.fill = Protection(locked=True), GREY
    last = sheet.max_row + 2
    for n, label in enumerate(["Ngân sách", "Yêu cầu", "Lợi ích", "Phương án", "Kết luận", "Nhận xét"]):
        sheet.cell(last + n, 1, label)
        verdict = sheet.cell(last + n, 4)
        verdict.protection, verdict.fill = Protection(locked=False), BLUE
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


# ---- mails


def templates(folder):
    """The desk's own pages, which are Jinja's dialect, with the styles written into their tags once."""
    styles = {
        "td.content": "padding:20px 20px 8px 20px;font-family:Arial,Roboto,'Helvetica Neue',sans-serif;font-size:15px;line-height:1.5;color:#1f2933;word-break:break-word",
        "td.detail": "padding:6px;border-bottom:1px solid #e4e9ef;text-align:left;vertical-align:top;word-break:break-word",
        "td": "padding:6px;border-bottom:1px solid #e4e9ef;text-align:left;vertical-align:top;word-break:break-word",
        "th": "padding:6px;border-bottom:2px solid #b8c6d4;text-align:left;font-size:12px;font-weight:bold;color:#44515e;vertical-align:bottom;word-break:normal",
        "p": "margin:0 0 12px 0",
        "p.ask": "margin:0 0 16px 0;font-size:17px;line-height:1.4;font-weight:bold;color:#12324f",
        "p.note": "margin:0 0 12px 0;font-size:13px;line-height:1.5;color:#5a6672",
        "li": "margin:0 0 4px 0",
        "span.detail": "font-size:12px;color:#5a6672",
        "table.items": "width:100%;border-collapse:collapse;font-size:14px;line-height:1.45",
        "table.card": "width:100%;max-width:600px;background-color:#fdfdfe;border:1px solid #dde3ea;border-radius:8px;border-collapse:separate",
        "td.label": "padding:2px 12px 2px 0;color:#5a6672;vertical-align:top",
        "td.value": "padding:2px 0;vertical-align:top;word-break:break-word",
        "td.word": "padding:0 0 8px 12px;vertical-align:middle;font-size:14px;line-height:1.4;word-break:break-word",
        "a.button": "font-family:Arial,Roboto,'Helvetica Neue',sans-serif;font-size:15px;line-height:1.35;font-weight:bold;color:#12324f;text-decoration:none;display:block",
    }

    def styled(match):
        tag = match.group(0)
        name = re.match(r"<(\w+)", tag).group(1)
        kind = re.search(r'class="(\w+)', tag)
        style = styles.get(f"{name}.{kind.group(1)}" if kind else name, styles.get(name))
        return tag if style is None or "style=" in tag else f'{tag[:-1]} style="{style}">'

    def source(name):
        path = os.path.join(folder, name)
        if not os.path.exists(path):
            return None
        with open(path, encoding="utf-8") as file:
            return re.sub(r"<(?:td|th|p|li|span|table|a)\b[^<>]*?>", styled, file.read())

    env = jinja2.Environment(loader=jinja2.FunctionLoader(source), autoescape=True, auto_reload=False)
    env.filters["lines"] = lambda words: Markup(str(escape(words)).replace("\n", "<br>"))
    plain = jinja2.Environment(trim_blocks=True, lstrip_blocks=True).from_string(TEXT)
    return {name: env.get_template(f"vi/{name}.html") for name in ("review", "receipt")}, plain


TEXT = """{{ ask }}

{% for line in receipt %}
- {{ line }}
{% endfor %}
{% for fact in facts %}
{{ fact.label }}: {{ fact.value }}
{% endfor %}
{% if items %}
{% for row in items.rows %}
{{ row[0].text }}. {{ row[1].text }}
   {{ row[1].details | join("\\n   ") }}
{% endfor %}
{% endif %}
{% for answer in answers %}
- {{ answer.label }}: {{ answer.word }}
{% endfor %}
{{ footer }}
"""


def mail(pages, kind, to, subject, values, attachment=None):
    html_pages, plain = pages
    message = EmailMessage(policy=SMTP)
    message["From"], message["To"] = formataddr(DESK), formataddr(to)
    message["Subject"] = subject
    message["Message-ID"] = make_msgid(domain="anphat.example")
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(plain.render(values), cte="quoted-printable")
    message.add_alternative(html_pages[kind].render(values), subtype="html", cte="quoted-printable")
    if attachment:
        message.add_attachment(attachment[1], maintype=XLSX[0], subtype=XLSX[1], filename=attachment[0])
    return bytes(message)


def letters(pages, case_id, fields, items, form):
    short = text(fields.get("short")) or text(fields.get("customer"))
    due = (datetime.now() + timedelta(days=1)).strftime("trước %H:%M ngày %d/%m/%Y")
    labels = [("Khách hàng", "customer"), ("Liên hệ", "contact"), ("Vùng", "region"), ("Ngành", "industry"), ("Ngân sách", "budget")]
    facts = [{"label": label, "value": text(fields.get(name)), "strong": name == "budget"} for label, name in labels]
    rows = []
    for no, item in enumerate(items, 1):
        details = [text(item[name]) for name in ("dg", "md", "pa") if item.get(name)]
        cells = [{"text": no, "num": True}, {"text": text(item["nd"]), "details": details}, {"text": text(item["khu"])}]
        rows.append(cells + [{"text": text(item.get("ut"))}])
    heads = [{"text": head, "num": head == "STT"} for head in ("STT", "Hạng mục", "Phân hệ", "Ưu tiên")]
    words = [("Duyệt", "DUYỆT"), ("Trả lại", "TRẢ LẠI: …"), ("Từ chối", "TỪ CHỐI: …")]
    href = "mailto:{}?subject=Re%3A%20%5B{}%5D&body={}"
    answers = [{"label": a, "word": b, "main": n == 0, "href": href.format(DESK[1], case_id, b)} for n, (a, b) in enumerate(words)]
    shared = {
        "lang": "vi",
        "case": {"id": case_id, "short": short, "round": 1, "items": len(items)},
        "t": {"padding": "\u034f\u200c\u00a0" * 80, "received": "Đã nhận:", "how_to_answer": "Cách trả lời", "buttons": "Bấm nút:", "words": "Trả lời:"},
        "due": due,
        "footer": f"{DESK[0]} · {case_id}",
        "state": "Leader duyệt",
        "turn": LEADER[0],
    }
    asks = f"Kính gửi anh Hùng, nhờ anh duyệt phiếu phân tích của {short} {due}."
    review = {**shared, "ask": asks, "preheader": asks, "sales": {"name": SALES[0]}, "to": {"dear": "Kính gửi anh Hùng", "you": "anh"}}
    review |= {"facts": facts, "items": SimpleNamespace(heads=heads, rows=rows), "answers": answers, "form_note": "Phiếu gửi kèm.", "receipt": []}
    thanks = f"Chào chị Lan, em đã nhận và ghi nhận phiếu của {short}; chị không cần làm gì thêm."
    lines = [f"Phiếu của {text(fields.get('customer'))}: {len(items)} hạng mục.", f"Đã chuyển {LEADER[0]} duyệt {due}."]
    receipt = {**shared, "ask": thanks, "preheader": thanks, "receipt": lines, "to": {"dear": "Chào chị Lan", "you": "chị"}}
    return [
        (SALES[1], mail(pages, "receipt", SALES, f"[{case_id}] Đã ghi nhận: {short}", receipt)),
        (LEADER[1], mail(pages, "review", LEADER, f"[{case_id}] Nhờ duyệt phiếu: {short}", review, (f"{case_id}.xlsx", form))),
    ], plain_answer(receipt)


def plain_answer(values):
    return "\n".join([values["ask"], *values["receipt"]]) + "\n"


# ---- the desk


class Desk:
    def __init__(self, args):
        self.args = args
        self.db = sqlite3.connect(os.path.join(args.state, "peer.db"), timeout=30, isolation_level=None)
        self.db.executescript("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;")
        self.smtp = smtplib.SMTP(args.host, args.port)
        self.smtp.ehlo("anphat.example")
        self.pages = templates(args.templates)
        self.numbers = iter(())
        self.done = os.path.join(args.inbox, ".done", date.today().isoformat())

    def number(self):
        """Numbers are drawn fifty at a time, so that a form costs no commit for its own."""
        for n in self.numbers:
            return n
        self.db.execute("BEGIN IMMEDIATE")
        (first,) = self.db.execute("SELECT COALESCE(MAX(n), 0) FROM number").fetchone()
        self.db.execute("INSERT INTO number VALUES (?)", (first + 50,))
        self.db.execute("COMMIT")
        self.numbers = iter(range(first + 1, first + 51))
        return next(self.numbers)

    def take(self, path):
        with open(path, "rb") as file:
            content = file.read()
        key = hashlib.sha256(content).hexdigest()
        if self.db.execute("SELECT 1 FROM seen WHERE key = ?", (key,)).fetchone():
            return
        fields, items, problems, cells = read(book := openpyxl.load_workbook(io.BytesIO(content)))
        if problems:
            raise Problem(f"{path}: {problems}")
        case_id = f"YC-{date.today().year}-{self.number():04}"
        mails, answer = letters(self.pages, case_id, fields, items, stamped(book, cells, case_id))
        now = datetime.now().isoformat()
        data = json.dumps({"fields": fields, "items": items}, ensure_ascii=False, default=str)
        db = self.db
        db.execute("BEGIN IMMEDIATE")
        db.execute("INSERT INTO seen VALUES (?, ?, ?, ?)", (key, now, case_id, answer))
        row = (case_id, "Review", SALES[1], text(fields.get("customer")), now, data)
        db.execute("INSERT INTO case_row VALUES (?, ?, ?, ?, ?, ?)", row)
        events = [(case_id, seq, now, kind, data) for seq, kind in enumerate(["opened", "form-taken", "moved"])]
        db.executemany("INSERT INTO event VALUES (?, ?, ?, ?, ?)", events)
        insert = "INSERT INTO outbox (case_id, to_addr, state, body) VALUES (?, ?, 'queued', ?)"
        ids = [db.execute(insert, (case_id, to, body)).lastrowid for to, body in mails]
        db.execute("COMMIT")
        for to, body in mails:
            self.smtp.sendmail(DESK[1], [to], body)
        db.execute("BEGIN IMMEDIATE")
        sent = [(datetime.now().isoformat(), n) for n in ids]
        db.executemany("UPDATE outbox SET state = 'sent', sent_at = ?, body = NULL WHERE id = ?", sent)
        db.execute("COMMIT")
        os.makedirs(self.done, exist_ok=True)
        target = os.path.join(self.done, os.path.basename(path))
        with open(target + ".txt", "w", encoding="utf-8") as file:
            file.write(answer)
        os.replace(path, target)


def work(args, paths):
    desk = Desk(args)
    for path in paths:
        desk.take(path)
    desk.smtp.quit()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("inbox")
    parser.add_argument("state")
    parser.add_argument("host")
    parser.add_argument("port", type=int)
    parser.add_argument("--templates", required=True)
    parser.add_argument("--workers", type=int, default=2)
    args = parser.parse_args()
    with sqlite3.connect(os.path.join(args.state, "peer.db")) as db:
        db.executescript("PRAGMA journal_mode = WAL;" + SCHEMA)
    paths = sorted(entry.path for entry in os.scandir(args.inbox) if entry.name.endswith(".xlsx"))
    # What a running desk has paid already: imports, and a first workbook through openpyxl.
    templates(args.templates)
    openpyxl.load_workbook(paths[0])
    before = time.perf_counter(), processor()
    shares = [paths[n :: args.workers] for n in range(args.workers)]
    running = [multiprocessing.Process(target=work, args=(args, share)) for share in shares]
    [process.start() for process in running]
    [process.join() for process in running]
    if any(process.exitcode for process in running):
        sys.exit("a worker failed")
    print(len(paths), f"{time.perf_counter() - before[0]:.3f}", f"{processor() - before[1]:.3f}")


def processor():
    both = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in both)


if __name__ == "__main__":
    main()
