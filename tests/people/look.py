#!/usr/bin/python3
"""Prints a workbook as its reader sees it, with another program than the desk's own (openpyxl): one JSON document with
each sheet's name, visibility, rows of values as cached by the writer, hidden rows and columns, comments, and all formulas."""
import json
import sys
from datetime import date

import openpyxl


def plain(value):
    return value.isoformat()[:10] if isinstance(value, date) else value


def main(path):
    shown, written = openpyxl.load_workbook(path, data_only=True), openpyxl.load_workbook(path)
    sheets = []
    for page in shown:
        sheets.append({
            "title": page.title,
            "state": page.sheet_state,
            "rows": [[plain(cell.value) for cell in row] for row in page.iter_rows()],
            "hidden": [str(n) for kind in (page.row_dimensions, page.column_dimensions) for n, d in kind.items() if d.hidden],
            "comments": [cell.comment.text for row in page.iter_rows() for cell in row if cell.comment],
            "formulas": [cell.value for row in written[page.title].iter_rows() for cell in row
                         if isinstance(cell.value, str) and cell.value.startswith("=")],
        })
    json.dump({"sheets": sheets, "names": [name.name for name in shown.defined_names.definedName]}, sys.stdout)


main(sys.argv[1])
