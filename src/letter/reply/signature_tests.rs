//! What ends a letter and what goes on below it.

use super::*;

#[test]
fn a_signature_begins_with_its_writer_s_name_or_post() {
    for signature in [
        "Hùng",
        "em Hùng",
        "Mr. Hung",
        "Lê Mạnh Hùng",
        "LE MANH HUNG",
        "Le Manh Hung (Mr.)",
        "(Mr.) Hùng Lê",
        "Mạnh Hùng",
        "Lê Mạnh Hùng | Trưởng nhóm kinh doanh",
        "Lê Mạnh Hùng - Trưởng nhóm",
        "Lê Mạnh Hùng, Trưởng phòng Kinh doanh",
        "Hung Le / Sales Leader",
        "Mr.Hùng - 0900.000.002",
        "Hùng, trưởng nhóm kinh doanh miền Bắc",
        "Hùng (Mr.)",
        "Trưởng nhóm kinh doanh\nLê Mạnh Hùng",
        "Phòng Kinh doanh\nCông ty Cổ phần An Phát\nMr. Hùng",
    ] {
        let text = format!("DUYỆT\n{signature}\nĐịa chỉ: 12 phố Thử\nKhông ngừng đổi mới");
        assert_eq!(without(&text, "Lê Mạnh Hùng").0, "DUYỆT", "{signature}");
    }
    for said in [
        "Hùng ơi xem lại",
        "Lê Mạnh Hùng bên khách muốn thế",
        "Lê Mạnh Hùng - mục 3 bỏ ra",
        "anh Hùng bên khách đã gọi",
        "Phòng kế toán bên khách hỏi",
        "Hùng (bên khách) chưa gọi",
        "Hùng, chuyển giám đốc",
        "Lê Mạnh Hùng (phần in bỏ ra)",
    ] {
        let text = format!("DUYỆT\n{said}");
        assert_eq!(without(&text, "Lê Mạnh Hùng").0, text, "{said}");
    }
    assert_eq!(without("Hùng\nDUYỆT", "Lê Mạnh Hùng").0, "Hùng\nDUYỆT", "not the first line");
    let above = "TRẢ LẠI: thiếu phương án\nSales hỏi lại khách\nGiám đốc bên khách muốn biết";
    assert_eq!(without(&format!("{above}\nHùng"), "Lê Mạnh Hùng").0, above);
    assert_eq!(without("DUYỆT\nHùng", "").0, "DUYỆT\nHùng");
}

#[test]
fn what_is_added_below_a_name_stays() {
    for added in [
        "TB: khách chưa cần",
        "P/S: làm sau",
        "PS. làm sau",
        "P.S.: làm sau",
        "T/B - làm sau",
        "N.B: làm sau",
        "Lưu ý: làm sau",
        "À quên, làm sau",
        "Nhưng làm sau",
        "nhung lam sau",
        "2: làm sau",
        "(mục 3 làm sau)",
        "- Hạng mục số 3 làm sau",
        "muc 3",
        "Làm sau em nhé!",
        "Làm sau giúp anh",
    ] {
        let text = format!("Duyệt\nHùng\nTrưởng nhóm\n{added}\n\nLe Manh Hung (Mr.)\nĐT: 0900 000 000");
        assert_eq!(without(&text, "Lê Mạnh Hùng").0, format!("Duyệt\n{added}\n"), "{added}");
    }
    for signature in [
        "Nhung Trần",
        "Nhung",
        "PSD Group",
        "TB Miền Bắc",
        "Trụ sở: 12 phố Thử, Nha Trang",
        "Tru so: 12 Nguyen Trai, Nha Trang, Khanh Hoa, Nha",
        "Lưu ý: Email này có thể chứa thông tin mật, chỉ dành cho người nhận.",
        "Không ngừng đổi mới",
        "M: 0912 345 678",
    ] {
        assert!(!is_added(signature) && !is_speech(signature), "{signature}");
    }
    for said in ["Phần server thì vội", "Không làm phần in", "BỎ IN PHIẾU", "Chuyển em nhé ngay", "Bên khách xin hóa đơn"]
    {
        assert!(is_speech(said), "{said}");
    }
    for signature in [
        "NGUYỄN THỊ ANH",
        "E: anh.le@anphat.example",
        "Bo phan CSKH",
        "Trụ sở chính",
        "Chăm sóc khách hàng",
        "Bạn đã dùng thử chưa?",
        "Không ngừng đổi mới",
        "Địa chỉ: 12 phố Thử",
    ] {
        assert!(!is_speech(signature), "{signature}");
    }
}

