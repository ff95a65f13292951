#!/usr/bin/env bash
# Makes the pictures of README.md and docs/huong-dan.md anew, from cases that the binary itself has played:
#   docs/pictures.sh            plays the demo first
#   docs/pictures.sh DESK       takes a desk on which a case went to its quote
# QUOTEDESK names the binary; without it, it is built.
set -euo pipefail
cd "$(dirname "$0")/.."

as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi; }
missing=()
command -v soffice >/dev/null || missing+=(libreoffice-calc fonts-liberation fonts-dejavu-core)
command -v pdftoppm >/dev/null || missing+=(poppler-utils)
command -v chromium >/dev/null || missing+=(chromium)
/usr/bin/python3 -c 'import openpyxl' 2>/dev/null || missing+=(python3-openpyxl)
if [ ${#missing[@]} -gt 0 ]; then
    as_root apt-get update -qq
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}"
fi
if [ -z "${QUOTEDESK:-}" ]; then
    cargo build --release --quiet
    QUOTEDESK=${CARGO_TARGET_DIR:-target}/release/quotedesk
fi
QUOTEDESK=$(realpath "$QUOTEDESK")

work=$(mktemp -d)
daemon=
trap '[ -z "$daemon" ] || kill "$daemon"; rm -rf "$work"' EXIT

# letter DESK KIND NAME: the last letter of a kind as a page, and its workbook.
letter() {
    /usr/bin/python3 - "$1/outbox/mail" "$2" "$work/$3" <<'PY'
import email, email.policy, pathlib, sys

mails, kind, to = pathlib.Path(sys.argv[1]), sys.argv[2], sys.argv[3]
found = sorted(p for p in mails.glob("*.eml") if f"-{kind}-" in p.name)
if not found:
    sys.exit(f"{mails}: there is no letter `{kind}`")
mail = email.message_from_bytes(found[-1].read_bytes(), policy=email.policy.default)
# The page says its own height, so that a picture ends where it does.
page = mail.get_body(("html",)).get_content()
pathlib.Path(to + ".html").write_text(page + "<script>document.title='height='+document.documentElement.scrollHeight</script>", encoding="utf-8")
for part in mail.iter_attachments():
    if (part.get_filename() or "").endswith(".xlsx"):
        pathlib.Path(to + ".xlsx").write_bytes(part.get_content())
PY
}

# ---- a form with mistakes in it, and what the desk sends back

own=$work/own
"$QUOTEDESK" init "$own" >/dev/null
sed -i 's/^rehearsal = false/rehearsal = true/' "$own/quotedesk.toml"
desk_do() { (cd "$own" && "$QUOTEDESK" "$@"); }
desk_do clock 2026-03-02T08:30:00+07:00 >/dev/null
(cd "$own" && exec "$QUOTEDESK" run) 2>"$work/log" &
daemon=$!
cat > "$work/need.eml" <<'MAIL'
From: lam.bui@anphat.example
To: yeucau@anphat.example
Cc: lan.tran@anphat.example
Subject: =?utf-8?b?Tmh1IGPhuqd1IHTDuXkgYmnhur9uIGPhu6dhIE1pbmggUGjDoXQ=?=
Date: Mon, 02 Mar 2026 08:30:00 +0700
Message-ID: <need-1@anphat.example>
Content-Type: text/plain; charset=utf-8

Khách Minh Phát bán vật liệu xây dựng, muốn tách một đơn hàng thành nhiều chuyến giao và in phiếu cân xe.
MAIL
mv "$work/need.eml" "$own/inbox/"
desk_do idle
letter "$own" need blank
/usr/bin/python3 - "$work/blank.xlsx" "$work/filled.xlsx" <<'PY'
import openpyxl, sys

book = openpyxl.load_workbook(sys.argv[1])

def cell(name):
    sheet, place = next(book.defined_names[name].destinations)
    return book[sheet][place.split(":")[0]]

for name, typed in {
    "customer": "Công ty TNHH Vật liệu Minh Phát", "short": "Minh Phát", "salut": "Anh", "contact": "Nguyễn Văn Phát",
    "ctitle": "Giám đốc", "cemail": "phat@minhphat", "region": "Miền Bắc", "industry": "Vật liệu xây dựng",
    "budget": "1.500", "budget_srv": "0", "srv_want": "Không", "deadline": "31/02/2026",
}.items():
    cell("qd_" + name).value = typed
sheet = book.worksheets[0]
head = next(row for row in sheet.iter_rows() if any(str(c.value or "").startswith("Nội dung yêu cầu") for c in row))
columns = {str(c.value).rstrip(" *"): c.column for c in head if c.value}
rows = [
    ("1", "Bán hàng", "Tách một đơn hàng thành nhiều chuyến giao", "Mỗi chuyến một xe, một phiếu xuất riêng",
     "Kho biết còn nợ khách bao nhiêu", "Thêm bảng Chuyến giao trong đơn"),
    ("2", "Kho", "Mẫu in phiếu cân xe", "Khổ A5, có biển số và khối lượng", None, "Mẫu in mới"),
]
names = ("STT", "Khu vực / Phân hệ", "Nội dung yêu cầu", "Diễn giải", "Mục đích / Lợi ích", "Phương án tính toán / thể hiện")
for n, row in enumerate(rows, head[0].row + 1):
    for name, typed in zip(names, row):
        sheet.cell(n, columns[name]).value = typed
book.save(sys.argv[2])
PY
cp "$work/filled.xlsx" "$work/phieu.xlsx"
mv "$work/phieu.xlsx" "$own/inbox/lan.tran@anphat.example/"
desk_do idle
letter "$own" form-problems marked
kill "$daemon" && wait "$daemon" || true
daemon=

# ---- a case up to its quote

if [ $# -gt 0 ]; then
    desk=$1
else
    desk=$work/demo
    "$QUOTEDESK" demo "$desk" >/dev/null
fi
letter "$desk" review review
letter "$desk" feedback feedback
find "$desk/outbox" -maxdepth 1 -name 'Báo giá*.xlsx' | sort | tail -1 | xargs -I{} cp {} "$work/quote.xlsx"

# ---- as people see them

# LibreOffice as in a Vietnamese office: 18.000.000.
mkdir -p "$work/office/user"
cat > "$work/office/user/registrymodifications.xcu" <<'XCU'
<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Setup/L10N"><prop oor:name="ooSetupSystemLocale" oor:op="fuse"><value>vi</value></prop></item>
</oor:items>
XCU
# paper WORKBOOK PICTURE DPI HEIGHT: the upper part of the first page.
paper() {
    soffice -env:UserInstallation="file://$work/office" --headless --convert-to pdf --outdir "$work" "$work/$1.xlsx" >/dev/null 2>&1
    pdftoppm -r "$3" -png -f 1 -l 1 -x 0 -y 0 -W "$5" -H "$4" -singlefile "$work/$1.pdf" "docs/pictures/$2"
    echo "docs/pictures/$2.png"
}
# page LETTER PICTURE WIDTH: the whole letter, as wide as a mail window or a phone.
page() {
    local browser=(chromium --headless --no-sandbox --disable-gpu --hide-scrollbars)
    local height
    height=$("${browser[@]}" --window-size="$3,400" --dump-dom "file://$work/$1.html" 2>/dev/null | grep -o '<title>height=[0-9]*' | tail -1)
    "${browser[@]}" --screenshot="docs/pictures/$2.png" --window-size="$3,${height##*=}" "file://$work/$1.html" >/dev/null 2>&1
    echo "docs/pictures/$2.png"
}
paper blank form-blank 100 830 1170
paper marked form-marked 100 830 1170
paper review form-filled 100 830 1170
paper feedback form-tech 140 720 1640
paper quote quote 100 1000 830
page review mail-review 720
page feedback mail-feedback-phone 500
page marked mail-marked 720
