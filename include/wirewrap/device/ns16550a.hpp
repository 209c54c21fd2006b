// The 16550A serial port: two FIFOs of 16 bytes, byte-wide registers, one interrupt pin. The line is infinitely fast:
// what the guest writes is at once in a buffer that the host drains. Nothing is lost: while that buffer is nearly full, the
// transmitter reports "not empty", and the port wants the harts to stop, so that the host drains before they go on.
//
//     Ns16550a uart;
//     uart.receive('x');                                 // the host types; false when the FIFO is full
//     std::array<std::uint8_t, 256> text;
//     std::size_t count = uart.drain(text);              // what the guest has printed
//
// Source: National Semiconductor PC16550D data sheet (June 1995), section 8, "Registers". The divisor and the frame
// format are kept and change nothing.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include <wirewrap/base/bytes.hpp>
#include <wirewrap/base/device.hpp>
#include <wirewrap/device/byte_ring.hpp>

namespace wirewrap {

class Ns16550a {
public:
    static constexpr Bytes registers{8};
    static constexpr AccessRule access{.widths = {1}};
    static constexpr std::array outputs{std::string_view{"irq"}};
    static constexpr std::array register_map{
        reg::ro("rbr", 0, 1, "received byte"),
        reg::wo("thr", 0, 1, "byte to transmit"),
        reg::rw("ier", 1, 1, "interrupt enable"),
        reg::ro("iir", 2, 1, "which interrupt"),
        reg::wo("fcr", 2, 1, "FIFO control"),
        reg::rw("lcr", 3, 1, "line control"),
        reg::rw("mcr", 4, 1, "modem control"),
        reg::ro("lsr", 5, 1, "line status"),
        reg::ro("msr", 6, 1, "modem status"),
        reg::rw("scr", 7, 1, "scratch"),
        reg::rw("dll", 0, 1, "divisor, low byte: with DLAB, bit 7 of lcr").instead_of("rbr"),
        reg::rw("dlm", 1, 1, "divisor, high byte: with DLAB").instead_of("ier"),
    };
    static constexpr std::size_t fifo_depth = 16;    // section 8.5
    static constexpr std::size_t line_depth = 4096;  // bytes the host may leave undrained

    template <AccessWord T>
    T read(std::uint64_t offset) {
        return static_cast<T>(read_register(offset));
    }
    template <AccessWord T>
    void write(std::uint64_t offset, T value) {
        write_register(offset, static_cast<std::uint8_t>(value));
    }

    bool output(std::size_t) const { return pending_interrupt() != id_none; }
    void reset() {
        clear_received();
        Ns16550a fresh;
        // What has left the port, or has never come in, is not in the port's power.
        fresh.line_ = line_;
        fresh.unread_ = unread_;
        fresh.lost_ = lost_;
        *this = fresh;
    }

    /// While the host should drain before the guest goes on; what is asked after each store.
    bool wants_stop() const { return line_.room() < fifo_depth; }

    /// The guest has enabled the interrupt for received bytes.
    bool interrupts_on_receive() const { return (ier_ & ier_received) != 0; }
    /// How often in a row the guest has read RBR, LSR or IIR and found no byte; a byte, or a write, begins anew.
    std::uint64_t vain_looks() const { return vain_looks_; }
    /// How often the guest has written what drivers write when they set a port up: FCR, LCR or MCR. Wraps.
    std::uint64_t set_ups() const { return set_ups_; }
    /// Moves bytes of the line to `to` that a reset or a clearing of the FIFO has thrown away before the guest read them,
    /// oldest first; returns how many. A FIFO's worth is kept.
    std::size_t take_unread(std::span<std::uint8_t> to) { return take(unread_, to); }
    std::size_t unread() const { return unread_.size(); }

    /// Bytes that `receive` will take now. In loopback the port does not listen to the line: 0.
    std::size_t room() const { return loopback() ? 0 : capacity() - received_.size(); }
    /// A byte arrives on the line. False, and nothing changes, when there is no room for it.
    bool receive(std::uint8_t byte) {
        if (room() == 0) return false;
        hold(byte);
        return true;
    }

    /// Bytes the guest has transmitted and the host has not drained.
    std::size_t transmitted() const { return line_.size(); }
    /// Moves the oldest transmitted bytes to `to`; returns how many, at most `to.size()`.
    std::size_t drain(std::span<std::uint8_t> to) {
        const bool was_ready = transmitter_empty();
        const std::size_t count = take(line_, to);
        raise_if_emptied(was_ready);
        return count;
    }
    /// Bytes that the guest wrote against a full transmitter, which a 16550A drops too.
    std::uint64_t lost() const { return lost_; }