#[test]
fn what_is_said_below_a_name_is_heard_and_what_may_be_is_told_back() {
    for said in [
        "Giảm 5%",
        "giam 5%",
        "VAT 10",
        "Giá chốt 50tr",
        "Giá: 50.000.000",
        "Chiết khấu 5%",
        "Cần server riêng, 20tr",
        "Server: cần, 20tr",
        "KH đề nghị giao trước 15/3 và tặng 1 buổi đào tạo",
        "Khách chưa gật phần in",
        "Khách hàng muốn làm trước tháng 5",
        "Số lượng user chỉ 20",
        "Trước khi gửi KT gọi cho khách xác nhận lại số user",
        "Please remove the printing part",
        "TRẢ LẠI: thiếu phương án",
        "RÚT LẠI nếu khách đổi ý",
        "Không",
    ] {
        let text = format!("DUYỆT\nHùng\n{said}");
        assert_eq!(without(&text, "Lê Mạnh Hùng"), (format!("DUYỆT\n{said}"), vec![]), "{said}");
    }
    for signature in [
        "Khách hàng là trung tâm",
        "Khách sạn An Phát, tầng 3",
        "Địa chỉ: Số 12 ngõ 5 Trần Phú, Hà Nội",
        "Số 5 ngõ 12 Hoàng Mai",
        "Lô 5 KCN Thăng Long",
        "12 Trần Duy Hưng",
        "MST: 0100000001",
        "VAT code: 0101234567",
        "STK 19012345678 Techcombank",
        "ĐT: 0900 000 000",
        "(+84) 900 000 000",
        "Hotline 1900 1234",
        "Cam kết hài lòng 100%",
        "Hãy nghĩ đến môi trường trước khi in email này",
        "If you are not the intended recipient, please notify the sender.",
        "Chi nhánh Cần Thơ",
    ] {
        assert!(!is_speech(signature), "{signature}");
    }
    let text = "DUYỆT\nHùng\nTrưởng nhóm\n12 Trần Duy Hưng, Hà Nội\nhung@anphat.example\nPhần in làm gọn\n@Lan xem mục in";
    let (kept, unread) = without(text, "Lê Mạnh Hùng");
    assert_eq!((kept.as_str(), unread.join(" / ").as_str()), ("DUYỆT", "Phần in làm gọn / @Lan xem mục in"));
}

#[test]
fn a_word_with_other_marks_is_no_name() {
    for (word, writer) in [
        ("Đừng", "Phạm Tiến Dũng"),
        ("Dừng", "Phạm Tiến Dũng"),
        ("Đúng", "Phạm Tiến Dũng"),
        ("Tiền đúng", "Phạm Tiến Dũng"),
        ("Đúng, giám đốc", "Phạm Tiến Dũng"),
    ] {
        let text = format!("Duyệt\n{word}\nGiảm 5%");
        assert_eq!(without(&text, writer).0, text, "{word}");
    }
    for (name, writer) in [
        ("Dũng", "Phạm Tiến Dũng"),
        ("DŨNG", "Phạm Tiến Dũng"),
        ("Dung", "Phạm Tiến Dũng"),
        ("Tien Dung", "Phạm Tiến Dũng"),
        ("Dũng", "Pham Tien Dung"),
        ("Hoà", "Lê Thị Hòa"),
        ("Chị Hòa - Giám đốc", "Lê Thị Hoà"),
    ] {
        assert_eq!(without(&format!("Duyệt\n{name}"), writer).0, "Duyệt", "{name}");
    }
}
