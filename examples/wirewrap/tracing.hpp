// What `run` writes beside what the guest prints: logs of instructions and of the bus, and which lines were executed.
//
//     auto tracing = Tracing::open(request, places);
//     tracing->watch(machine);                       // of a machine with the policy trace::BusTrace
//     if (auto* const observers = tracing->observers()) hart.observe(observers);
//     …
//     tracing->finish();                             // whether everything could be written
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include <wirewrap/base/error.hpp>
#include <wirewrap/files/places.hpp>
#include <wirewrap/trace.hpp>

#include "examples/wirewrap/commands.hpp"

namespace command {

class Tracing {
public:
    using Observers = wirewrap::trace::Together<wirewrap::trace::QemuLog, wirewrap::trace::SpikeLog,
                                                wirewrap::trace::ExecutedCode, wirewrap::trace::BusTrace>;

    /// Everything that a run may need is looked at before it begins: files, symbols, the disassembler. `places` are those of
    /// the board, by which accesses have names.
    static wirewrap::Expected<Tracing> open(const RunRequest& request,
                                            std::vector<wirewrap::files::Place> places);
    Tracing(Tracing&&) noexcept;
    Tracing& operator=(Tracing&&) noexcept;
    ~Tracing();

    /// From now on, and as long as it lives, accesses of this machine are told, if somebody asks for them.
    template <class Machine>
    void watch(Machine& machine) {
        watch_bus(machine.template policy<wirewrap::trace::BusTrace>(),
                  [&machine](const wirewrap::trace::BusAccess& access) {
                      return wirewrap::trace::value_of(machine, access);
                  });
    }
    /// nullptr: nobody wants to hear of anything.
    Observers* observers();
    wirewrap::Expected<void> finish();

private:
    using ValueOf = std::function<std::optional<std::uint64_t>(const wirewrap::trace::BusAccess&)>;
    void watch_bus(wirewrap::trace::BusTrace& bus, ValueOf value);

    struct Parts;
    explicit Tracing(std::unique_ptr<Parts> parts);
    std::unique_ptr<Parts> parts_;
};

}  // namespace command
