//! Small PNG files: at most 40 colours, which is enough for text and a few signs.

use std::collections::HashMap;
use std::io::Cursor;

type Rgb = [u8; 3];

const COLOURS: usize = 40;

/// Width and height of a PNG file, and whether it has a palette.
pub(super) fn describe(file: &[u8]) -> (u32, u32, bool) {
    let reader = png::Decoder::new(Cursor::new(file)).read_info().expect("a PNG file");
    let info = reader.info();
    (info.width, info.height, info.color_type == png::ColorType::Indexed)
}

/// The same picture with a palette: similar colours become one, and of those the ones are kept that would be missed most.
pub(super) fn with_palette(file: &[u8]) -> Vec<u8> {
    let (width, height, pixels) = decode(file);
    let mut groups: HashMap<Rgb, ([u64; 3], u64)> = HashMap::new();
    for pixel in &pixels {
        let (sums, count) = groups.entry(coarse(*pixel)).or_default();
        sums.iter_mut().zip(pixel).for_each(|(sum, part)| *sum += u64::from(*part));
        *count += 1;
    }
    let mean = |(sums, count): ([u64; 3], u64)| (sums.map(|sum| u8::try_from(sum / count).unwrap_or(u8::MAX)), count);
    let mut left: Vec<(Rgb, u64)> = groups.into_values().map(mean).collect();
    left.sort_by_key(|(colour, count)| (std::cmp::Reverse(*count), *colour));
    let mut palette: Vec<Rgb> = left.first().map(|(colour, _)| *colour).into_iter().collect();
    while palette.len() < COLOURS {
        // What would be drawn worst: often, and far from every colour so far.
        let wrong = |(colour, count): &(Rgb, u64)| {
            count * palette.iter().map(|known| distance(known, colour)).min().unwrap_or(u64::MAX)
        };
        let Some((worst, _)) = left.iter().max_by_key(|one| wrong(one)).filter(|one| wrong(one) > 0) else { break };
        palette.push(*worst);
    }
    let mut nearest: HashMap<Rgb, u8> = HashMap::new();
    let indices: Vec<u8> =
        pixels.iter().map(|pixel| *nearest.entry(*pixel).or_insert_with(|| index_of(&palette, *pixel))).collect();
    let mut written = Vec::new();
    let mut encoder = png::Encoder::new(&mut written, width, height);
    encoder.set_color(png::ColorType::Indexed);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_palette(palette.concat());
    encoder.set_compression(png::Compression::High);
    encoder.set_filter(png::Filter::NoFilter);
    encoder.write_header().expect("a header").write_image_data(&indices).expect("written");
    written
}

/// The group of a colour: similar ones have the same.
fn coarse(pixel: Rgb) -> Rgb {
    pixel.map(|part| part >> 4)
}

fn decode(file: &[u8]) -> (u32, u32, Vec<Rgb>) {
    let mut decoder = png::Decoder::new(Cursor::new(file));
    decoder.set_transformations(png::Transformations::normalize_to_color8());
    let mut reader = decoder.read_info().expect("a PNG file");
    let mut bytes = vec![0; reader.output_buffer_size().expect("a size")];
    let frame = reader.next_frame(&mut bytes).expect("a picture");
    let samples = frame.color_type.samples();
    assert!(samples >= 3, "the browser's pictures have colours");
    let pixels = bytes.chunks_exact(samples).map(|pixel| [pixel[0], pixel[1], pixel[2]]).collect();
    (frame.width, frame.height, pixels)
}

fn index_of(palette: &[Rgb], pixel: Rgb) -> u8 {
    let nearest = palette.iter().enumerate().min_by_key(|(_, colour)| distance(colour, &pixel));
    nearest.and_then(|(index, _)| u8::try_from(index).ok()).unwrap_or_default()
}

fn distance(one: &Rgb, other: &Rgb) -> u64 {
    one.iter().zip(other).map(|(one, other)| u64::from(one.abs_diff(*other)).pow(2)).sum()
}