    template <class Archive>
    void state(Archive& archive) {
        archive.group("received", received_);
        archive.group("line", line_);
        archive.field("lost", lost_);
        archive.group("unread", unread_);
        archive.field("vain_looks", vain_looks_);
        archive.field("set_ups", set_ups_);
        archive.field("buffer", buffer_);
        archive.field("divisor", divisor_);
        archive.field("ier", ier_);
        archive.field("fcr", fcr_);
        archive.field("lcr", lcr_);
        archive.field("mcr", mcr_);
        archive.field("scratch", scratch_);
        archive.field("modem_deltas", modem_deltas_);
        archive.field("overrun", overrun_);
        archive.field("looped_back", looped_back_);
        archive.field("transmitter_interrupt", transmitter_interrupt_);
        archive.require(received_.size() <= capacity(), "more bytes were received than the FIFO holds");
    }

private:
    // Offsets.
    static constexpr std::uint64_t data = 0, ier = 1, iir_fcr = 2, lcr = 3;
    static constexpr std::uint64_t mcr = 4, lsr = 5, msr = 6, scr = 7;
    // Bits of the registers; section 8.
    static constexpr std::uint8_t ier_received = 0x01, ier_transmitter = 0x02;
    static constexpr std::uint8_t ier_line = 0x04, ier_modem = 0x08;
    static constexpr std::uint8_t fcr_enable = 0x01, fcr_clear_received = 0x02;
    static constexpr std::uint8_t lcr_divisor = 0x80, mcr_loopback = 0x10;
    static constexpr std::uint8_t lsr_ready = 0x01, lsr_overrun = 0x02;
    static constexpr std::uint8_t lsr_transmitter = 0x60;  // THRE and TEMT
    static constexpr std::uint8_t msr_cts = 0x10, msr_dsr = 0x20, msr_ring = 0x40, msr_carrier = 0x80;
    // Values of IIR; table IV.
    static constexpr std::uint8_t id_modem = 0x00, id_none = 0x01, id_transmitter = 0x02, id_received = 0x04;
    static constexpr std::uint8_t id_line = 0x06, id_timeout = 0x0c, id_fifos = 0xc0;

    template <std::size_t Capacity>
    static std::size_t take(ByteRing<Capacity>& from, std::span<std::uint8_t> to) {
        const std::size_t count = std::min(to.size(), from.size());
        for (std::uint8_t& byte : to.first(count)) byte = from.pop();
        return count;
    }

    bool fifos_enabled() const { return (fcr_ & fcr_enable) != 0; }
    bool loopback() const { return (mcr_ & mcr_loopback) != 0; }
    bool divisor_selected() const { return (lcr_ & lcr_divisor) != 0; }
    std::size_t capacity() const { return fifos_enabled() ? fifo_depth : 1; }
    std::size_t trigger() const {
        constexpr std::array<std::size_t, 4> levels{1, 4, 8, 14};  // section 8.5, FCR6 and FCR7
        return fifos_enabled() ? levels[fcr_ >> 6] : 1;
    }
    // A driver that sees an empty transmitter may write a whole FIFO at once, so there must be room for one.
    bool transmitter_empty() const { return loopback() || line_.room() >= fifo_depth; }
    void raise_if_emptied(bool was_empty) {
        if (!was_empty && transmitter_empty()) transmitter_interrupt_ = true;
    }

    /// The highest of the enabled conditions, table IV. The character timeout counts character times, and here the
    /// line needs none, so bytes below the trigger time out at once.
    std::uint8_t pending_interrupt() const {
        if ((ier_ & ier_line) != 0 && overrun_) return id_line;
        if ((ier_ & ier_received) != 0 && !received_.empty())
            return received_.size() >= trigger() ? id_received : id_timeout;
        if ((ier_ & ier_transmitter) != 0 && transmitter_interrupt_) return id_transmitter;
        if ((ier_ & ier_modem) != 0 && modem_deltas_ != 0) return id_modem;
        return id_none;
    }

    /// CTS, DSR, RI, DCD: in loopback they are RTS, DTR, OUT1, OUT2 (section 8.7); otherwise somebody is connected.
    std::uint8_t modem_lines() const {
        if (!loopback()) return msr_cts | msr_dsr | msr_carrier;
        return static_cast<std::uint8_t>(((mcr_ & 0x02) << 3) | ((mcr_ & 0x01) << 5) | ((mcr_ & 0x0c) << 4));
    }

    /// A byte that there is room for. Without FIFOs it stays in the buffer register after it was read.
    void hold(std::uint8_t byte) {
        received_.push(byte);
        vain_looks_ = 0;
        if (!fifos_enabled()) buffer_ = byte;
    }
    void clear_received() {
        while (!received_.empty()) {
            const std::uint8_t byte = received_.pop();
            if (looped_back_) continue;  // not the line's
            if (unread_.room() == 0) unread_.pop();
            unread_.push(byte);
        }
        looped_back_ = false;
    }
    std::uint8_t read_received() {
        if (received_.empty()) return fifos_enabled() ? 0 : buffer_;
        const std::uint8_t byte = received_.pop();
        if (received_.empty()) looped_back_ = false;
        return byte;
    }

