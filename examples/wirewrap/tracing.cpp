#include "examples/wirewrap/tracing.hpp"

#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include <fmt/core.h>

#include <wirewrap/config/number.hpp>
#include <wirewrap/trace/bus_json.hpp>
#include <wirewrap/trace/function_coverage.hpp>
#include <wirewrap/trace/line_coverage.hpp>

#include "examples/wirewrap/bus_filter.hpp"
#include "examples/wirewrap/text_file.hpp"

namespace command {

using namespace wirewrap;

namespace {

/// A log's file, which remembers its first failure.
class LogFile {
public:
    /// Without a path, standard error.
    Expected<void> open(const std::optional<std::string>& path) {
        if (!path) {
            file_ = stderr;
            name_ = "standard error";
            return {};
        }
        name_ = *path;
        file_ = std::fopen(path->c_str(), "we");
        if (file_ == nullptr) return failed(errno);
        return {};
    }
    ~LogFile() {
        if (file_ != nullptr && file_ != stderr) std::fclose(file_);
    }
    void write(std::string_view text) {
        if (error_ == 0 && std::fwrite(text.data(), 1, text.size(), file_) != text.size()) error_ = errno;
    }
    Expected<void> finish() {
        if (file_ != nullptr && error_ == 0 && std::fflush(file_) != 0) error_ = errno;
        if (error_ != 0) return failed(error_);
        return {};
    }

private:
    Expected<void> failed(int error) const {
        return fail(std::string_view(name_),
                    " cannot be written: ", std::string_view(std::generic_category().message(error)),
                    "; the log of what the guest does is not complete");
    }

    std::FILE* file_ = nullptr;
    std::string name_{};
    int error_ = 0;
};

Expected<trace::Symbols> symbols_of(const std::string& text) {
    const std::size_t at = text.rfind('@');
    if (at == std::string::npos) return trace::Symbols{text};
    const auto offset = config::whole_number(std::string_view(text).substr(at + 1));
    if (!offset)
        return fail("--symbols ", std::string_view(text),
                    ": what stands after the last @ is no number of bytes; ",
                    "write ELF, or ELF@OFFSET as in u-boot@0x17f70000");
    return trace::Symbols{text.substr(0, at), *offset};
}

}  // namespace

struct Tracing::Parts {
    std::vector<files::Place> places{};
    LogFile log_file{}, spike_file{}, bus_file{}, json_file{};
    std::optional<trace::QemuLog> log{};
    std::optional<trace::SpikeLog> spike_log{};
    std::optional<trace::ExecutedCode> executed{};
    std::vector<trace::Symbols> symbols{};
    std::string coverage{}, functions{};
    std::optional<trace::BusLog> bus_log{};
    std::optional<trace::BusJson> bus_json{};
    trace::BusFilter filter{};
    trace::BusTrace* bus = nullptr;
    Observers observers{};

    Expected<void> open_bus(const TraceRequest& request) {
        if (!request.bus_log && !request.bus_json) {
            if (!request.bus_filter) return {};
            return fail("--bus-filter says which accesses are written, and none are: add --bus-log FILE or "
                        "--bus-json "
                        "FILE, or leave it out");
        }
        if (request.bus_filter) {
            auto read = read_bus_filter(*request.bus_filter, places);
            if (!read)
                return fail("--bus-filter ", std::string_view(*request.bus_filter), ": ",
                            std::string_view(read.error().message));
            filter = std::move(*read);
        }
        if (request.bus_log) {
            if (const auto opened = bus_file.open(request.bus_log); !opened) return opened;
            bus_log.emplace(places, [this](std::string_view text) { bus_file.write(text); });
        }
        if (request.bus_json) {
            if (const auto opened = json_file.open(request.bus_json); !opened) return opened;
            bus_json.emplace(places, [this](std::string_view text) { json_file.write(text); });
        }
        return {};
    }

    Expected<void> open_logs(const TraceRequest& request) {
        const bool logs = request.in_asm || request.exec || request.interrupts;
        if (!logs && (request.log || !request.only.empty()))
            return fail(
                "-D and -dfilter are about the log of what the guest does, and nothing is to be logged; ",
                "add -d in_asm,exec, or leave them out");
        if (logs) {
            std::optional<trace::Disassembler> disassembler;
            if (request.in_asm) {
                auto opened = trace::Disassembler::open();
                if (!opened) return fail("-d in_asm: ", std::string_view(opened.error().message));
                disassembler = std::move(*opened);
            }
            if (const auto opened = log_file.open(request.log); !opened) return opened;
            log.emplace([this](std::string_view text) { log_file.write(text); },
                        trace::QemuLogItems{.in_asm = request.in_asm,
                                            .exec = request.exec,
                                            .interrupts = request.interrupts,
                                            .single = request.single,
                                            .only = request.only},
                        std::move(disassembler));
        }
        if (request.spike_log) {
            auto opened = trace::Disassembler::open();
            if (!opened) return fail("--spike-log: ", std::string_view(opened.error().message));
            if (const auto file = spike_file.open(request.spike_log); !file) return file;
            spike_log.emplace([this](std::string_view text) { spike_file.write(text); }, std::move(*opened));
        }
        return {};
    }

