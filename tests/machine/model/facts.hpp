// What the model knows of a board: its entries, its windows of main RAM and its numbers, without types; and one step of a
// run, with what came of it.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include <wirewrap/base/bus.hpp>
#include <wirewrap/board/placement.hpp>
#include <wirewrap/board/region.hpp>
#include <wirewrap/board/unmapped.hpp>

namespace model {

using namespace wirewrap;

/// One interrupt wire: pin `pin` of entry `device` to input `line` of a hart.
struct HartWire {
    std::size_t device = 0, pin = 0, hart = 0, line = 0;
};

struct Facts {
    std::string name;
    std::vector<Region> regions;
    std::vector<RamWindow> ram;
    std::vector<HartWire> wires;
    Bytes ram_size{};
    std::size_t harts = 1;
    std::endian order = std::endian::little;
    Unmapped unmapped{};
    unsigned address_bits = 64;
    bool ports = false, recorded = false;
};

struct Step {
    enum class Kind : std::uint8_t {
        load,
        store,
        fetch,
        port_load,
        port_store,  // value: what is stored
        ram_span,
        memory_view,
        memory_span,
        memory_extent,  // size: of it
        debug_read,
        debug_write,
        peek,
        atomic_word,  //
        select_bank,  // entry, value: the page
        poke,         // entry, address: where in it, value
        reset
    };
    Kind kind{};
    std::uint8_t width = 1;
    bool swapped = false;  // in the byte order that is not the board's
    std::uint64_t address = 0, value = 0, size = 0, entry = 0;
};

/// A stretch of a block.
struct Place {
    std::size_t block = 0;
    std::uint64_t offset = 0, size = 0;

    friend bool operator==(const Place&, const Place&) = default;
};

struct Outcome {
    FaultReason reason = FaultReason::none;
    std::uint64_t fault_address = 0, value = 0;
    Place place{};                // of spans and views
    std::vector<std::byte> read;  // by debug_read
    bool may_be_none = false;     // the model only: a span that the documents leave open
};

/// What a machine told its policies since it was last asked.
struct Reports {
    struct Accessed {
        Access access{};
        std::uint64_t address = 0;
        std::size_t width = 0;
        friend bool operator==(const Accessed&, const Accessed&) = default;
    };
    std::vector<Place> stored;
    std::vector<Accessed> accessed;
};

/// A machine, whatever its type.
class Tested {
public:
    virtual ~Tested() = default;
    virtual const Facts& facts() const = 0;
    virtual Outcome perform(const Step& step) = 0;
    virtual std::vector<std::span<std::byte>> blocks() = 0;
    virtual std::uint64_t digest(std::size_t entry) const = 0;  // of a device
    virtual std::uint64_t lines(std::size_t hart) const = 0;
    virtual std::uint64_t page(std::size_t entry) const = 0;
    virtual std::uint64_t map_version() const = 0;
    virtual Reports& reports() = 0;
};

}  // namespace model
