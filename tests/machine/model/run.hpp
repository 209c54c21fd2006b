// Runs a machine beside its model, and looks for the shortest way to a difference.
//
//     const std::string difference = run<RandomBoard<17>, Recorder>("17", steps);   // empty: none
#pragma once

#include <cstdlib>
#include <functional>
#include <memory>
#include <string>

#include "facts.hpp"
#include "model.hpp"
#include "random_board.hpp"
#include "tested_machine.hpp"

namespace model {

/// Makes a machine and the devices of its model afresh.
struct Maker {
    std::function<std::unique_ptr<Tested>()> machine;
    std::function<Devices()> devices;
    const Facts& facts;
};

/// `steps` steps in cases of a thousand; the first difference in words, with the steps that lead to it.
std::string differences(const Maker& maker, std::uint64_t seed, std::size_t steps);

/// What seed a run has: fixed, or WIREWRAP_MODEL_SEED.
std::uint64_t run_seed();
/// How many steps a board has: a fixed number, or WIREWRAP_MODEL_STEPS.
std::size_t run_steps();

template <class B, class... Policies>
std::string run(std::uint64_t seed) {
    static_assert(Board<B>);
    const Facts facts = facts_of<B>(sizeof...(Policies) != 0);
    return differences({[&] { return std::make_unique<TestedMachine<B, Policies...>>(facts); },
                        [] { return devices_of<B>(); }, facts},
                       seed, run_steps());
}

}  // namespace model
