// The memory of a backend that was chosen at run time. What is asked often is known by heart, so that an access to it costs
// what an access to any memory costs; the rest is a virtual call.
//
//     auto memory = AnyMemory::reserve<Memfd>(1_GiB, {.hugetlb = true}, at);
//     memory->shared(), memory->descriptor();       // true, 5
//     for (const MemoryPart& part : memory->parts())
//         offer(part.descriptor, part.descriptor_offset, part.size);
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include <wirewrap/base/bytes.hpp>
#include <wirewrap/base/error.hpp>
#include <wirewrap/hostmem/backend.hpp>
#include <wirewrap/hostmem/no_throw.hpp>

namespace wirewrap::hostmem {

/// A stretch of memory that is from one backend: what a process that shares it has to be told.
struct MemoryPart {
    std::string_view id{};  // of the backend; empty where all of the memory is from one
    Bytes offset{};         // where it begins in the memory
    Bytes size{};
    Bytes page_size{};
    bool shared = false;              // stores are seen by whoever maps the descriptor
    std::optional<int> descriptor{};  // stays open as long as the memory
    Bytes descriptor_offset{};        // where it begins in what the descriptor names
};

/// Owns memory of some backend. Satisfies `MemoryRange`.
class AnyMemory {
public:
    template <class B>
    static Expected<AnyMemory> reserve(Bytes size, const typename B::Options& options,
                                       std::byte* at = nullptr) {
        return detail::no_throw("reserving host memory", [&]() -> Expected<AnyMemory> {
            auto reserved = [&] {
                if constexpr (requires { B::reserve(size, options, at); })
                    return B::reserve(size, options, at);
                else
                    return B::reserve(size, options);
            }();
            if (!reserved) return std::unexpected(std::move(reserved.error()));
            return AnyMemory(std::in_place_type<B>, std::move(reserved->memory_));
        });
    }

    /// Moved from, it is no memory: nothing and 0 bytes, without parts.
    AnyMemory(AnyMemory&& other) noexcept
        : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, {})),
          page_(other.page_), shared_(std::exchange(other.shared_, false)), owner_(std::move(other.owner_)) {}
    AnyMemory& operator=(AnyMemory&& other) noexcept {
        AnyMemory mine(std::move(other));
        std::swap(data_, mine.data_);
        std::swap(size_, mine.size_);
        std::swap(page_, mine.page_);
        std::swap(shared_, mine.shared_);
        std::swap(owner_, mine.owner_);
        return *this;
    }

    std::byte* data() const { return data_; }
    Bytes size() const { return size_; }
    Bytes page_size() const { return page_; }
    Expected<void> bind(const NumaPolicy& policy) { return owner_ ? owner_->bind(policy) : gone(); }
    Expected<void> populate(const Prealloc& how) { return owner_ ? owner_->populate(how) : gone(); }
    Expected<void> keep(bool shown) { return owner_ ? owner_->keep(shown) : gone(); }
    Expected<void> merge(bool on) { return owner_ ? owner_->merge(on) : gone(); }
    Expected<void> dump(bool on) { return owner_ ? owner_->dump(on) : gone(); }

    /// Stores to any of it are seen by every process that maps the same memory.
    bool shared() const { return shared_; }
    /// To give to another process, where all of it is from one backend that has one.
    std::optional<int> descriptor() const { return owner_ ? owner_->descriptor() : std::nullopt; }
    /// One, or as many as there are backends; in the order of their offsets, without gaps.
    std::vector<MemoryPart> parts() const { return owner_ ? owner_->parts() : std::vector<MemoryPart>{}; }

private:
    template <class B>
    AnyMemory(std::in_place_type_t<B>, typename B::Memory memory)
        : data_(memory.data()), size_(memory.size()), page_(memory.page_size()), shared_(B::shared),
          owner_(std::make_unique<Owner<B>>(std::move(memory))) {
        if constexpr (requires(const Owner<B>& owner) { owner.memory.shared(); })
            shared_ = static_cast<const Owner<B>&>(*owner_).memory.shared();
    }

    static Expected<void> gone() { return fail("this memory was moved away: use what it was moved to"); }

    struct AnyOwner {
        virtual ~AnyOwner() = default;
        virtual Expected<void> bind(const NumaPolicy& policy) = 0;
        virtual Expected<void> populate(const Prealloc& how) = 0;
        virtual Expected<void> keep(bool shown) = 0;
        virtual Expected<void> merge(bool on) = 0;
        virtual Expected<void> dump(bool on) = 0;
        virtual std::optional<int> descriptor() const = 0;
        virtual std::vector<MemoryPart> parts() const = 0;
    };

    template <class B>
    struct Owner final : AnyOwner {
        explicit Owner(typename B::Memory owned) : memory(std::move(owned)) {}
        Expected<void> bind(const NumaPolicy& policy) override { return memory.bind(policy); }
        Expected<void> populate(const Prealloc& how) override { return memory.populate(how); }
        Expected<void> keep(bool shown) override {
            if constexpr (detail::NamedWhenHandedOut<typename B::Memory>)
                return memory.keep(shown);
            else if constexpr (requires { memory.keep(); })
                memory.keep();
            return {};
        }
        Expected<void> merge(bool on) override { return memory.merge(on); }
        Expected<void> dump(bool on) override { return memory.dump(on); }
        std::optional<int> descriptor() const override {
            if constexpr (B::has_descriptor) return memory.descriptor();
            return std::nullopt;
        }
        std::vector<MemoryPart> parts() const override {
            if constexpr (requires { memory.parts(); })
                return memory.parts();
            else
                return {{.size = memory.size(),
                         .page_size = memory.page_size(),
                         .shared = B::shared,
                         .descriptor = descriptor(),
                         .descriptor_offset = memory.plan().offset}};
        }
        typename B::Memory memory;
    };

    std::byte* data_;
    Bytes size_;
    Bytes page_;
    bool shared_;
    std::unique_ptr<AnyOwner> owner_;
};

}  // namespace wirewrap::hostmem
