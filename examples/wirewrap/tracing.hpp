// What `run` writes beside what the guest prints: logs of instructions, and which lines were executed.
//
//     auto tracing = Tracing::open(request);
//     if (auto* const observers = tracing->observers()) hart.observe(observers);
//     …
//     tracing->finish();                             // whether everything could be written
#pragma once

#include <memory>
#include <vector>

#include <wirewrap/base/error.hpp>
#include <wirewrap/trace.hpp>

#include "examples/wirewrap/commands.hpp"

namespace command {

class Tracing {
public:
    using Observers = wirewrap::trace::Together<wirewrap::trace::QemuLog, wirewrap::trace::SpikeLog,
                                                wirewrap::trace::ExecutedCode>;

    /// Everything that a run may need is looked at before it begins: files, symbols, the disassembler.
    static wirewrap::Expected<Tracing> open(const RunRequest& request);
    Tracing(Tracing&&) noexcept;
    Tracing& operator=(Tracing&&) noexcept;
    ~Tracing();

    /// nullptr: nobody wants to hear of anything.
    Observers* observers();
    wirewrap::Expected<void> finish();

private:
    struct Parts;
    explicit Tracing(std::unique_ptr<Parts> parts);
    std::unique_ptr<Parts> parts_;
};

}  // namespace command
