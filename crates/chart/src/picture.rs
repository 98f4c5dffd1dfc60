//! From SVG to PNG, with the embedded font and none of the system's.

use std::sync::{Arc, LazyLock};

use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{Options, Tree, fontdb};

use crate::chart::{Chart, HEIGHT, WIDTH};
use crate::svg;

/// DejaVu Sans: the letters of Western Europe, digits and signs. Its licence is beside it.
static FONT: &[u8] = include_bytes!("../assets/DejaVuSans-subset.ttf");

static FONTS: LazyLock<Arc<fontdb::Database>> = LazyLock::new(|| {
    let mut fonts = fontdb::Database::new();
    fonts.load_font_data(FONT.to_vec());
    Arc::new(fonts)
});

/// Why there is no picture.
#[derive(Debug, thiserror::Error)]
pub enum ChartError {
    #[error("the chart's SVG cannot be read: {0}")]
    Svg(String),
    #[error("the chart cannot be written as PNG: {0}")]
    Png(String),
}

/// Draws the chart.
///
/// # Errors
/// When the SVG is none, which would be a mistake of this crate.
pub fn png(chart: &Chart) -> Result<Vec<u8>, ChartError> {
    let options = Options { fontdb: Arc::clone(&FONTS), font_family: svg::FONT.to_owned(), ..Options::default() };
    let tree = Tree::from_str(&svg::svg(chart), &options).map_err(|error| ChartError::Svg(error.to_string()))?;
    let mut pixels = Pixmap::new(WIDTH, HEIGHT).ok_or_else(|| ChartError::Png("no pixels".to_owned()))?;
    resvg::render(&tree, Transform::identity(), &mut pixels.as_mut());
    pixels.encode_png().map_err(|error| ChartError::Png(error.to_string()))
}
