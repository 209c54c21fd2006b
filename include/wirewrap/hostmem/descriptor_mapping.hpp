// A mapping together with the descriptor behind it, which another process can be given.
#pragma once

#include <utility>

#include <wirewrap/hostmem/mapping.hpp>
#include <wirewrap/hostmem/os.hpp>

namespace wirewrap::hostmem {

/// Owns the file that `mapping` maps. Satisfies `MemoryRange`.
class DescriptorMapping : public Mapping {
public:
    DescriptorMapping(Mapping mapping, os::Descriptor file)
        : Mapping(std::move(mapping)), file_(std::move(file)) {}

    int descriptor() const { return file_.number(); }

private:
    os::Descriptor file_;
};

}  // namespace wirewrap::hostmem
