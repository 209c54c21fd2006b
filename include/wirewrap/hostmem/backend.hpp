// A host memory backend is a type: what it can do is constexpr, how it is set up is its `Options`, and the only way from
// it to memory is reserve -> bind -> populate, each step a type that knows the next one only.
//
//     B::reserve(size, options)  ->  Reserved<B>    address space, advice; no page touched
//            .bind(policy)       ->  Bound<B>       the NUMA policy holds
//            .populate(how)      ->  HostMemory<B>  pages are there
//            .on_demand()        ->  HostMemory<B>  pages come with the first access
//
//     auto memory = hostmem::allocate<hostmem::Anonymous>(64_MiB, {.prealloc = true});     // the chain, in order
//     if (!memory) return fail(memory.error().message);
//     memory->data();                                                                      // 64 MiB, aligned to 2 MiB
//
// A backend of one's own needs what the concept `Backend` lists; `Memory` may be `Mapping` (mapping.hpp) or any type that
// is a `MemoryRange`.
#pragma once

#include <concepts>
#include <cstddef>
#include <optional>
#include <span>
#include <type_traits>
#include <utility>

#include <wirewrap/base/bytes.hpp>
#include <wirewrap/base/error.hpp>
#include <wirewrap/base/verdict.hpp>
#include <wirewrap/hostmem/no_throw.hpp>
#include <wirewrap/hostmem/numa.hpp>
#include <wirewrap/hostmem/prealloc.hpp>
#include <wirewrap/hostmem/properties.hpp>

namespace wirewrap::hostmem {

/// Host memory that its owner gives back when destroyed. `bind` and `populate` are called once each, in this order,
/// before anyone else sees `data()`; moving it must not move the bytes, and leaves none behind. A `keep(shown)`, where there
/// is one, is called when the memory is handed out and gives what was created for it (a file) its name, or says why not;
/// `shown`: someone has used the bytes already (populating.hpp), so they must stay the same. A `keep()` cannot fail. A
/// `withdraw()` undoes a `keep`, or says why not.
template <class M>
concept MemoryRange = std::movable<M> &&
                      requires(M& memory, const M& range, const NumaPolicy& policy, const Prealloc& how) {
                          { range.data() } -> std::same_as<std::byte*>;
                          { range.size() } -> std::same_as<Bytes>;
                          { range.page_size() } -> std::same_as<Bytes>;
                          { memory.bind(policy) } -> std::same_as<Expected<void>>;
                          { memory.populate(how) } -> std::same_as<Expected<void>>;
                      };

template <class B>
class Reserved;
template <class B>
class Bound;
template <class B>
class HostMemory;
template <class B>
class Populating;
struct Selected;

/// shared          stores are seen by every process that maps the same memory
/// has_descriptor  another process can be given it (`HostMemory::descriptor()`)
/// writable        it can be RAM; false: it can only be ROM
/// persistent      the content may outlive the process
/// size            the size, for a backend that has only one
/// page_size       the page size, where the type says it
/// check           what is wrong with this size and these options, before anything is allocated
template <class B>
concept Backend = requires(Bytes size, const typename B::Options& options) {
    requires MemoryRange<typename B::Memory>;
    requires std::copyable<typename B::Options>;
    requires std::same_as<std::remove_cv_t<decltype(B::shared)>, bool>;
    requires std::same_as<std::remove_cv_t<decltype(B::has_descriptor)>, bool>;
    requires std::same_as<std::remove_cv_t<decltype(B::writable)>, bool>;
    requires std::same_as<std::remove_cv_t<decltype(B::persistent)>, bool>;
    { B::size } -> std::convertible_to<std::optional<Bytes>>;
    { B::page_size } -> std::convertible_to<std::optional<Bytes>>;
    { B::check(size, options) } -> std::same_as<Verdict>;
    { B::reserve(size, options) } -> std::same_as<Expected<Reserved<B>>>;
};

namespace detail {
template <class M>
concept NamedWhenHandedOut = requires(M& memory, bool shown) {
    { memory.keep(shown) } -> std::same_as<Expected<void>>;
};

// Advice that the memory takes, and options that say so afterwards.
template <class B>
concept KeepsCommon = requires(typename B::Options& options) {
    change_common(options, [](CommonProperties&) {});
};
template <class B>
concept CanMerge = KeepsCommon<B> && requires(typename B::Memory& memory, bool on) { memory.merge(on); };
template <class B>
concept CanDump = KeepsCommon<B> && requires(typename B::Memory& memory, bool on) { memory.dump(on); };
}  // namespace detail

namespace detail {
/// Memory and the options that it was made by, as they go from step to step.
template <class B>
struct Held {
    Held(typename B::Memory&& of, const typename B::Options& by) : memory(std::move(of)), options(by) {}
    // Calls of their own, for each is as long as all that the steps do beside.
    [[gnu::noinline]] Held(Held&& other) noexcept = default;
    [[gnu::noinline]] Held& operator=(Held&& other) noexcept = default;

