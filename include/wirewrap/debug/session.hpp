// One debugger and one machine: GDB's remote protocol, without where its bytes come from. Whoever has the bytes gives them to
// `receive`, sends what `take_output` gives, and runs the machine while `running()`.
//
//     Session session(target);                      // target.hpp
//     session.receive(bytes);
//     while (session.running()) session.tell(target.run_piece(…));
//     send(session.take_output());
//
// Whatever comes in: what is no command is answered as one that is not known, what is wrong in one by an error number, and
// nothing of it reaches the machine. Error numbers are those of <errno.h>, as of other stubs: E14 is a bad address.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <wirewrap/debug/hex.hpp>
#include <wirewrap/debug/packet.hpp>
#include <wirewrap/debug/stop.hpp>
#include <wirewrap/debug/target_xml.hpp>

namespace wirewrap::debug {

template <class Target>
class Session {
public:
    /// Bytes of a packet, which holds what GDB reads and writes at once.
    static constexpr std::size_t packet_size = 0x4000;

    explicit Session(Target& target) : target_(target) {}

    /// What the debugger sent. What comes behind a command to run waits until the machine stands still.
    void receive(std::string_view bytes) {
        waiting_.append(bytes);
        work_off();
    }
    /// Bytes that wait for the machine to stand still: more than a debugger sends.
    std::size_t waiting() const { return waiting_.size(); }
    /// What is to be sent to the debugger.
    std::string take_output() { return std::exchange(output_, {}); }

    /// The machine runs, by `orders()`.
    bool running() const { return running_; }
    std::span<const HartOrder> orders() const { return orders_; }
    /// It is to go backwards: by one step, or as far as it goes.
    bool backwards() const { return backwards_; }
    /// The debugger let the machine go, or ended it.
    bool detached() const { return detached_; }
    bool killed() const { return killed_; }

    /// The machine stands still for this reason; to be called when it ran.
    void tell(const DebugStop& stop) {
        last_ = stop;
        hart_ = stop.hart;
        running_ = backwards_ = false;
        if (const std::string note = target_.take_note(); !note.empty()) print(note);
        answer(stop_reply());
        work_off();
    }
    /// Text for the person, while the machine runs.
    void print(std::string_view text) { answer("O" + hex_of(text)); }

private:
    void work_off() {
        std::size_t done = 0;
        for (; done != waiting_.size() && !killed_ && !detached_; ++done) {
            const char c = waiting_[done];
            if (running_) {
                // Nothing but Ctrl-C is expected, and acknowledgements.
                if (c == '\3') target_.interrupt();
                if (c == '+' || c == '\3') continue;
                break;
            }
            byte(c);
        }
        waiting_.erase(0, done);
        if (!running_) return;
        // Ctrl-C may come behind a packet that waits.
        if (waiting_.find('\3') != std::string::npos) target_.interrupt();
    }
    void byte(char c) {
        using Found = PacketReader::Found;
        switch (reader_.take(c)) {
        case Found::nothing:
        case Found::good_ack: break;
        case Found::interrupt: break;  // it stands still already
        case Found::bad_ack:
            if (!last_frame_.empty()) output_ += last_frame_;
            break;
        case Found::bad:
            if (!no_acks_) output_ += '-';
            break;
        case Found::too_long:
            if (!no_acks_) output_ += '+';
            answer("E16");
            break;
        case Found::packet:
            if (!no_acks_) output_ += '+';
            command(reader_.packet());
            break;
        }
    }
    void answer(std::string_view packet) {
        last_frame_ = framed(packet);
        output_ += last_frame_;
    }
    void ok(bool done, std::string_view error = "E22") { answer(done ? "OK" : error); }

    void command(std::string_view text) {
        if (text.empty()) return answer("");
        const char first = text.front();
        const std::string_view all = text;
        text.remove_prefix(1);
        switch (first) {
        case '?': return answer(stop_reply());
        case 'g': return read_general();
        case 'G': return write_general(text);
        case 'p': return read_register(text);
        case 'P': return write_register(text);
        case 'm': return read_memory(text);
        case 'M': return write_memory(text, false);
        case 'X': return write_memory(text, true);
        case 'H': return choose_hart(text);
        case 'T': return ok(hart_of(text).has_value(), "E03");
        case 'c':
        case 'C':
        case 's':
        case 'S': return old_resume(first, text);
        case 'z':
        case 'Z': return point(first == 'Z', text);
        case 'D': detached_ = true; return answer("OK");
        case 'k': killed_ = true; return;
        case 'b': return go_back(text);
        case 'v': return long_command(all);
        case 'q':
        case 'Q': return query(all);
        default: return answer("");
        }
    }

