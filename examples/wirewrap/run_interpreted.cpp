// wirewrap run --interpret: harts that translate nothing.
#include "examples/wirewrap/running.hpp"

namespace command {

using namespace wirewrap;

Expected<int> run_interpreted(const config::Configuration& configuration, const RunRequest& request,
                              const std::optional<state::Snapshot>& snapshot) {
    return running::run_on<boards::riscv::Virt, running::Interpreted>(configuration, request, snapshot);
}

}  // namespace command
