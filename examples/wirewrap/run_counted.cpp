// wirewrap run -icount: a machine whose time goes by instructions, so that a debugger goes backwards.
#include "examples/wirewrap/running.hpp"

namespace command {

using namespace wirewrap;

Expected<int> run_counted(const config::Configuration& configuration, const RunRequest& request,
                          const std::optional<state::Snapshot>& snapshot) {
    return running::run_on<boards::riscv::Virt, running::Default, running::ByInstructions>(configuration,
                                                                                           request, snapshot);
}

}  // namespace command
