// Several observers of a hart as one, those that are there: a hart has one.
//
//     trace::Together<trace::SpikeLog, trace::ExecutedCode> both{nullptr, &executed};
//     hart.observe(&both);
#pragma once

#include <cstdint>
#include <tuple>
#include <type_traits>

#include <wirewrap/cpu/riscv/observed.hpp>

namespace wirewrap::trace {

template <riscv::HartObserver... Os>
class Together {
public:
    Together() = default;
    /// nullptr: not this one. They must outlive this.
    explicit Together(Os*... observers) : observers_(observers...) {}

    /// Whether one of them is there.
    bool any() const {
        return std::apply([](auto*... each) { return ((each != nullptr) || ...); }, observers_);
    }

    // ---- hooks of harts

    void executes(const riscv::NextInstruction& next) {
        each([&](auto& observer) {
            if constexpr (requires { observer.executes(next); }) observer.executes(next);
        });
    }
    void touched(const riscv::MadeAccess& access) {
        each([&](auto& observer) {
            if constexpr (requires { observer.touched(access); }) observer.touched(access);
        });
    }
    /// One that is there has to be told of accesses.
    bool hears_accesses() const {
        return std::apply(
            [](auto*... each) {
                return ((each != nullptr &&
                         wirewrap::check::Touched::fits<std::remove_pointer_t<decltype(each)>>) ||
                        ...);
            },
            observers_);
    }
    void trapped(const riscv::TakenTrap& trap) {
        each([&](auto& observer) {
            if constexpr (requires { observer.trapped(trap); }) observer.trapped(trap);
        });
    }
    void came_back(std::uint64_t hart, const riscv::RunResult& result) {
        each([&](auto& observer) {
            if constexpr (requires { observer.came_back(hart, result); }) observer.came_back(hart, result);
        });
    }

private:
    void each(auto call) {
        const auto one = [&](auto* observer) {
            if (observer != nullptr) call(*observer);
        };
        std::apply([&](auto*... observers) { (one(observers), ...); }, observers_);
    }

    std::tuple<Os*...> observers_{static_cast<Os*>(nullptr)...};
};

}  // namespace wirewrap::trace
