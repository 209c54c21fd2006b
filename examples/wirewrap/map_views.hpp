// A memory map for people: a table, a picture in text, a drawing.
#pragma once

#include <string>
#include <vector>

#include <wirewrap/base/bytes.hpp>
#include <wirewrap/board/description.hpp>

#include "examples/wirewrap/stretches.hpp"

namespace command {

/// One board with one amount of RAM, ready to be shown.
struct MapView {
    const wirewrap::BoardDescription& board;
    wirewrap::Bytes ram;
    std::vector<Stretch> stretches;  // without holes
};

/// "riscv64/virt with 128 MiB of RAM: 1 hart, 56 address bits, little-endian"
std::string title(const MapView& view);

/// One line for each stretch: range, size, kind, name, remark. `color`: for a terminal that has it.
std::string table(const MapView& view, bool color);

/// Boxes from low to high addresses; their height grows with the logarithm of the size.
std::string picture(const MapView& view, bool color);

/// An SVG document: boxes as in the picture, interrupt wires beside them.
std::string drawing(const MapView& view);

/// Between 0 and 1: how large a stretch is on a logarithmic scale from 4 KiB to 4 GiB.
double magnitude(wirewrap::Bytes size);

}  // namespace command
