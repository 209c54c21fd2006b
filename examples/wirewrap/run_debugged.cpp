// wirewrap run -gdb: a machine whose harts have breakpoints, and which hears of accesses that a debugger watches.
#include <optional>

#include <wirewrap/cpu/riscv/breakpoints.hpp>
#include <wirewrap/cpu/riscv/hart.hpp>
#include <wirewrap/cpu/riscv/rv64gc.hpp>
#if defined(__x86_64__)
#include <wirewrap/jit.hpp>
#endif
#include <wirewrap/state/watchpoints.hpp>

#include <boards/riscv/virt.hpp>

#include "examples/wirewrap/running.hpp"

namespace command {

using namespace wirewrap;

namespace {

template <class Bus>
using Interpreted = riscv::Hart<Bus, riscv::Rv64gc, riscv::DefaultDispatch, riscv::Breakpoints<>>;
#if defined(__x86_64__)
template <class Bus>
using Translated =
    riscv::Hart<Bus, riscv::Rv64gc, riscv::DefaultDispatch, riscv::Breakpoints<jit::Translated>>;
#else
template <class Bus>
using Translated = Interpreted<Bus>;
#endif

}  // namespace

Expected<int> run_debugged(const config::Configuration& configuration, const RunRequest& request,
                           const std::optional<state::Snapshot>& snapshot) {
    using V = boards::riscv::Virt;
    if (request.interpret)
        return running::run_on<V, Interpreted, state::Watchpoints>(configuration, request, snapshot);
    return running::run_on<V, Translated, state::Watchpoints>(configuration, request, snapshot);
}

}  // namespace command
