// wirewrap run -smp N --interpret.
#include "examples/wirewrap/running.hpp"

namespace command {

using namespace wirewrap;

Expected<int> run_harts_interpreted(const config::Configuration& configuration, const RunRequest& request,
                                    const std::optional<state::Snapshot>& snapshot) {
    return running::run_on<running::SeveralHarts, running::Interpreted>(configuration, request, snapshot);
}

}  // namespace command
