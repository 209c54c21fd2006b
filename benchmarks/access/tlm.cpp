// SystemC TLM-2.0: b_transport through a router to memory and devices, and the direct memory interface with the range
// check that its user must make.
#include <array>
#include <cstdint>
#include <cstring>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <systemc>
#include <tlm>
#include <tlm_utils/simple_initiator_socket.h>
#include <tlm_utils/simple_target_socket.h>

#include <wirewrap/hostmem/anonymous.hpp>

#include "measure.hpp"

namespace access_benchmark {

namespace {

struct Memory : sc_core::sc_module {
    tlm_utils::simple_target_socket<Memory> socket{"socket"};

    explicit Memory(sc_core::sc_module_name name)
        : sc_module(name), memory(hostmem::allocate<hostmem::Anonymous>(ram_size, {.prealloc = true})) {
        socket.register_b_transport(this, &Memory::transport);
        socket.register_get_direct_mem_ptr(this, &Memory::direct);
    }
    void transport(tlm::tlm_generic_payload& access, sc_core::sc_time&) {
        std::byte* const bytes = memory->data() + access.get_address();
        if (access.get_address() > ram_size.count - access.get_data_length())
            return access.set_response_status(tlm::TLM_ADDRESS_ERROR_RESPONSE);
        if (access.is_read())
            std::memcpy(access.get_data_ptr(), bytes, access.get_data_length());
        else
            std::memcpy(bytes, access.get_data_ptr(), access.get_data_length());
        access.set_dmi_allowed(true);
        access.set_response_status(tlm::TLM_OK_RESPONSE);
    }
    bool direct(tlm::tlm_generic_payload&, tlm::tlm_dmi& dmi) {
        dmi.allow_read_write();
        dmi.set_dmi_ptr(reinterpret_cast<unsigned char*>(memory->data()));
        dmi.set_start_address(0);
        dmi.set_end_address(ram_size.count - 1);
        return true;
    }
    Expected<hostmem::HostMemory<hostmem::Anonymous>> memory;
};

struct DeviceModule : sc_core::sc_module {
    tlm_utils::simple_target_socket<DeviceModule> socket{"socket"};

    explicit DeviceModule(sc_core::sc_module_name name) : sc_module(name) {
        socket.register_b_transport(this, &DeviceModule::transport);
    }
    void transport(tlm::tlm_generic_payload& access, sc_core::sc_time&) {
        std::uint64_t value;
        if (access.is_read()) {
            value = device.read<std::uint64_t>(access.get_address());
            std::memcpy(access.get_data_ptr(), &value, sizeof value);
        } else {
            std::memcpy(&value, access.get_data_ptr(), sizeof value);
            device.write(access.get_address(), value);
        }
        access.set_response_status(tlm::TLM_OK_RESPONSE);
    }
    Registers device;
};

/// Finds the target by address, makes the address relative to it, hands the payload on.
template <std::size_t Devices>
struct Router : sc_core::sc_module {
    tlm_utils::simple_target_socket<Router> in{"in"};
    std::vector<std::unique_ptr<tlm_utils::simple_initiator_socket<Router>>> out;

    explicit Router(sc_core::sc_module_name name) : sc_module(name) {
        in.register_b_transport(this, &Router::transport);
        in.register_get_direct_mem_ptr(this, &Router::direct);
        for (std::size_t i = 0; i != Devices + 1; ++i)
            out.push_back(std::make_unique<tlm_utils::simple_initiator_socket<Router>>(
                ("out" + std::to_string(i)).c_str()));
    }
    void transport(tlm::tlm_generic_payload& access, sc_core::sc_time& delay) {
        const std::uint64_t address = access.get_address();
        if (address - ram_base.value < ram_size.count) {
            access.set_address(address - ram_base.value);
            (*out[0])->b_transport(access, delay);
        } else if (const std::uint64_t i = (address - devices_base.value) / device_window.count;
                   i < Devices) {
            access.set_address(address % device_window.count);
            (*out[i + 1])->b_transport(access, delay);
        }
        access.set_address(address);
    }
    bool direct(tlm::tlm_generic_payload& access, tlm::tlm_dmi& dmi) {
        if (!(*out[0])->get_direct_mem_ptr(access, dmi)) return false;
        dmi.set_start_address(dmi.get_start_address() + ram_base.value);
        dmi.set_end_address(dmi.get_end_address() + ram_base.value);
        return true;
    }
};

struct Platform : sc_core::sc_module {
    static constexpr std::size_t devices = 8;
    tlm_utils::simple_initiator_socket<Platform> socket{"socket"};
    Router<devices> router{"router"};
    Memory memory{"memory"};
    std::vector<std::unique_ptr<DeviceModule>> modules;

