#!/usr/bin/env bash
# Makes the pictures of README.md, docs/huong-dan.md and docs/thu.md anew, from cases that the binary itself has played,
# and every letter of a sample case:
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
command -v pngquant >/dev/null || missing+=(pngquant)
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
pathlib.Path(to + ".html").write_text(mail.get_body(("html",)).get_content(), encoding="utf-8")
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
    /usr/bin/python3 docs/browser.py "$3" light "$work/$1.html" "docs/pictures/$2.png"
    small "docs/pictures/$2.png"
}
small() { pngquant --force --skip-if-larger --strip --ext .png 32 "$@" || [ $? = 98 ]; printf '%s\n' "$@"; }
paper blank form-blank 100 830 1170
paper marked form-marked 100 830 1170
paper review form-filled 100 830 1170
paper feedback form-tech 140 720 1640
paper quote quote 100 1000 830
page review mail-review 720
page feedback mail-feedback-phone 390
page marked mail-marked 720

# ---- every letter of the sample case that tests/letters.rs words, on a phone and in a mail window

cargo run --quiet --example letters -- "$work/letters"
mkdir -p docs/pictures/letters
rm -f docs/pictures/letters/*.png
# letters WIDTH SCHEME NAME LETTER...
letters() {
    local pairs=() width=$1 scheme=$2 name=$3
    shift 3
    for letter in "$@"; do
        pairs+=("$work/letters/vi/$letter.html" "docs/pictures/letters/$letter-$name.png")
    done
    /usr/bin/python3 docs/browser.py "$width" "$scheme" "${pairs[@]}"
}
mapfile -t all < <(cd "$work/letters/vi" && ls *.html | sed 's/\.html$//')
letters 390 light phone "${all[@]}"
letters 720 light desktop "${all[@]}"
letters 390 dark dark review quote-to-customer
small docs/pictures/letters/*.png
