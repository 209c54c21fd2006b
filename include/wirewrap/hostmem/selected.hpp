// A backend chosen at run time, from options: it costs a virtual call to set up, and nothing afterwards.
//
//     hostmem::Selected::Options choice = hostmem::select<hostmem::Anonymous>();
//     if (wants_to_share) choice = hostmem::select<hostmem::Memfd>({.prealloc = true});
//     auto ram = hostmem::allocate<hostmem::Selected>(1_GiB, choice);
//     ram->backing().shared(), ram->backing().descriptor();      // what was chosen can do
//
// What a type says of a backend, a choice cannot: code that needs shared memory with a descriptor at compile time takes
// `Memfd`, not `Selected`. Choices are those of choice.hpp, and several of them together (composite.hpp).
#pragma once

#include <optional>
#include <utility>
#include <variant>

#include <wirewrap/base/bytes.hpp>
#include <wirewrap/base/error.hpp>
#include <wirewrap/base/verdict.hpp>
#include <wirewrap/hostmem/any_memory.hpp>
#include <wirewrap/hostmem/backend.hpp>
#include <wirewrap/hostmem/choice.hpp>
#include <wirewrap/hostmem/composite.hpp>
#include <wirewrap/hostmem/no_throw.hpp>

namespace wirewrap::hostmem {

struct Selected {
    static constexpr bool shared = false;
    static constexpr bool has_descriptor = false;
    static constexpr bool writable = true;
    static constexpr bool persistent = false;
    static constexpr std::optional<Bytes> size = std::nullopt;
    static constexpr std::optional<Bytes> page_size = std::nullopt;

    class Options {
    public:
        Options() = default;
        Options(Choice one) : choice(std::move(one)) {}
        Options(Composite::Options several) : choice(std::move(several)) {}

        std::variant<Choice, Composite::Options> choice{};  // left out: Anonymous with its defaults

        // The properties that every choice has; of several backends, each has its own (`Composite::Options::parts`), but for
        // these two.
        bool prealloc() const {
            if (const auto* several = std::get_if<Composite::Options>(&choice)) return several->prealloc();
            return common().prealloc;
        }
        std::optional<unsigned> prealloc_threads() const { return common().prealloc_threads; }
        WorkerPlace prealloc_place() const { return common().prealloc_place; }
        bool merge() const { return common().merge; }
        bool dump() const { return common().dump; }
        bool reserve() const { return common().reserve; }
        NumaPolicy policy() const { return common().policy; }

        void merge(bool on) {
            each([&](auto& of) { of.merge = on; }, [&](Composite::Options& all) { all.merge(on); });
        }
        void dump(bool on) {
            each([&](auto& of) { of.dump = on; }, [&](Composite::Options& all) { all.dump(on); });
        }

        friend bool operator==(const Options&, const Options&) = default;

    private:
        CommonProperties common() const {
            if (const auto* one = std::get_if<Choice>(&choice)) return common_properties(*one);
            return {};
        }
        template <class One, class Several>
        void each(One one, Several several) {
            if (auto* all = std::get_if<Composite::Options>(&choice)) return several(*all);
            std::visit([&](auto& selection) { one(selection.options); }, std::get<Choice>(choice));
        }
    };

    using Memory = AnyMemory;

    static Verdict check(Bytes asked, const Options& options) {
        if (const auto* several = std::get_if<Composite::Options>(&options.choice))
            return Composite::check(asked, *several);
        return std::visit([&]<class B>(const Selection<B>& of) { return B::check(asked, of.options); },
                          std::get<Choice>(options.choice));
    }

    static Expected<Reserved<Selected>> reserve(Bytes asked, const Options& options) {
        return detail::no_throw("reserving host memory", [&]() -> Expected<Reserved<Selected>> {
            auto memory = [&] {
                if (const auto* several = std::get_if<Composite::Options>(&options.choice))
                    return AnyMemory::reserve<Composite>(asked, *several);
                return std::visit(
                    [&]<class B>(const Selection<B>& of) { return AnyMemory::reserve<B>(asked, of.options); },
                    std::get<Choice>(options.choice));
            }();
            if (!memory) return std::unexpected(memory.error());
            return Reserved<Selected>(std::move(*memory), options);
        });
    }
};

/// The choice of `B` with `options`.
template <class B>
Selected::Options select(typename B::Options options = {}) {
    return Choice{Selection<B>{std::move(options)}};
}
template <>
inline Selected::Options select<Composite>(Composite::Options options) {
    return {std::move(options)};
}

}  // namespace wirewrap::hostmem
