//! The analysis form as a workbook.
