// Sorting for constant expressions: what std::sort does, as two function templates in place of a dozen for each order that
// compilers have to read.
//
//     sort(edges.data(), edges.size(), [](const Edge& a, const Edge& b) { return a.from < b.from; });
#pragma once

#include <cstddef>
#include <utility>

#include <wirewrap/base/language.hpp>

namespace wirewrap::detail {

/// Lets the item at `root` sink to its place in a heap whose greatest item is the first.
template <class T, class Less>
constexpr void sink(T* items, std::size_t root, std::size_t count, const Less& less) {
    for (std::size_t child = 2 * root + 1; child < count; child = 2 * root + 1) {
        if (child + 1 < count && less(items[child], items[child + 1])) ++child;
        if (!less(items[root], items[child])) return;
        std::swap(items[root], items[child]);
        root = child;
    }
}

/// Ascending by `less`, in n log n steps; equal items in any order.
template <class T, class Less>
constexpr void sort(T* items, std::size_t count, Less less) {
    std::size_t i = 1;
    while (i < count && !less(items[i], items[i - 1])) ++i;
    if (i >= count) return;  // as lists that people write mostly are
    for (std::size_t root = count / 2; root-- != 0;) sink(items, root, count, less);
    for (std::size_t end = count; end-- > 1;) {
        std::swap(items[0], items[end]);
        sink(items, 0, end, less);
    }
}

}  // namespace wirewrap::detail
