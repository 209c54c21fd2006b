// The sentences of a check as a type, which is what compilers print: see verdict.hpp.
//
//     template <class D>
//     struct DeviceCheck { static constexpr std::vector<Text> mistakes(); };
//     template <class D>
//     concept Device = Accepted<typename SaidBy<DeviceCheck<D>>::type>;
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>
#include <utility>

#include <wirewrap/base/text.hpp>
#include <wirewrap/base/verdict.hpp>

namespace wirewrap {

/// `Says<…>` of the texts that `Check::mistakes()` gives.
template <class Check>
struct SaidBy {
private:
    struct Extent {
        std::size_t count = 0;
        std::size_t characters = 0;
    };
    /// All sentences in one text, for the checks are not run again for each sentence.
    template <std::size_t Count, std::size_t Characters>
    struct Sentences {
        std::array<std::size_t, Count + 1> begin{};
        std::array<char, Characters> characters{};
    };

    static constexpr Extent extent = [] {
        Extent sum;
        // In a variable of its own: clang makes all of it twice for the reference that a range-for keeps.
        const auto told = Check::mistakes();
        for (const Text& sentence : told) {
            ++sum.count;
            sum.characters += sentence.size();
        }
        return sum;
    }();
    template <std::size_t Count, std::size_t Characters>
    static constexpr auto sentences = [] {
        Sentences<Count, Characters> all;
        std::size_t i = 0, end = 0;
        const auto told = Check::mistakes();
        for (const Text& sentence : told) {
            std::copy_n(sentence.view().data(), sentence.size(), all.characters.data() + end);
            all.begin[++i] = end += sentence.size();
        }
        return all;
    }();

    template <std::size_t I>
    static consteval auto sentence() {
        constexpr const auto& all = sentences<extent.count, extent.characters>;
        constexpr std::size_t size = all.begin[I + 1] - all.begin[I];
        return FixedText<size>(std::string_view(all.characters.data() + all.begin[I], size));
    }
    template <std::size_t... I>
    static auto say(std::index_sequence<I...>) -> Says<sentence<I>()...>;
    // Nearly always there is nothing to say, which shall cost a compiler next to nothing.
    static auto say() {
        if constexpr (extent.count == 0)
            return Says<>{};
        else
            return decltype(say(std::make_index_sequence<extent.count>{})){};
    }

public:
    using type = decltype(say());
};

}  // namespace wirewrap
