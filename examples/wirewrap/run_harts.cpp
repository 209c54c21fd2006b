// wirewrap run -smp N.
#include "examples/wirewrap/running.hpp"

namespace command {

using namespace wirewrap;

Expected<int> run_harts(const config::Configuration& configuration, const RunRequest& request,
                        const std::optional<state::Snapshot>& snapshot) {
    return running::run_on<running::SeveralHarts, running::Default>(configuration, request, snapshot);
}

}  // namespace command
