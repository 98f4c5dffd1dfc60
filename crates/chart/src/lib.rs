//! Draws the chart of a digest: bars over time, as SVG and from that as PNG. Readable at half its size, on light and dark
//! ground, and without telling colours apart: it has a ground of its own, one colour, and says its unit and its time zone.

mod chart;
mod picture;
mod svg;

pub use self::chart::{Bar, Chart, HEIGHT, WIDTH};
pub use self::picture::{ChartError, png};
pub use self::svg::svg;

#[cfg(test)]
mod tests {
    use super::*;

    fn chart(values: &[u64]) -> Chart {
        let bar = |(hour, value): (usize, &u64)| Bar { label: format!("{hour:02}:00"), value: *value };
        Chart {
            title: "Events per hour".to_owned(),
            zone: "Europe/Berlin".to_owned(),
            bars: values.iter().enumerate().map(bar).collect(),
        }
    }

    #[test]
    fn it_is_drawn_where_there_is_something_to_see() {
        assert!(chart(&[1, 3, 0, 2]).is_worthwhile());
        for nothing in [&[][..], &[100], &[50, 50], &[1, 1, 1, 0]] {
            assert!(!chart(nothing).is_worthwhile(), "{nothing:?}");
        }
    }

    #[test]
    fn its_alt_text_says_what_it_shows() {
        assert_eq!(
            chart(&[1, 9, 0, 9]).alt_text(),
            "Events per hour (Europe/Berlin) from 00:00 to 03:00: 19 in all; most at 01:00: 9"
        );
    }

    #[test]
    fn it_is_a_picture_of_its_size_and_has_letters() {
        let with = png(&chart(&[3, 9, 0, 7])).expect("a picture");
        assert_eq!(with.get(1..4), Some(&b"PNG"[..]));
        assert_eq!(with.get(16..24), Some(&[0, 0, 2, 208, 0, 0, 1, 84][..]), "720 by 340");
        assert!(with.len() < 40_000, "{}", with.len());
        let mut unnamed = chart(&[3, 9, 0, 7]);
        unnamed.title.clear();
        assert_ne!(png(&unnamed).expect("a picture"), with, "the font is found");
    }

    #[test]
    fn any_text_and_any_number_makes_a_picture() {
        let mut strange = chart(&[u64::MAX, 1, 0, u64::MAX / 2]);
        strange.title = "<b>&\"'\u{0}\u{1F600}".repeat(50);
        assert!(png(&strange).is_ok());
        assert!(png(&chart(&[0, 0, 0])).is_ok() && png(&chart(&[])).is_ok());
    }
}