    void long_command(std::string_view text) {
        if (text == "vCont?") return answer("vCont;c;C;s;S");
        if (take(text, "vCont;")) return resume(text);
        if (take(text, "vKill")) {
            killed_ = true;
            return answer("OK");
        }
        if (take(text, "vFlashErase:")) return flash_erase(text);
        if (take(text, "vFlashWrite:")) return flash_write(text);
        if (text == "vFlashDone") return answer("OK");
        answer("");
    }

    void query(std::string_view text) {
        if (take(text, "qSupported")) return supported(text);
        if (text == "QStartNoAckMode") {
            answer("OK");
            no_acks_ = true;
            return;
        }
        if (text == "qC") return answer("QC" + thread(hart_));
        if (text == "qfThreadInfo") {
            std::string list = "m";
            for (std::size_t n = 0; n != target_.harts(); ++n) list += (n == 0 ? "" : ",") + thread(n);
            return answer(list);
        }
        if (text == "qsThreadInfo") return answer("l");
        if (take(text, "qThreadExtraInfo,")) {
            const auto hart = hart_of(text);
            return answer(hart ? hex_of(target_.describe(*hart)) : "E03");
        }
        if (text == "qAttached" || text.starts_with("qAttached:")) return answer("1");
        if (take(text, "qXfer:features:read:")) return transfer(text, "target.xml", target_.description());
        if (take(text, "qXfer:memory-map:read:")) return transfer(text, "", target_.memory_map());
        if (take(text, "qRcmd,")) return monitor(text);
        answer("");
    }

    void supported(std::string_view features) {
        tells_swbreak_ = features.find("swbreak+") != std::string_view::npos;
        tells_hwbreak_ = features.find("hwbreak+") != std::string_view::npos;
        std::string answered = "PacketSize=" + hex(packet_size) +
                               ";qXfer:features:read+;vContSupported+;swbreak+;hwbreak+;QStartNoAckMode+";
        if (!target_.memory_map().empty()) answered += ";qXfer:memory-map:read+";
        if (target_.reverses()) answered += ";ReverseStep+;ReverseContinue+";
        answer(answered);
    }

    /// A piece of a document: `ANNEX:offset,length`.
    void transfer(std::string_view text, std::string_view annex, const std::string& document) {
        if (!take(text, annex) || !take(text, ':')) return answer("E00");
        const auto offset = take_hex(text);
        const bool comma = take(text, ',');
        const auto length = take_hex(text);
        if (!offset || !comma || !length || !text.empty() || document.empty()) return answer("E00");
        if (*offset > document.size()) return answer("E00");
        const std::size_t most = std::min<std::uint64_t>(*length, packet_size / 2);
        const std::string piece = document.substr(static_cast<std::size_t>(*offset), most);
        answer((*offset + piece.size() == document.size() ? "l" : "m") + piece);
    }

    void monitor(std::string_view text) {
        const auto bytes = bytes_of_hex(text);
        if (!bytes) return answer("E22");
        std::string line;
        for (const std::byte byte : *bytes) line += static_cast<char>(byte);
        const std::string said = target_.monitor(line);
        // The debugger prints what comes before OK as it is.
        for (std::size_t at = 0; at < said.size(); at += packet_size / 4)
            answer("O" + hex_of(std::string_view(said).substr(at, packet_size / 4)));
        answer("OK");
    }

    // ---- harts, which are threads: hart n is thread n + 1

    static std::string thread(std::size_t hart) { return hex(hart + 1); }

    /// A thread, or one of a process. "Any" is the hart that is chosen.
    std::optional<std::size_t> hart_of(std::string_view text) const {
        const auto each = taken_hart(text);
        if (!each || !text.empty()) return std::nullopt;
        return *each == all_harts ? hart_ : *each;
    }
    static constexpr std::size_t all_harts = ~std::size_t{0};
    std::optional<std::size_t> taken_hart(std::string_view& text) const {
        if (take(text, 'p')) {
            if (!take(text, "-1") && !take_hex(text)) return std::nullopt;
            if (!take(text, '.')) return all_harts;
        }
        if (take(text, "-1")) return all_harts;
        const auto number = take_hex(text);
        if (!number || *number > target_.harts()) return std::nullopt;
        return *number == 0 ? hart_ : static_cast<std::size_t>(*number - 1);
    }

