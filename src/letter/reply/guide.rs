//! The firm words as a page for their users: `docs/tra-loi.md`, made from the tables that replies are read by.

use super::words::{FIRM, FirmWord, WEAK};
use crate::process::house::Role;

/// The page in Markdown.
pub fn page() -> String {
    let mut page = String::from(OPENING);
    page.push_str("\n| Dòng đầu | Ai trả lời | Hệ thống làm gì | Tiếng Anh |\n|---|---|---|---|\n");
    for word in FIRM {
        page.push_str(&format!("| `{}` | {} | {} | {} |\n", word.example, who(word), word.does, english(word)));
    }
    page.push_str(QUICK);
    let weak: Vec<String> = WEAK.iter().take(8).map(|w| format!("`{w}`")).collect();
    page.push_str(&format!("- Các câu như {}, 👍 chưa đủ rõ để duyệt: hệ thống hỏi lại.\n", weak.join(", ")));
    page.push_str(CLOSING);
    page
}

fn who(word: &FirmWord) -> String {
    let name = |role: &Role| match role {
        Role::Cskh => "CSKH",
        Role::Sales => "Sales",
        Role::Leader => "Leader",
        Role::Tech => "Kỹ thuật",
        Role::TechHead => "Trưởng Kỹ thuật",
        Role::Director => "Giám đốc",
        Role::Operator => "Quản trị",
    };
    match word.who {
        [] => "Mọi người".into(),
        roles => roles.iter().map(name).collect::<Vec<_>>().join(", "),
    }
}

fn english(word: &FirmWord) -> String {
    word.en.iter().map(|w| format!("`{}`", w.to_uppercase())).collect::<Vec<_>>().join(", ")
}

const OPENING: &str = "# Trả lời email của hệ thống

Trả lời ngay trên email nhận được, giữ nguyên tiêu đề. Viết câu trả lời ở **dòng đầu tiên**, phía trên phần trích dẫn.
Chữ hoa hay thường, có dấu hay không dấu đều được; thêm `em`, `anh`, `nhé`, `ạ` cũng được.

## Câu trả lời ở dòng đầu
";

const QUICK: &str = "
## Kỹ thuật trả lời nhanh từng mục

Mỗi mục một dòng, theo số thứ tự trong email:

```
1: được, 15tr, 5 ngày
2: không, chưa có API
3: được một phần, 8tr, 4 ngày, chỉ màn hình nhập
không cần server riêng
khởi động sau 5 ngày làm việc
```

## Giám đốc báo giá nhanh

```
1 = 18tr
2 = 25.000.000
3: không
giảm 5%
VAT 10
hiệu lực 30 ngày
thanh toán 50% khi ký, 50% khi bàn giao
```

Thay cho giá từng mục: `hệ số 30%`, `giá vốn + 30%` hoặc `hệ số 1,3` là giá vốn cộng 30% cho tất cả các mục, làm tròn lên 100.000 đ.

`3: không` là không đưa mục 3 vào báo giá; `2 = 0` là tặng. Giá server theo chu kỳ Kỹ thuật báo, ví dụ `server = 3tr/tháng`; khách đã có
server thì ghi `server = 0`. Thuế riêng của server: `VAT server 10`.

Giá là giá chưa VAT. Dòng nào chưa ghi được vào phiếu thì hệ thống báo lại.

Cũng có thể ghi thẳng vào dòng của từng mục trong bảng được trích dẫn ở thư trả lời.

Hệ thống đọc lại các giá trị đã hiểu. Đúng thì trả lời `DUYỆT` ngay trên thư đọc lại đó; mục nào chưa đúng thì gửi lại mục đó
(`SỬA: 1 = 19tr`). Trả lời từng mục trong nhiều thư cũng được: các mục chờ chung một câu `DUYỆT`. `DUYỆT` trên một thư cũ hơn
chưa được tính, hệ thống đọc lại các giá trị đang chờ.

## Lưu ý

- Câu duyệt có kèm `chưa`, `không`, `để mai`, `nhưng`, `trừ`, `nếu` hoặc dấu hỏi không bao giờ được tính là duyệt: hệ thống hỏi lại.
";

const CLOSING: &str = "- Số tiền, ngày tháng có thể hiểu nhiều cách (`15.000`, `5+2 ngày`, `cuối tháng`) được hỏi lại, không tự đoán.
- `@tên` trong câu trả lời sẽ báo cho người đó.
- Tệp nào được lưu làm hợp đồng đã ký thì thư trả lời ghi tên tệp; nhầm thì trả lời `KHÔNG PHẢI HỢP ĐỒNG`, sót thì trả lời `LÀ HỢP ĐỒNG`.
- Chữ của người khác trong phần trích dẫn, chữ ký và tiêu đề không được tính.
";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::letter::reply::firm;

    /// `QUOTEDESK_WRITE_GUIDE=1 cargo test guide` writes the page anew.
    #[test]
    fn the_page_is_what_the_tables_say() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/tra-loi.md");
        if std::env::var_os("QUOTEDESK_WRITE_GUIDE").is_some() {
            std::fs::write(path, page()).expect("written");
        }
        let kept = std::fs::read_to_string(path).expect("docs/tra-loi.md is there");
        assert_eq!(kept, page(), "the tables have changed: write the page anew");
    }

    #[test]
    fn every_example_is_read_as_its_word() {
        for word in FIRM {
            let hit = firm::find(word.example).expect(word.example);
            assert_eq!(hit.word.act, word.act, "{}", word.example);
            for said in word.vi.iter().chain(word.en) {
                let upper = said.to_uppercase();
                assert_eq!(firm::find(&upper).map(|h| h.word.act), Some(word.act), "{upper}");
                let bare = crate::text::fold(said);
                assert_eq!(firm::find(&bare).map(|h| h.word.act), Some(word.act), "{bare}");
            }
        }
    }
}
