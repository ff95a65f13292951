//! Shares and roundings of amounts, in whole đồng.

use crate::process::value::Vnd;

/// A share of an amount, half up to 1 đồng: VAT per rate (domain b.3), markup.
/// `hundredths` are hundredths of a percent (8 % is 800). A result beyond the range of [`Vnd`] stops at its end.
pub fn percent_of(vnd: Vnd, hundredths: i64) -> Vnd {
    let exact = i128::from(vnd) * i128::from(hundredths);
    narrow((exact + 5_000).div_euclid(10_000))
}

/// Rounded up to whole `step`s of 1.000, 10.000, 100.000 (`Làm tròn lên`). A step under 1 changes nothing.
pub fn round_up(vnd: Vnd, step: Vnd) -> Vnd {
    if step < 1 {
        return vnd;
    }
    let (vnd, step) = (i128::from(vnd), i128::from(step));
    narrow((vnd + step - 1).div_euclid(step) * step)
}

/// To the nearest whole thousand, half up: discounts (domain a.8).
pub fn nearest_thousand(vnd: Vnd) -> Vnd {
    narrow((i128::from(vnd) + 500).div_euclid(1_000) * 1_000)
}

/// A share to the nearest whole thousand, rounded once: 7,5 % of 116.499.999 đ, a hair under 8.737.500 đ, are 8.737.000 đ.
pub fn percent_to_thousand(vnd: Vnd, hundredths: i64) -> Vnd {
    let exact = i128::from(vnd) * i128::from(hundredths);
    narrow((exact + 5_000_000).div_euclid(10_000_000) * 1_000)
}

fn narrow(n: i128) -> Vnd {
    Vnd::try_from(n).unwrap_or(if n < 0 { Vnd::MIN } else { Vnd::MAX })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_half_up() {
        assert_eq!(percent_of(77_000_000, 800), 6_160_000);
        assert_eq!([percent_of(6, 800), percent_of(7, 800), percent_of(125, 1_000)], [0, 1, 13]);
        assert_eq!(percent_of(64_000_000, 1_000), 6_400_000);
        assert_eq!(percent_of(i64::MAX, 20_000), i64::MAX);
    }

    #[test]
    fn roundings() {
        assert_eq!(
            [round_up(1, 100_000), round_up(100_000, 100_000), round_up(100_001, 10_000), round_up(0, 1_000)],
            [100_000, 100_000, 110_000, 0]
        );
        assert_eq!([nearest_thousand(499), nearest_thousand(500), nearest_thousand(3_440_000)], [0, 1_000, 3_440_000]);
        assert_eq!(round_up(i64::MAX, 100_000), i64::MAX);
        assert_eq!([percent_to_thousand(116_499_999, 750), percent_to_thousand(116_500_000, 750)], [8_737_000, 8_738_000]);
        assert_eq!([percent_to_thousand(100_000_000, 500), percent_to_thousand(i64::MAX, 20_000)], [5_000_000, i64::MAX]);
    }
}