    typename B::Memory memory;
    typename B::Options options;
};
}  // namespace detail

/// Gives back memory that was handed out as if it never had been: a file that was created for it is gone, one that was empty
/// is empty again. Fails when somebody else has the file open by now: it stays.
template <class B>
Expected<void> withdraw(HostMemory<B> memory);

/// Memory, owned: given back when this is destroyed. Its options are const, but for the two pieces of advice that a
/// kernel takes at any time.
template <class B>
class HostMemory {
public:
    using Backend = B;
    using Options = typename B::Options;

    std::byte* data() const { return held_.memory.data(); }
    Bytes size() const { return held_.memory.size(); }
    std::span<std::byte> span() const { return {data(), static_cast<std::size_t>(size().count)}; }
    Bytes page_size() const { return held_.memory.page_size(); }
    /// A file descriptor to give to another process; stays open as long as this object.
    int descriptor() const
        requires(B::has_descriptor)
    {
        return held_.memory.descriptor();
    }

    /// What the backend itself can say about it.
    const typename B::Memory& backing() const { return held_.memory; }
    /// As asked for, and what `merge` and `dump` made of it since.
    const Options& options() const { return held_.options; }
    /// Whether the kernel may merge equal pages (KSM); fails where the kernel cannot.
    Expected<void> merge(bool on)
        requires detail::CanMerge<B>
    {
        auto advised = detail::no_throw("advising the kernel", [&] { return held_.memory.merge(on); });
        if (advised) change_common(held_.options, [on](CommonProperties& common) { common.merge = on; });
        return advised;
    }
    /// Whether a core dump holds this memory.
    Expected<void> dump(bool on)
        requires detail::CanDump<B>
    {
        auto advised = detail::no_throw("advising the kernel", [&] { return held_.memory.dump(on); });
        if (advised) change_common(held_.options, [on](CommonProperties& common) { common.dump = on; });
        return advised;
    }

private:
    friend class Bound<B>;
    friend Expected<void> withdraw<B>(HostMemory<B> memory);
    explicit HostMemory(detail::Held<B>&& held) : held_(std::move(held)) {}

    detail::Held<B> held_;
};

template <class B>
Expected<void> withdraw(HostMemory<B> memory) {
    if constexpr (requires { memory.held_.memory.withdraw(); })
        return detail::no_throw("withdrawing host memory", [&] { return memory.held_.memory.withdraw(); });
    return {};
}

/// Its NUMA policy holds; now pages may come.
template <class B>
class Bound {
public:
    Bytes size() const { return held_.memory.size(); }

    /// What the last step gives: memory, or why not, where handing it out makes a name for it.
    using Last = std::conditional_t<detail::NamedWhenHandedOut<typename B::Memory>, Expected<HostMemory<B>>,
                                    HostMemory<B>>;

    /// Leaves every page to its first access.
    Last on_demand() && {
        if constexpr (detail::NamedWhenHandedOut<typename B::Memory>) {
            auto kept = detail::no_throw("handing out memory", [&] { return held_.memory.keep(shown_); });
            if (!kept) return given_back(std::move(kept.error()));
            return HostMemory<B>(std::move(held_));
        } else {
            if constexpr (requires { held_.memory.keep(); }) held_.memory.keep();
            return HostMemory<B>(std::move(held_));
        }
    }

    /// Takes every page now. Fails with the reason and how far it came; all of it is given back at once.
    Expected<HostMemory<B>> populate(const Prealloc& how = {}) && {
        auto populated = detail::no_throw("populating host memory",
                                          [&] { return held_.memory.populate(how); });
        if (!populated) return given_back(std::move(populated.error()));
        return std::move(*this).on_demand();
    }