    void choose_hart(std::string_view text) {
        const bool general = take(text, 'g');
        if (!general && !take(text, 'c')) return answer("");
        const std::size_t hart = hart_of(text).value_or(all_harts);
        if (hart == all_harts) return answer("E22");
        if (general)
            hart_ = hart;
        else if (text == "-1" || text == "p-1.-1")
            step_hart_.reset();
        else
            step_hart_ = hart;
        answer("OK");
    }

    // ---- registers

    void read_general() {
        std::string values;
        for (const DebugRegister& each : target_.general_registers())
            append_register(values, each, target_.read_register(hart_, each.number));
        answer(values);
    }
    void append_register(std::string& to, const DebugRegister& each, std::optional<std::uint64_t> value) {
        if (!value) return void(to.append(each.bits / 4, 'x'));
        append_hex(to, target_.bytes_of(*value, each.bits / 8));
    }
    void read_register(std::string_view text) {
        const auto number = take_hex(text);
        const DebugRegister* const each = number && text.empty() ? target_.find_register(*number) : nullptr;
        const auto value = each != nullptr ? target_.read_register(hart_, each->number) : std::nullopt;
        if (!value) return answer("E14");
        std::string digits;
        append_register(digits, *each, value);
        answer(digits);
    }
    void write_general(std::string_view text) {
        const auto bytes = bytes_of_hex(text);
        if (!bytes) return answer("E22");
        std::size_t size = 0;
        for (const DebugRegister& each : target_.general_registers()) size += each.bits / 8;
        if (bytes->size() != size) return answer("E22");
        std::size_t at = 0;
        for (const DebugRegister& each : target_.general_registers()) {
            const std::size_t width = each.bits / 8;
            (void)target_.write_register(hart_, each.number,
                                         target_.value_of(std::span(*bytes).subspan(at, width)));
            at += width;
        }
        answer("OK");
    }
    void write_register(std::string_view text) {
        const auto number = take_hex(text);
        if (!number || !take(text, '=')) return answer("E22");
        const DebugRegister* const each = target_.find_register(*number);
        const auto bytes = bytes_of_hex(text);
        if (each == nullptr) return answer("E14");
        if (!bytes || bytes->size() != each->bits / 8) return answer("E22");
        ok(target_.write_register(hart_, each->number, target_.value_of(*bytes)));
    }

    // ---- memory

    /// `address,length`; nothing when it is not, or reaches over the end of addresses.
    struct Range {
        std::uint64_t address, length;
    };
    static std::optional<Range> take_range(std::string_view& text) {
        const auto address = take_hex(text);
        if (!address || !take(text, ',')) return std::nullopt;
        const auto length = take_hex(text);
        if (!length || (*length != 0 && *length - 1 > ~std::uint64_t{0} - *address)) return std::nullopt;
        return Range{*address, *length};
    }

    void read_memory(std::string_view text) {
        const auto range = take_range(text);
        if (!range || !text.empty()) return answer("E22");
        std::vector<std::byte> bytes(std::min<std::uint64_t>(range->length, packet_size / 2));
        // What is memory at the front of it is told; the debugger asks again for the rest.
        const std::size_t count = target_.read_memory(hart_, range->address, bytes);
        if (count == 0 && !bytes.empty()) return answer("E14");
        std::string digits;
        append_hex(digits, std::span(bytes).first(count));
        answer(digits);
    }
    void write_memory(std::string_view text, bool binary) {
        const auto range = take_range(text);
        if (!range || !take(text, ':')) return answer("E22");
        std::vector<std::byte> bytes;
        if (binary) {
            const auto raw = std::as_bytes(std::span(text));
            bytes.assign(raw.begin(), raw.end());
        } else {
            auto digits = bytes_of_hex(text);
            if (!digits) return answer("E22");
            bytes = std::move(*digits);
        }
        if (bytes.size() != range->length) return answer("E22");
        ok(bytes.empty() || target_.write_memory(hart_, range->address, bytes), "E14");
    }
    void flash_erase(std::string_view text) {
        const auto range = take_range(text);
        if (!range || !text.empty()) return answer("E22");
        ok(target_.erase_flash(range->address, range->length), "E.memtype");
    }
    void flash_write(std::string_view text) {
        const auto address = take_hex(text);
        if (!address || !take(text, ':')) return answer("E22");
        ok(target_.write_flash(*address, std::as_bytes(std::span(text))), "E.memtype");
    }

    // ---- breakpoints and watchpoints