    std::uint8_t read_register(std::uint64_t offset) {
        const bool looks = offset == lsr || offset == iir_fcr || (offset == data && !divisor_selected());
        if (looks && received_.empty()) ++vain_looks_;
        switch (offset) {
        case data: return divisor_selected() ? static_cast<std::uint8_t>(divisor_) : read_received();
        case ier: return divisor_selected() ? static_cast<std::uint8_t>(divisor_ >> 8) : ier_;
        case iir_fcr: {
            const std::uint8_t id = pending_interrupt();
            if (id == id_transmitter) transmitter_interrupt_ = false;  // table IV, "reading the IIR"
            return static_cast<std::uint8_t>(id | (fifos_enabled() ? id_fifos : 0));
        }
        case lcr: return lcr_;
        case mcr: return mcr_;
        case lsr: {
            const int status = (received_.empty() ? 0 : lsr_ready) | (overrun_ ? lsr_overrun : 0) |
                               (transmitter_empty() ? lsr_transmitter : 0);
            overrun_ = false;
            return static_cast<std::uint8_t>(status);
        }
        case msr: {
            const std::uint8_t status = modem_lines() | modem_deltas_;
            modem_deltas_ = 0;
            return status;
        }
        default: return scratch_;
        }
    }

    void write_register(std::uint64_t offset, std::uint8_t value) {
        vain_looks_ = 0;
        if (offset == iir_fcr || offset == lcr || offset == mcr) ++set_ups_;
        switch (offset) {
        case data:
            if (divisor_selected())
                divisor_ = static_cast<std::uint16_t>((divisor_ & 0xff00) | value);
            else
                transmit(value);
            return;
        case ier:
            if (divisor_selected()) {
                divisor_ = static_cast<std::uint16_t>((divisor_ & 0x00ff) | (value << 8));
                return;
            }
            // Enabling the interrupt while the transmitter is empty raises it; drivers test for this.
            if ((value & ~ier_ & ier_transmitter) != 0 && transmitter_empty()) transmitter_interrupt_ = true;
            ier_ = value & 0x0f;
            return;
        case iir_fcr:
            // Both FIFOs empty when they are enabled or disabled, and only an enabled one can be programmed.
            if (((value ^ fcr_) & fcr_enable) != 0 || (value & fcr_clear_received) != 0) clear_received();
            fcr_ = (value & fcr_enable) != 0 ? (value & 0xc1) : 0;
            return;
        case lcr: lcr_ = value; return;
        case mcr: {
            const std::uint8_t before = modem_lines();
            const bool was_empty = transmitter_empty();
            mcr_ = value & 0x1f;
            note_modem_changes(before);
            raise_if_emptied(was_empty);
            return;
        }
        case scr: scratch_ = value; return;
        default: return;  // LSR and MSR are for reading; section 8.4 reserves writes to factory tests
        }
    }

    void transmit(std::uint8_t byte) {
        transmitter_interrupt_ = false;
        if (loopback()) {
            loop_back(byte);
        } else if (!line_.push(byte)) {
            ++lost_;
        }
        transmitter_interrupt_ = transmitter_empty();
    }

    /// Section 8.6, overrun error: without FIFOs the new byte destroys the one before; with them it is the new one that is
    /// lost.
    void loop_back(std::uint8_t byte) {
        const bool full = received_.size() == capacity();
        if (full) overrun_ = true;
        if (full && fifos_enabled()) return;
        if (full) received_.clear();
        hold(byte);
        looped_back_ = true;
    }

    void note_modem_changes(std::uint8_t before) {
        const std::uint8_t now = modem_lines();
        const unsigned changed = (before ^ now) & (msr_cts | msr_dsr | msr_carrier);
        const unsigned ring_ended = before & ~now & msr_ring;  // TERI is a trailing edge
        modem_deltas_ |= static_cast<std::uint8_t>((changed | ring_ended) >> 4);
    }

    ByteRing<fifo_depth> received_;
    ByteRing<fifo_depth> unread_;
    ByteRing<line_depth> line_;
    std::uint64_t lost_ = 0, vain_looks_ = 0, set_ups_ = 0;
    std::uint16_t divisor_ = 0;
    std::uint8_t ier_ = 0, fcr_ = 0, lcr_ = 0, mcr_ = 0, scratch_ = 0, modem_deltas_ = 0;
    std::uint8_t buffer_ = 0;  // RBR without FIFOs
    bool overrun_ = false;
    bool looped_back_ = false;  // some of what is received came by the loop
    bool transmitter_interrupt_ = false;
};

}  // namespace wirewrap
