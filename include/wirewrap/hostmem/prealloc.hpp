// How to populate: with how many workers, until when, and who is told.
//
//     std::stop_source cancel;
//     std::move(bound).populate({.threads = 2, .stop = cancel.get_token()});
#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
#include <stop_token>

#include <wirewrap/base/bytes.hpp>

namespace wirewrap::hostmem {

/// Orders for one population.
struct Prealloc {
    std::optional<unsigned> threads{};  // workers; left out: one per CPU this process may use
    std::stop_token stop{};             // asked between slices of a few megabytes
    std::atomic<std::uint64_t>* populated =
        nullptr;  // counts the bytes done so far; may be watched from any thread
};

}  // namespace wirewrap::hostmem
