// Host memory in a file: RAM that another process can map, that huge pages serve, or that begins as a template.
// QEMU's `memory-backend-file`.
//
//     auto shared   = hostmem::allocate<hostmem::SharedFile>(1_GiB, {.path = "/dev/shm/guest"});
//     auto huge     = hostmem::allocate<hostmem::SharedFile>(1_GiB, {.path = "/dev/hugepages"});
//     auto copy     = hostmem::allocate<hostmem::File>(1_GiB, {.path = "golden.ram", .readonly = true});
//     auto firmware = hostmem::allocate<hostmem::RomFile>(64_KiB, {.path = "boot.bin"});      // read only: no RAM
//
// A file that cannot serve is an error; there is no falling back to other memory.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <utility>

#include <wirewrap/base/bytes.hpp>
#include <wirewrap/base/error.hpp>
#include <wirewrap/base/verdict.hpp>
#include <wirewrap/hostmem/backend.hpp>
#include <wirewrap/hostmem/backing_file.hpp>
#include <wirewrap/hostmem/file_use.hpp>
#include <wirewrap/hostmem/mapping.hpp>
#include <wirewrap/hostmem/no_throw.hpp>
#include <wirewrap/hostmem/properties.hpp>
#include <wirewrap/hostmem/rules.hpp>

namespace wirewrap::hostmem {

struct FileOptions {
    std::string path{};         // a file, or a directory for a file without a name
    Bytes offset{};             // where in the file it begins, in whole pages
    Bytes align{};              // of the host address; never less than 2 MiB
    bool discard_data = false;  // shared: given back, the file forgets it unwritten
    bool readonly = false;      // File only: opened for reading, stores stay private
    CommonProperties common{};

    friend bool operator==(const FileOptions&, const FileOptions&) = default;
};

/// A mapped file. Its pages are in the page cache unless it lies on tmpfs or hugetlbfs.
class FileMemory : public Mapping {
public:
    FileMemory(Mapping mapping, BackingFile file, const FileOptions& options)
        : Mapping(std::move(mapping)), file_(std::move(file)), discard_(options.discard_data),
          prealloc_(options.common.prealloc) {}
    FileMemory(FileMemory&&) noexcept = default;
    FileMemory& operator=(FileMemory&& other) noexcept {
        if (this == &other) return *this;
        forget();  // as when it is destroyed
        Mapping::operator=(std::move(other));
        file_ = std::move(other.file_);
        discard_ = other.discard_;
        prealloc_ = other.prealloc_;
        kept_ = other.kept_;
        populated_ = other.populated_;
        return *this;
    }
    ~FileMemory() { forget(); }

    int descriptor() const { return file_.descriptor(); }

    Expected<void> bind(const NumaPolicy& policy) {
        if (const auto held = policy_can_hold(policy); !held) return held;
        return Mapping::bind(policy);
    }
    Expected<void> populate(const Prealloc& how) {
        populated_ = how;
        populated_->populated = nullptr;
        return Mapping::populate(how);
    }
    /// Gives a file that was created its name. When someone else was first, theirs is mapped here instead, unless the bytes
    /// are in use.
    Expected<void> keep(bool shown) {
        auto theirs = file_.keep();
        if (!theirs) return std::unexpected(std::move(theirs.error()));
        if (*theirs) return share(std::move(**theirs), shown);
        kept_ = true;
        populated_.reset();
        return {};
    }
    /// After `keep`: the file goes, or is empty again, as if the memory had never been handed out.
    Expected<void> withdraw() {
        kept_ = false;
        return file_.withdraw();
    }

private:
    // The page cache of a shared file obeys the policy of the thread that takes the page, never that of the mapping;
    // workers of prealloc have it, later users do not.
    Expected<void> policy_can_hold(const NumaPolicy& policy) const {
        if (policy.mode == NumaMode::none || prealloc_ || file_.in_memory() || !plan().shared) return {};
        const auto present = host::nodes_with_memory();
        if (present && present->without(policy.nodes).empty()) return {};
        return fail(
            "policy=", name(policy.mode), " cannot hold for pages of shared file ", file_.path(),
            ", which the page cache places as they come: add prealloc=on, or put the file on tmpfs or "
            "hugetlbfs");
    }

