// Takes pages before anyone needs them.
#pragma once

#include <algorithm>
#include <cstddef>
#include <span>
#include <string_view>

#include <wirewrap/base/bytes.hpp>
#include <wirewrap/base/error.hpp>
#include <wirewrap/hostmem/os.hpp>
#include <wirewrap/hostmem/prealloc.hpp>

namespace wirewrap::hostmem {

inline Expected<void>
populate_pages(std::string_view what, std::span<std::byte> memory, Bytes page, const Prealloc& how) {
    const std::size_t slice = std::max<std::size_t>(page.count, 16u << 20);
    for (std::size_t done = 0; done < memory.size(); done += slice) {
        if (how.stop.stop_requested())
            return fail(
                "populating ", Bytes{memory.size()}, " of ", what, " was cancelled after ", Bytes{done});
        const std::size_t length = std::min(slice, memory.size() - done);
        if (auto ok = os::advise(memory.data() + done, Bytes{length}, MADV_POPULATE_WRITE); !ok)
            return fail("populating ",
                        Bytes{memory.size()},
                        " of ",
                        what,
                        " failed after ",
                        Bytes{done},
                        ": ",
                        os::text(ok.error()));
        if (how.populated != nullptr) *how.populated += length;
    }
    return {};
}

}  // namespace wirewrap::hostmem