    /// One or the other, as the options say.
    Expected<HostMemory<B>> finish() &&;

private:
    friend class Reserved<B>;
    friend class Populating<B>;
    explicit Bound(detail::Held<B>&& held) : held_(std::move(held)) {}
    [[gnu::cold]] std::unexpected<Error> given_back(Error&& why) {
        const detail::Held<B> gone = std::move(held_);
        return std::unexpected(std::move(why));
    }

    detail::Held<B> held_;
    bool shown_ = false;  // its bytes are used while they come
};

/// Address space without a page. The only way on is `bind`.
template <class B>
class Reserved {
    using BindFirst =
        Says<"memory is populated after its NUMA policy holds: call bind() first, its result has populate()">;

public:
    Reserved(typename B::Memory&& memory, const typename B::Options& options)
        : held_(std::move(memory), options) {}

    Bytes size() const { return held_.memory.size(); }

    /// The kernel's choice; memory that says so by a `bind()` without a policy has nothing to do for it.
    Expected<Bound<B>> bind() && {
        if constexpr (requires { held_.memory.bind(); }) {
            held_.memory.bind();
            return Bound<B>(std::move(held_));
        } else {
            return std::move(*this).bind(NumaPolicy{});
        }
    }
    /// Makes `policy` hold for every page to come. Fails as the backend says; the address space is given back at once.
    Expected<Bound<B>> bind(const NumaPolicy& policy) && {
        auto bound = detail::no_throw("binding host memory", [&] { return held_.memory.bind(policy); });
        if (!bound) {
            const detail::Held<B> gone = std::move(held_);
            return std::unexpected(std::move(bound.error()));
        }
        return Bound<B>(std::move(held_));
    }

    /// Does not compile, and says why.
    template <class Order = BindFirst>
        requires Accepted<Order>
    void populate(const Prealloc& = {}) &&;

private:
    friend struct Selected;  // takes the memory of a backend along that was chosen at run time
    detail::Held<B> held_;
};

template <class B>
Expected<HostMemory<B>> Bound<B>::finish() && {
    const CommonProperties common = common_in(held_.options);
    if (common.prealloc) return std::move(*this).populate(orders_in(common));
    return std::move(*this).on_demand();
}

/// The first half of `allocate`: address space whose policy, as the options say, holds.
template <Backend B>
Expected<Bound<B>> reserve_and_bind(Bytes size, const typename B::Options& options = {}) {
    return detail::no_throw("reserving host memory", [&]() -> Expected<Bound<B>> {
        if (const Verdict verdict = B::check(size, options); !verdict)
            return std::unexpected(verdict.error());
        auto reserved = B::reserve(size, options);
        if (!reserved) return std::unexpected(std::move(reserved.error()));
        return std::move(*reserved).bind(common_in(options).policy);
    });
}

/// Reserves, binds and, when the options ask for it, populates `size` bytes. Fails with a sentence; nothing is left
/// behind, no file either.
template <Backend B>
Expected<HostMemory<B>> allocate(Bytes size, const typename B::Options& options) {
    auto bound = reserve_and_bind<B>(size, options);
    if (!bound) return std::unexpected(std::move(bound.error()));
    return std::move(*bound).finish();
}

/// As the options are when nobody says otherwise. Where all of them are the common ones, which then ask for neither a policy
/// nor pages, what could have been asked for becomes no code of the program.
template <Backend B>
Expected<HostMemory<B>> allocate(Bytes size) {
    if constexpr (std::same_as<typename B::Options, CommonProperties>) {
        auto bound = detail::no_throw("reserving host memory", [&]() -> Expected<Bound<B>> {
            if (const Verdict verdict = B::check(size, {}); !verdict) return std::unexpected(verdict.error());
            auto reserved = B::reserve(size, {});
            if (!reserved) return std::unexpected(std::move(reserved.error()));
            return std::move(*reserved).bind();
        });
        if (!bound) return std::unexpected(std::move(bound.error()));
        return std::move(*bound).on_demand();
    } else {
        return allocate<B>(size, typename B::Options{});
    }
}

}  // namespace wirewrap::hostmem
