// A back end that answers with prepared bytes, whatever it is told; it remembers what it was told.
#pragma once

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <deque>
#include <memory>
#include <span>
#include <vector>

#include <wirewrap/vhost/channel.hpp>

namespace wirewrap::test {

struct Heard {
    vhost::Header header;
    std::vector<std::byte> payload;
    std::size_t descriptors = 0;
};

class ScriptedTransport {
public:
    std::vector<std::byte> answers;  // what is left of them
    std::vector<Heard> heard;

    vhost::os::Result<void> send(std::span<const std::byte> bytes, std::span<const int> descriptors,
                                 vhost::os::Deadline) {
        Heard one;
        std::memcpy(&one.header, bytes.data(), sizeof one.header);
        one.payload.assign(bytes.begin() + sizeof one.header, bytes.end());
        one.descriptors = descriptors.size();
        heard.push_back(std::move(one));
        return {};
    }
    /// The answers, and then the end of the connection.
    vhost::os::Result<void> receive(std::span<std::byte> bytes, vhost::os::Deadline) {
        if (bytes.size() > answers.size()) return std::unexpected(vhost::os::Failure{ECONNRESET});
        std::copy_n(answers.begin(), bytes.size(), bytes.begin());
        answers.erase(answers.begin(), answers.begin() + static_cast<std::ptrdiff_t>(bytes.size()));
        return {};
    }

    void answer(const vhost::Header& header, std::span<const std::byte> payload) {
        const auto head = std::as_bytes(std::span(&header, 1));
        answers.insert(answers.end(), head.begin(), head.end());
        answers.insert(answers.end(), payload.begin(), payload.end());
    }
    void answer(vhost::Request request, std::uint64_t number) {
        answer(
            {static_cast<std::uint32_t>(request), vhost::flag::version | vhost::flag::reply, sizeof number},
            std::as_bytes(std::span(&number, 1)));
    }
};

}  // namespace wirewrap::test
