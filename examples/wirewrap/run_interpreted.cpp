// wirewrap run --interpret: harts that translate nothing.

#include <boards/riscv/virt.hpp>

#include "examples/wirewrap/running.hpp"

namespace command {

using namespace wirewrap;

namespace {

template <class Bus>
using Interpreted = running::Rv64<Bus>;

}  // namespace

Expected<int> run_interpreted(const config::Configuration& configuration, const RunRequest& request,
                              const std::optional<state::Snapshot>& snapshot) {
    return running::run_on<boards::riscv::Virt, Interpreted>(configuration, request, snapshot);
}

}  // namespace command
