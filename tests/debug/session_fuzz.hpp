// A debugger's session with bytes that somebody made up.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "tests/debug/bed.hpp"

namespace wirewrap::test {

/// Gives the bytes to a session in pieces, and runs the machine a little whenever they ask for that. The session has to
/// answer the same question afterwards. How many bytes it answered.
inline std::size_t debug_anything(std::string_view bytes) {
    DebugBed<Interpreted> bed;
    debug::Target target(bed.emulator);
    debug::Session session(target);
    bed.emulator.hart(0).set_pc(ram_base);
    const auto poll = [&](std::uint64_t n) { return bed.emulator.poll(n); };
    std::size_t answered = 0, rounds = 0;
    const auto stand_still = [&] {
        while (session.running() && ++rounds != 50) {
            const debug::DebugStop stop = session.backwards()
                                              ? target.run_back_piece(session.orders(), poll, 100)
                                              : target.run_piece(session.orders(), poll, 100);
            if (stop.ends()) session.tell(stop);
        }
        // What waited may begin another run.
        while (session.running()) {
            target.interrupt();
            session.tell(target.run_piece(session.orders(), poll, 100));
        }
        answered += session.take_output().size();
    };
    while (!bytes.empty() && !session.killed() && !session.detached()) {
        const std::size_t piece = std::min<std::size_t>(bytes.size(),
                                                        1 + static_cast<unsigned char>(bytes.front()));
        session.receive(bytes.substr(0, piece));
        bytes.remove_prefix(piece);
        stand_still();
        rounds = 0;
    }
    if (session.killed() || session.detached()) return answered;
    // Whatever it was: the rest of a packet ends, and a question is answered.
    session.receive("#00");
    stand_still();
    if (session.killed() || session.detached()) return answered;
    session.receive(debug::framed("qC"));
    if (session.take_output().find("$QC") == std::string::npos) std::abort();
    return answered;
}

}  // namespace wirewrap::test
