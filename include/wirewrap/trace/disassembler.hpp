// Instructions as text, by LLVM's library, which is looked for when the program runs: who never traces does not need it.
//
//     auto disassembler = trace::Disassembler::open();
//     if (!disassembler) return std::unexpected(disassembler.error());    // names the Debian package
//     disassembler->text(0x157d);                                         // {"addi", "a0, a0, -1"}
//
// Targets of jumps and branches are distances from the instruction. Not capstone: Debian 12 has its release 4, which knows no
// RISC-V.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include <dlfcn.h>

#include <wirewrap/base/endian.hpp>
#include <wirewrap/base/error.hpp>

namespace wirewrap::trace {

struct InstructionText {
    std::string mnemonic{};
    std::string operands{};

    friend bool operator==(const InstructionText&, const InstructionText&) = default;
};

class Disassembler {
public:
    /// For RV64GC with Zba, Zbb and Zbs: the newest release of LLVM that is installed.
    static Expected<Disassembler> open() {
        std::string names;
        for (const char* const name : libraries) {
            std::unique_ptr<void, Close> library(::dlopen(name, RTLD_NOW | RTLD_LOCAL));
            if (!library) continue;
            Disassembler made(std::move(library));
            if (made.complete()) return made;
            names += names.empty() ? name : std::string(" and ") + name;
        }
        if (!names.empty())
            return fail("instructions are shown as text by LLVM, and ", std::string_view(names),
                        " cannot do that for RISC-V; install Debian's package libllvm19");
        return fail("instructions are shown as text by LLVM, and none of its libraries from ",
                    std::string_view(libraries.back()), " to ", std::string_view(libraries.front()),
                    " is installed; Debian's package is libllvm19");
    }

    /// Of an instruction of 2 or 4 bytes. What is none has the mnemonic "unknown".
    InstructionText text(std::uint32_t word) const {
        std::array<std::uint8_t, 4> bytes{};
        write_memory<std::uint32_t>(reinterpret_cast<std::byte*>(bytes.data()), word);
        std::array<char, 256> line{};
        if (disassemble_(context_.get(), bytes.data(), bytes.size(), 0, line.data(), line.size()) == 0)
            return {"unknown", {}};
        std::string_view rest(line.data());
        rest.remove_prefix(std::min(rest.find_first_not_of('\t'), rest.size()));
        const std::size_t tab = std::min(rest.find('\t'), rest.size());
        InstructionText text{std::string(rest.substr(0, tab)), {}};
        if (tab < rest.size()) text.operands = rest.substr(tab + 1);
        return text;
    }

private:
    // LLVM's C interface (llvm-c/Disassembler.h), which has been the same since its first releases.
    using Initialize = void();
    using Create = void*(const char* triple, const char* cpu, const char* features, void* information,
                         int tag_type, void* get_operand, void* look_up_symbol);
    using Disassemble = std::size_t(void* context, std::uint8_t* bytes, std::uint64_t size, std::uint64_t pc,
                                    char* text, std::size_t text_size);
    using Dispose = void(void* context);

    static constexpr std::array libraries{
        "libLLVM.so.23.1", "libLLVM.so.22.1", "libLLVM.so.21.1", "libLLVM.so.20.1", "libLLVM.so.19.1",
        "libLLVM.so.18.1", "libLLVM-17.so.1", "libLLVM-16.so.1", "libLLVM-15.so.1", "libLLVM-14.so.1"};

    struct Close {
        void operator()(void* library) const { ::dlclose(library); }
    };
    struct End {
        Dispose* dispose = nullptr;
        void operator()(void* context) const { dispose(context); }
    };

    explicit Disassembler(std::unique_ptr<void, Close> library) : library_(std::move(library)) {
        auto* const create = function<Create>("LLVMCreateDisasmCPUFeatures");
        auto* const dispose = function<Dispose>("LLVMDisasmDispose");
        disassemble_ = function<Disassemble>("LLVMDisasmInstruction");
        const std::array start{function<Initialize>("LLVMInitializeRISCVTargetInfo"),
                               function<Initialize>("LLVMInitializeRISCVTargetMC"),
                               function<Initialize>("LLVMInitializeRISCVDisassembler")};
        for (Initialize* const each : start)
            if (each == nullptr) return;
        if (create == nullptr || dispose == nullptr) return;
        for (Initialize* const each : start) each();
        context_ = std::unique_ptr<void, End>(
            create("riscv64", "", "+m,+a,+f,+d,+c,+zba,+zbb,+zbs", nullptr, 0, nullptr, nullptr),
            End{dispose});
    }
    bool complete() const { return context_ != nullptr && disassemble_ != nullptr; }

    template <class F>
    F* function(const char* name) const {
        return reinterpret_cast<F*>(::dlsym(library_.get(), name));
    }

    std::unique_ptr<void, Close> library_;  // goes last
    std::unique_ptr<void, End> context_{nullptr, End{}};
    Disassemble* disassemble_ = nullptr;
};

}  // namespace wirewrap::trace