    Expected<void> share(BackingFile theirs, bool shown) {
        if (shown)
            return fail(
                "file ", theirs.path(),
                " was created by someone else while its memory was in use here: allocate it again, which "
                "maps theirs");
        if (theirs.page_size() != page_size())
            return fail("file ", theirs.path(), " was created by someone else with pages of ",
                        theirs.page_size(), " in place of ", page_size(),
                        ": allocate it again, which maps theirs");
        if (auto there = theirs.provide(plan().offset, size()); !there) return there;
        if (auto mapped = map_instead(theirs.descriptor()); !mapped) return mapped;
        file_ = std::move(theirs);
        if (populated_)
            if (auto taken = Mapping::populate(*populated_); !taken) return taken;
        return keep(shown);  // theirs has its name
    }
    void forget() {
        if (discard_ && kept_ && data() != nullptr && plan().shared && file_.made_here())
            file_.discard(plan().offset, size());
    }

    BackingFile file_;
    bool discard_;
    bool prealloc_;
    bool kept_ = false;
    std::optional<Prealloc> populated_{};  // how, once it is
};

template <FileUse Use>
struct BasicFile {
    static constexpr bool shared = Use == FileUse::shared;
    static constexpr bool has_descriptor = true;
    static constexpr bool writable = Use != FileUse::rom;
    static constexpr bool persistent = Use != FileUse::copy_on_write;
    static constexpr std::optional<Bytes> size = std::nullopt;
    static constexpr std::optional<Bytes> page_size = std::nullopt;

    using Options = FileOptions;
    using Memory = FileMemory;

    static constexpr Verdict check(Bytes asked, const Options& options) {
        return rules::first_objection(
            [&] { return rules::common(asked, options.common); },
            [&] { return rules::whole_pages("size", asked, smallest_page); },
            [&] { return rules::whole_pages("offset", options.offset, smallest_page); },
            [&] { return rules::within_file(options.offset, asked); },
            [&] { return rules::alignment(options.align, smallest_page); },
            [&] {
                if (!shared || !options.readonly) return accepted();
                return refused(
                    "readonly=on leaves the stores to shared RAM nowhere to go: use hostmem::File for a "
                    "private copy, or hostmem::RomFile for a ROM");
            },
            [&] {
                if (!options.discard_data || (writable && !options.readonly)) return accepted();
                return refused(
                    "discard-data=on would empty a file that is only to be read: leave out discard-data");
            });
    }

    /// `at`: in a range of addresses that the caller owns; left out: a range of its own.
    static Expected<Reserved<BasicFile>> reserve(Bytes asked, const Options& options,
                                                 std::byte* at = nullptr) {
        return detail::no_throw("reserving memory in a file", [&]() -> Expected<Reserved<BasicFile>> {
            if (const Verdict verdict = check(asked, options); !verdict)
                return std::unexpected(verdict.error());
            auto file = BackingFile::open(options.path, writable && !options.readonly);
            if (!file) return std::unexpected(file.error());
            const Bytes page = file->page_size();
            const Verdict fits = rules::first_objection(
                [&] { return rules::whole_pages("size", asked, page); },
                [&] { return rules::whole_pages("offset", options.offset, page); },
                [&] { return rules::alignment(options.align, page); });
            if (!fits) return fail("file ", options.path, ": ", fits.view());
            if (auto there = file->provide(options.offset, asked); !there)
                return std::unexpected(there.error());
            auto mapping = Mapping::reserve({.what = "file " + options.path,
                                             .size = asked,
                                             .page = page,
                                             .alignment = options.align,
                                             .descriptor = file->descriptor(),
                                             .offset = options.offset,
                                             .at = at,
                                             .shared = shared,
                                             .writable = writable,
                                             .kept = shared ? file->in_memory() : writable,
                                             .reserve = options.common.reserve,
                                             .merge = options.common.merge,
                                             .dump = options.common.dump});
            if (!mapping) return std::unexpected(mapping.error());
            return Reserved<BasicFile>(FileMemory(std::move(*mapping), std::move(*file), options), options);
        });
    }
};

/// Private: stores never reach the file.
using File = BasicFile<FileUse::copy_on_write>;
/// Stores reach the file and every other process that maps it.
using SharedFile = BasicFile<FileUse::shared>;
/// Never written, by nobody: no RAM.
using RomFile = BasicFile<FileUse::rom>;

}  // namespace wirewrap::hostmem
