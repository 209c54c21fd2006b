#include <cerrno>
#include <string>

#include <catch2/catch.hpp>

#include <wirewrap/vhost/channel.hpp>

#include <tests/vhost/scripted_transport.hpp>

using namespace wirewrap;
using namespace wirewrap::test;
using vhost::Channel, vhost::Request;
using namespace std::chrono_literals;

namespace {
Channel<ScriptedTransport> channel() { return Channel(ScriptedTransport(), 5s); }
std::string refusal(const auto& result) {
    REQUIRE_FALSE(result);
    return result.error().message;
}
}  // namespace

TEST_CASE("a question is a header, and its answer a number") {
    auto c = channel();
    c.transport().answer(Request::get_features, 0x1'4000'0000);
    CHECK(c.ask(Request::get_features) == 0x1'4000'0000u);
    REQUIRE(c.transport().heard.size() == 1);
    CHECK(c.transport().heard[0].header.request == 1);
    CHECK(c.transport().heard[0].header.flags == vhost::flag::version);
    CHECK(c.transport().heard[0].payload.empty());
}

TEST_CASE("acknowledgements are asked for once they are agreed on, and heard") {
    auto c = channel();
    REQUIRE(c.tell(Request::set_owner));
    c.acknowledge(true);
    c.transport().answer(Request::set_vring_num, 0);
    REQUIRE(c.tell(Request::set_vring_num, vhost::VringState{1, 64}));
    CHECK(c.transport().heard[1].header.flags == (vhost::flag::version | vhost::flag::need_reply));
    CHECK(c.transport().heard[1].header.size == 8);
    c.transport().answer(Request::set_mem_table, 1);
    CHECK(refusal(c.tell(Request::set_mem_table)) ==
          "the vhost-user back end refused SET_MEM_TABLE (it answered 1); its own messages say why");
}

TEST_CASE("an answer to something else, of another size, or that is none, is an error") {
    auto c = channel();
    c.transport().answer(Request::get_queue_num, 1);
    CHECK(refusal(c.ask(Request::get_features)) == "the vhost-user back end answered GET_FEATURES by request "
                                                   "17, flags 5 and 8 bytes; the answer has flags 5 and 8 "
                                                   "bytes");
    auto longer = channel();
    const std::uint64_t number = 0;
    longer.transport().answer({1, 5, 0xffff'ffff}, std::as_bytes(std::span(&number, 1)));
    CHECK(refusal(longer.ask(Request::get_features)).find("4294967295 bytes") != std::string::npos);
    auto no_reply = channel();
    no_reply.transport().answer({1, 1, 8}, std::as_bytes(std::span(&number, 1)));
    CHECK(refusal(no_reply.ask(Request::get_features)).find("flags 1") != std::string::npos);
    auto gone = channel();
    CHECK(refusal(gone.ask(Request::get_features)) ==
          "lost the vhost-user back end: cannot hear its answer to GET_FEATURES: Connection reset by peer "
          "(ECONNRESET)");
}

TEST_CASE("a structure is answered by one of its kind") {
    auto c = channel();
    const vhost::VringState state{0, 17};
    c.transport().answer({11, 5, 8}, std::as_bytes(std::span(&state, 1)));
    const auto answer = c.ask(Request::get_vring_base, vhost::VringState{0, 0});
    REQUIRE(answer);
    CHECK(answer->number == 17);
}

TEST_CASE("a socket that cannot be had has a sentence") {
    CHECK(refusal(vhost::Socket::connect("/nowhere/disk.sock")) ==
          "cannot connect to the vhost-user back end at /nowhere/disk.sock: No such file or directory "
          "(ENOENT); start it "
          "first, with this path as its socket");
    CHECK(refusal(vhost::Socket::connect(std::string(108, 'a')))
              .starts_with("the path of the back end's socket has 108 bytes, and 107 are the most that a "
                           "socket can have"));
}
