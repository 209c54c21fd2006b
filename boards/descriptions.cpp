#include <boards/descriptions.hpp>

#include <boards/all.hpp>

namespace wirewrap::boards {

std::span<const BoardDescription> descriptions() {
    static constexpr auto all_described = describe_boards(all);
    return all_described;
}

}  // namespace wirewrap::boards