    Expected<void> open_coverage(const RunRequest& request) {
        const TraceRequest& trace = request.trace;
        if (!trace.coverage && !trace.function_coverage) {
            if (trace.symbols.empty()) return {};
            return fail("--symbols says whose lines are counted, and none are: add --coverage FILE or "
                        "--function-coverage FILE, or leave it out");
        }
        coverage = trace.coverage.value_or("");
        functions = trace.function_coverage.value_or("");
        for (const std::string& text : trace.symbols) {
            auto read = symbols_of(text);
            if (!read) return std::unexpected(read.error());
            symbols.push_back(std::move(*read));
        }
        if (symbols.empty()) {
            const std::optional<std::string>& image = request.kernel ? request.kernel : request.bios;
            if (!image || *image == "none" || *image == "default")
                return fail(coverage.empty() ? "--function-coverage counts functions"
                                             : "--coverage counts lines of sources",
                            ", and no file says which they are: add --symbols ELF");
            symbols.push_back({*image});
        }
        // Before an hour's run rather than behind it.
        executed.emplace();
        if (!coverage.empty()) {
            trace::LineCoverage first;
            for (const trace::Symbols& each : symbols)
                if (const auto added = first.add({}, each); !added)
                    return fail("--coverage: ", std::string_view(added.error().message));
            if (const auto written = write_file(coverage, first.lcov()); !written) return written;
        }
        if (!functions.empty())
            if (const auto written = write_functions(); !written)
                return fail("--function-coverage: ", std::string_view(written.error().message));
        return {};
    }

    Expected<void> write_functions() {
        trace::FunctionCoverage all;
        for (const trace::Symbols& each : symbols)
            if (const auto added = all.add(*executed, each); !added) return added;
        const std::string listing = functions + ".txt";
        if (const auto written = write_file(listing, all.listing()); !written) return written;
        if (const auto written = write_file(functions, all.lcov(listing)); !written) return written;
        if (executed->empty()) return {};
        const auto total = all.total();
        fmt::print(stderr, "wirewrap: {} of {} functions were executed; `genhtml {}` makes a page of them\n",
                   total.executed, total.functions, functions);
        return {};
    }

    Expected<void> write_coverage() {
        trace::LineCoverage all;
        for (const trace::Symbols& each : symbols) {
            trace::LineCoverage alone;
            if (const auto added = alone.add(*executed, each); !added) return added;
            if (alone.total().executed == 0)
                fmt::print(stderr,
                           "wirewrap: no line of {} was executed; firmware that moves itself is found with "
                           "--symbols "
                           "ELF@OFFSET, by how much it moves\n",
                           each.file);
            if (const auto added = all.add(*executed, each); !added) return added;
        }
        if (const auto written = write_file(coverage, all.lcov()); !written) return written;
        const auto total = all.total();
        fmt::print(stderr, "wirewrap: {} of {} lines were executed; `genhtml {}` makes pages of them\n",
                   total.executed, total.lines, coverage);
        return {};
    }
};

Tracing::Tracing(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Tracing::Tracing(Tracing&&) noexcept = default;
Tracing& Tracing::operator=(Tracing&&) noexcept = default;
Tracing::~Tracing() = default;

Expected<Tracing> Tracing::open(const RunRequest& request, std::vector<files::Place> places) {
    auto parts = std::make_unique<Parts>();
    parts->places = std::move(places);
    if (const auto opened = parts->open_bus(request.trace); !opened) return std::unexpected(opened.error());
    if (const auto opened = parts->open_logs(request.trace); !opened) return std::unexpected(opened.error());
    if (const auto opened = parts->open_coverage(request); !opened) return std::unexpected(opened.error());
    return Tracing(std::move(parts));
}

void Tracing::watch_bus(trace::BusTrace& bus, ValueOf value) {
    if (!parts_->bus_log && !parts_->bus_json) return;
    parts_->bus = &bus;
    bus.begin(parts_->filter,
              [parts = parts_.get(), value = std::move(value)](const trace::BusAccess& access) {
                  const auto seen = value(access);
                  if (parts->bus_log) parts->bus_log->write(access, seen);
                  if (parts->bus_json) parts->bus_json->write(access, seen);
              });
}

Tracing::Observers* Tracing::observers() {
    const auto pointer = [](auto& part) { return part ? &*part : nullptr; };
    parts_->observers = Observers(pointer(parts_->log), pointer(parts_->spike_log), pointer(parts_->executed),
                                  parts_->bus);
    return parts_->observers.any() ? &parts_->observers : nullptr;
}

Expected<void> Tracing::finish() {
    Expected<void> result;
    const auto also = [&](const Expected<void>& part) {
        if (result && !part) result = part;
    };
    if (parts_->log) {
        parts_->log->flush();
        also(parts_->log_file.finish());
    }
    if (parts_->spike_log) {
        parts_->spike_log->flush();
        also(parts_->spike_file.finish());
    }
    if (parts_->bus != nullptr) parts_->bus->end();
    if (parts_->bus_log) {
        parts_->bus_log->flush();
        also(parts_->bus_file.finish());
    }
    if (parts_->bus_json) {
        parts_->bus_json->finish();
        also(parts_->json_file.finish());
    }
    if (!parts_->coverage.empty()) also(parts_->write_coverage());
    if (!parts_->functions.empty()) also(parts_->write_functions());
    return result;
}

}  // namespace command
