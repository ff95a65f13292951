#!/usr/bin/env bash
# Makes the pictures of README.md and docs/huong-dan.md anew, from a case that the binary itself has played:
#   docs/pictures.sh            plays the demo first
#   docs/pictures.sh DESK       takes the newest case of a desk that is there already
set -euo pipefail
cd "$(dirname "$0")/.."

as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi; }
missing=()
command -v soffice >/dev/null || missing+=(libreoffice-calc fonts-liberation fonts-dejavu-core)
command -v pdftoppm >/dev/null || missing+=(poppler-utils)
command -v chromium >/dev/null || missing+=(chromium)
command -v python3 >/dev/null || missing+=(python3)
if [ ${#missing[@]} -gt 0 ]; then
    as_root apt-get update -qq
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}"
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
if [ $# -gt 0 ]; then
    desk=$1
else
    desk=$work/desk
    cargo run --release --quiet -- demo "$desk" >/dev/null
fi

# What staff got: the letters as pages, and the workbooks that were attached to them.
python3 - "$desk/outbox/mail" "$work" <<'PY'
import email, email.policy, pathlib, sys

mails, work = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])

def letter(kind):
    """The last letter of a kind, as a browser shows it, and its attached workbook."""
    found = sorted(p for p in mails.glob("*.eml") if f"-{kind}-" in p.name)
    if not found:
        sys.exit(f"{mails}: there is no letter `{kind}`")
    mail = email.message_from_bytes(found[-1].read_bytes(), policy=email.policy.default)
    page = mail.get_body(("html",)).get_content()
    (work / f"{kind}.html").write_text(page, encoding="utf-8")
    for part in mail.iter_attachments():
        if (part.get_filename() or "").endswith(".xlsx"):
            (work / f"{kind}.xlsx").write_bytes(part.get_content())
            break

for kind in ("need", "review", "feedback", "pricing", "quote"):
    letter(kind)
PY

# Workbooks: through LibreOffice to PDF, the first page as a picture.
paper() { # workbook, picture, pages
    soffice -env:UserInstallation="file://$work/office" --headless --convert-to pdf --outdir "$work" "$1" >/dev/null 2>&1
    pdftoppm -r 80 -png -f "$3" -l "$3" -singlefile "$work/$(basename "${1%.*}").pdf" "docs/pictures/$2"
    echo "docs/pictures/$2.png"
}
# Mails: as a browser shows them, as wide as a mail window or a phone.
page() { # letter, picture, width, height
    chromium --headless --no-sandbox --disable-gpu --hide-scrollbars --force-device-scale-factor=1 \
        --screenshot="docs/pictures/$2.png" --window-size="$3,$4" "file://$work/$1.html" >/dev/null 2>&1
    echo "docs/pictures/$2.png"
}

paper "$work/need.xlsx" form-blank 1
paper "$work/review.xlsx" form-filled 1
paper "$work/feedback.xlsx" form-tech 1
quote=$(find "$desk/outbox" -maxdepth 1 -name 'Báo giá*.xlsx' | sort | tail -1)
cp "$quote" "$work/bao-gia.xlsx"
paper "$work/bao-gia.xlsx" quote 1
page review mail-review 720 1100
page feedback mail-feedback-phone 500 1500
