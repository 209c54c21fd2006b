// wirewrap run -smp N -icount.
#include "examples/wirewrap/running.hpp"

namespace command {

using namespace wirewrap;

Expected<int> run_counted_harts(const config::Configuration& configuration, const RunRequest& request,
                                const std::optional<state::Snapshot>& snapshot) {
    return running::run_on<running::SeveralHarts, running::Default, running::ByInstructions>(
        configuration, request, snapshot);
}

}  // namespace command
