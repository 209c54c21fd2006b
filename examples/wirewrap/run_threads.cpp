// wirewrap run -smp N -accel tcg,thread=multi.
#include <wirewrap/emulator/threaded_emulator.hpp>

#include "examples/wirewrap/running.hpp"

namespace command {

using namespace wirewrap;

namespace {

#if defined(__x86_64__)
template <class Bus>
using OnThread = riscv::Hart<Bus, riscv::Rv64gc, riscv::DefaultDispatch, jit::Translated>;
#else
template <class Bus>
using OnThread = riscv::Hart<Bus, riscv::Rv64gc>;
#endif

template <class Machine, template <class> class Hart>
using OnThreads = ThreadedEmulator<Machine, Hart>;

}  // namespace

Expected<int> run_threads(const config::Configuration& configuration, const RunRequest& request,
                          const std::optional<state::Snapshot>& snapshot) {
    return running::run_on<running::SeveralHarts, OnThread, OnThreads>(configuration, request, snapshot);
}

}  // namespace command