    void point(bool set, std::string_view text) {
        const auto kind = take_hex(text);
        if (!kind || !take(text, ',')) return answer("E22");
        if (*kind > static_cast<std::uint64_t>(PointKind::access)) return answer("");
        const auto range = take_range(text);
        // Conditions and commands, which are not offered, come behind.
        if (!range || !text.empty()) return answer("E22");
        const auto done = target_.change_point(set, static_cast<PointKind>(*kind), hart_, range->address,
                                               range->length);
        if (!done) return answer("");  // there are none of this kind
        ok(*done);
    }

    // ---- running

    void begin_running() {
        running_ = true;
        target_.resumes();
    }
    /// `c`, `s`, `C05`, `S05`, with an address behind: of the hart that was chosen for it, the others go on.
    void old_resume(char command, std::string_view text) {
        const std::size_t hart = step_hart_.value_or(hart_);
        if (command == 'C' || command == 'S') {
            if (!take_hex(text)) return answer("E22");
            if (!text.empty() && !take(text, ';')) return answer("E22");
        }
        if (!text.empty()) {
            const auto address = take_hex(text);
            if (!address || !text.empty()) return answer("E22");
            target_.set_pc(hart, *address);
        }
        orders_.assign(target_.harts(), HartOrder::go);
        if (command == 's' || command == 'S') orders_[hart] = HartOrder::step;
        begin_running();
    }
    /// `s:1;c`: the first action that names a hart, or all, is its own.
    void resume(std::string_view text) {
        std::vector<HartOrder> orders(target_.harts(), HartOrder::stay);
        std::vector<bool> told(target_.harts(), false);
        bool any = false;
        do {
            HartOrder order = HartOrder::go;
            if (take(text, 's'))
                order = HartOrder::step;
            else if (take(text, 'S')) {
                order = HartOrder::step;
                if (!take_hex(text)) return answer("E22");
            } else if (take(text, 'C')) {
                if (!take_hex(text)) return answer("E22");
            } else if (!take(text, 'c')) {
                return answer("E22");
            }
            std::size_t hart = all_harts;
            if (take(text, ':')) {
                const auto named = taken_hart(text);
                if (!named) return answer("E22");
                hart = *named;
            }
            for (std::size_t n = 0; n != orders.size(); ++n)
                if (!told[n] && (hart == all_harts || hart == n)) {
                    orders[n] = order;
                    told[n] = any = true;
                }
        } while (take(text, ';'));
        if (!text.empty() || !any) return answer("E22");
        orders_ = std::move(orders);
        begin_running();
    }
    void go_back(std::string_view text) {
        if (!target_.reverses()) return answer("");
        if (text != "s" && text != "c") return answer("");
        orders_.assign(target_.harts(), HartOrder::go);
        if (text == "s") orders_[step_hart_.value_or(hart_)] = HartOrder::step;
        backwards_ = true;
        begin_running();
    }

    std::string stop_reply() const {
        using Reason = DebugStop::Reason;
        std::string_view signal = "05";
        std::string why;
        switch (last_.reason) {
        case Reason::finished: {
            std::string code = "W";
            const std::byte byte{last_.code};
            append_hex(code, {&byte, 1});
            return code;
        }
        case Reason::closed: return "X09";
        case Reason::interrupted: signal = "02"; break;
        case Reason::breakpoint:
            if (last_.kind == PointKind::hardware ? tells_hwbreak_ : tells_swbreak_)
                why = last_.kind == PointKind::hardware ? "hwbreak:;" : "swbreak:;";
            break;
        case Reason::watchpoint:
            why = last_.kind == PointKind::write  ? "watch:"
                  : last_.kind == PointKind::read ? "rwatch:"
                                                  : "awatch:";
            why += hex(last_.address) + ";";
            break;
        case Reason::begin: why = "replaylog:begin;"; break;
        default: break;
        }
        return "T" + std::string(signal) + "thread:" + thread(last_.hart) + ";" + why;
    }

    Target& target_;
    PacketReader reader_{packet_size};
    std::string waiting_, output_, last_frame_;
    std::vector<HartOrder> orders_;
    DebugStop last_{.reason = DebugStop::Reason::step};
    std::size_t hart_ = 0;                    // whose registers are read
    std::optional<std::size_t> step_hart_{};  // chosen for steps
    bool running_ = false, backwards_ = false, detached_ = false, killed_ = false, no_acks_ = false;
    bool tells_swbreak_ = false, tells_hwbreak_ = false;
};

}  // namespace wirewrap::debug