    explicit Platform(sc_core::sc_module_name name) : sc_module(name) {
        socket.bind(router.in);
        router.out[0]->bind(memory.socket);
        for (std::size_t i = 0; i != devices; ++i) {
            modules.push_back(std::make_unique<DeviceModule>(("device" + std::to_string(i)).c_str()));
            router.out[i + 1]->bind(modules[i]->socket);
        }
    }
};

/// One for both targets: SystemC elaborates once in a process.
Platform& platform() {
    static Platform only("platform");
    static const bool elaborated = (sc_core::sc_start(sc_core::SC_ZERO_TIME), true);
    (void)elaborated;
    return only;
}

class Transport {
public:
    static constexpr auto name = "tlm_transport_8";
    static constexpr std::size_t devices = Platform::devices;

    Transport() { payload_.set_byte_enable_ptr(nullptr), payload_.set_dmi_allowed(false); }
    bool good() const { return platform_.memory.memory.has_value(); }
    std::uint64_t load(std::uint32_t address) {
        std::uint64_t value = 0;
        access(tlm::TLM_READ_COMMAND, address, value);
        return value;
    }
    void store(std::uint32_t address, std::uint64_t value) { access(tlm::TLM_WRITE_COMMAND, address, value); }

private:
    void access(tlm::tlm_command command, std::uint32_t address, std::uint64_t& value) {
        payload_.set_command(command);
        payload_.set_address(address);
        payload_.set_data_ptr(reinterpret_cast<unsigned char*>(&value));
        payload_.set_data_length(sizeof value);
        payload_.set_streaming_width(sizeof value);
        payload_.set_response_status(tlm::TLM_INCOMPLETE_RESPONSE);
        platform_.socket->b_transport(payload_, delay_);
    }

    Platform& platform_ = platform();
    tlm::tlm_generic_payload payload_;
    sc_core::sc_time delay_;
};

class Dmi {
public:
    static constexpr auto name = "tlm_dmi_8";
    static constexpr std::size_t devices = Platform::devices;

    Dmi() {
        tlm::tlm_generic_payload payload;
        payload.set_address(ram_base.value);
        good_ = transport_.good() && platform().socket->get_direct_mem_ptr(payload, dmi_);
    }
    bool good() const { return good_; }
    std::uint64_t load(std::uint32_t address) {
        if (!covered(address)) return transport_.load(address);
        std::uint64_t value;
        std::memcpy(&value, dmi_.get_dmi_ptr() + (address - dmi_.get_start_address()), sizeof value);
        return value;
    }
    void store(std::uint32_t address, std::uint64_t value) {
        if (!covered(address)) return transport_.store(address, value);
        std::memcpy(dmi_.get_dmi_ptr() + (address - dmi_.get_start_address()), &value, sizeof value);
    }

private:
    bool covered(std::uint64_t address) const {
        return address >= dmi_.get_start_address() &&
               address + sizeof(std::uint64_t) - 1 <= dmi_.get_end_address();
    }

    Transport transport_;
    tlm::tlm_dmi dmi_;
    bool good_ = false;
};

}  // namespace

}  // namespace access_benchmark

int sc_main(int argc, char** argv) {
    using namespace access_benchmark;
    measure<Transport>(in_one_window, [] { return std::make_unique<Transport>(); });
    measure<Dmi>(in_one_window, [] { return std::make_unique<Dmi>(); });
    benchmark::Initialize(&argc, argv);
    benchmark::RunSpecifiedBenchmarks();
    return 0;
}
