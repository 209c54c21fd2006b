// Machines by their names, for tables of what which of them has.
//
//     named_in("x86_64/pc-* x86_64/microvm", "x86_64/pc-q35-7.2");      // true
#pragma once

#include <algorithm>
#include <cstddef>
#include <string_view>

#include <wirewrap/base/language.hpp>

namespace wirewrap::config {

/// `names`: with blanks between; a `*` at the end of one stands for any end. `machine`: target/machine, as a board is called.
constexpr bool named_in(std::string_view names, std::string_view machine) {
    while (!names.empty()) {
        const std::size_t end = std::min(names.find(' '), names.size());
        const std::string_view name = names.substr(0, end);
        names.remove_prefix(std::min(end + 1, names.size()));
        if (name.ends_with('*') ? machine.starts_with(name.substr(0, name.size() - 1)) : machine == name)
            return true;
    }
    return false;
}

}  // namespace wirewrap::config
