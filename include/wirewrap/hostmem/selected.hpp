// A backend that is chosen while the program runs, by options for example. Choosing costs a virtual call in each of the
// steps to the memory; having the memory costs what it costs with the chosen backend: one pointer.
//
//     hostmem::Selected::Options choice = hostmem::select<hostmem::Anonymous>();
//     if (wants_to_share) choice = hostmem::select<hostmem::Memfd>({.prealloc = true});
//     auto ram = hostmem::allocate<hostmem::Selected>(1_GiB, choice);
//     ram->backing().shared(), ram->backing().descriptor();      // what was chosen can do
//
// What a type says of a backend, a choice cannot: code that needs shared memory with a descriptor at compile time takes
// `Memfd`, not `Selected`. `RomFile` is no choice, because RAM is written.
#pragma once

#include <concepts>
#include <cstddef>
#include <memory>
#include <optional>
#include <utility>
#include <variant>

#include <wirewrap/base/bytes.hpp>
#include <wirewrap/base/error.hpp>
#include <wirewrap/base/verdict.hpp>
#include <wirewrap/hostmem/anonymous.hpp>
#include <wirewrap/hostmem/backend.hpp>
#include <wirewrap/hostmem/file.hpp>
#include <wirewrap/hostmem/memfd.hpp>
#include <wirewrap/hostmem/shm.hpp>

namespace wirewrap::hostmem {

/// A backend and its options.
template <class B>
struct Selection {
    using Backend = B;
    typename B::Options options{};

    friend bool operator==(const Selection&, const Selection&) = default;
};

struct Selected {
    static constexpr bool shared = false;
    static constexpr bool has_descriptor = false;
    static constexpr bool writable = true;
    static constexpr bool persistent = false;
    static constexpr std::optional<Bytes> size = std::nullopt;
    static constexpr std::optional<Bytes> page_size = std::nullopt;

    using Choice =
        std::variant<Selection<Anonymous>, Selection<SharedAnonymous>, Selection<File>, Selection<SharedFile>,
                     Selection<Memfd>, Selection<PrivateMemfd>, Selection<Shm>>;

    class Options {
        template <class Read>
        auto each(Read read) const {
            return std::visit([&](const auto& selection) { return read(selection.options); }, choice);
        }

    public:
        Options() = default;
        Options(Choice chosen) : choice(std::move(chosen)) {}

        Choice choice{};  // left out: Anonymous with its defaults

        // The properties that every choice has.
        bool prealloc() const {
            return each([](const auto& of) { return of.prealloc; });
        }
        std::optional<unsigned> prealloc_threads() const {
            return each([](const auto& of) { return of.prealloc_threads; });
        }
        bool merge() const {
            return each([](const auto& of) { return of.merge; });
        }
        bool dump() const {
            return each([](const auto& of) { return of.dump; });
        }
        bool reserve() const {
            return each([](const auto& of) { return of.reserve; });
        }
        NumaPolicy policy() const {
            return each([](const auto& of) { return of.policy; });
        }

        friend bool operator==(const Options&, const Options&) = default;
    };

    /// Owns memory of some backend; knows by heart what is asked often.
    class Memory {
    public:
        template <class B>
        Memory(std::in_place_type_t<B>, typename B::Memory memory)
            : data_(memory.data()), size_(memory.size()), page_(memory.page_size()), shared_(B::shared),
              owner_(std::make_unique<Owner<B>>(std::move(memory))) {}

        std::byte* data() const { return data_; }
        Bytes size() const { return size_; }
        Bytes page_size() const { return page_; }
        Expected<void> bind(const NumaPolicy& policy) { return owner_->bind(policy); }
        Expected<void> populate(const Prealloc& how) { return owner_->populate(how); }
        void keep() { owner_->keep(); }

        /// Stores are seen by every process that maps the same memory.
        bool shared() const { return shared_; }
        /// To give to another process, where the chosen backend has one.
        std::optional<int> descriptor() const { return owner_->descriptor(); }

    private:
        struct AnyOwner {
            virtual ~AnyOwner() = default;
            virtual Expected<void> bind(const NumaPolicy& policy) = 0;
            virtual Expected<void> populate(const Prealloc& how) = 0;
            virtual void keep() = 0;
            virtual std::optional<int> descriptor() const = 0;
        };

        template <class B>
        struct Owner final : AnyOwner {
            explicit Owner(typename B::Memory owned) : memory(std::move(owned)) {}
            Expected<void> bind(const NumaPolicy& policy) override { return memory.bind(policy); }
            Expected<void> populate(const Prealloc& how) override { return memory.populate(how); }
            void keep() override {
                if constexpr (requires { memory.keep(); }) memory.keep();
            }
            std::optional<int> descriptor() const override {
                if constexpr (B::has_descriptor) return memory.descriptor();
                return std::nullopt;
            }
            typename B::Memory memory;
        };

        std::byte* data_;
        Bytes size_;
        Bytes page_;
        bool shared_;
        std::unique_ptr<AnyOwner> owner_;
    };

    static constexpr Verdict check(Bytes asked, const Options& options) {
        return std::visit(
            [&]<class B>(const Selection<B>& selection) { return B::check(asked, selection.options); },
            options.choice);
    }

    static Expected<Reserved<Selected>> reserve(Bytes asked, const Options& options) {
        return std::visit(
            [&]<class B>(const Selection<B>& selection) -> Expected<Reserved<Selected>> {
                auto reserved = B::reserve(asked, selection.options);
                if (!reserved) return std::unexpected(reserved.error());
                return Reserved<Selected>(Memory(std::in_place_type<B>, std::move(reserved->memory_)),
                                          options);
            },
            options.choice);
    }
};

/// The choice of `B` with `options`.
template <class B>
Selected::Options select(typename B::Options options = {}) {
    return {Selection<B>{std::move(options)}};
}

}  // namespace wirewrap::hostmem
