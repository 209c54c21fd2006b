// The example under AFL++, of which this test plays afl-fuzz: two pipes, a map of edges and test cases in shared memory.
#include <catch2/catch.hpp>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <poll.h>
#include <sys/shm.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/examples/process.hpp"

namespace {

constexpr std::uint32_t shared_cases = 0x8100'0001;

/// System V shared memory, as afl-fuzz makes it.
struct Shared {
    explicit Shared(std::size_t size) : number(::shmget(IPC_PRIVATE, size, IPC_CREAT | IPC_EXCL | 0600)) {
        REQUIRE(number >= 0);
        bytes = static_cast<std::uint8_t*>(::shmat(number, nullptr, 0));
    }
    ~Shared() {
        ::shmdt(bytes);
        ::shmctl(number, IPC_RMID, nullptr);
    }
    Shared(const Shared&) = delete;
    int number;
    std::uint8_t* bytes = nullptr;
};

class Engine {
public:
    explicit Engine(bool shared) : shared_(shared) {
        std::array<int, 2> commands{}, answers{};
        REQUIRE(::pipe2(commands.data(), O_CLOEXEC) == 0);
        REQUIRE(::pipe2(answers.data(), O_CLOEXEC) == 0);
        input_ = ::open("/tmp", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
        REQUIRE(input_ >= 0);
        program_ = ::fork();
        if (program_ == 0) {
            ::dup2(commands[0], 198);
            ::dup2(answers[1], 199);
            ::dup2(input_, STDIN_FILENO);
            ::setenv("__AFL_SHM_ID", std::to_string(map.number).c_str(), 1);
            if (shared) ::setenv("__AFL_SHM_FUZZ_ID", std::to_string(cases.number).c_str(), 1);
            wirewrap::test::become({"examples/fuzzing/with_afl", "examples/fuzzing/parser.elf"});
        }
        ::close(commands[0]);
        ::close(answers[1]);
        commands_ = commands[1];
        answers_ = answers[0];
        hello = receive();
        if (shared) send(shared_cases);
    }
    ~Engine() {
        leave();
        for (const int file : {answers_, input_}) ::close(file);
    }
    Engine(const Engine&) = delete;

    /// Begins a case; the process that it may kill.
    ::pid_t begin(std::string_view input, bool killed = false) {
        std::fill_n(map.bytes, 65536, 0);
        if (shared_) {
            const auto size = static_cast<std::uint32_t>(input.size());
            std::memcpy(cases.bytes, &size, 4);
            std::memcpy(cases.bytes + 4, input.data(), input.size());
        } else {
            REQUIRE(::ftruncate(input_, 0) == 0);
            REQUIRE(::pwrite(input_, input.data(), input.size(), 0) == static_cast<::ssize_t>(input.size()));
        }
        send(killed ? 1 : 0);
        return static_cast<::pid_t>(receive().value_or(0));
    }
    /// The status of a case; nothing when it does not come in that time.
    std::optional<std::uint32_t> receive(int milliseconds = 20'000) {
        ::pollfd file{answers_, POLLIN, 0};
        std::uint32_t word = 0;
        if (::poll(&file, 1, milliseconds) != 1 || ::read(answers_, &word, 4) != 4) return std::nullopt;
        return word;
    }
    std::optional<std::uint32_t> run(std::string_view input) {
        CHECK(begin(input) > 0);
        return receive();
    }
    /// As when afl-fuzz ends; the exit status of the program.
    int leave() {
        if (commands_ < 0) return -1;
        ::close(std::exchange(commands_, -1));
        int status = 0;
        ::waitpid(program_, &status, 0);
        return wirewrap::test::status_of(status);
    }
    std::size_t edges() const {
        return 65536 - static_cast<std::size_t>(std::count(map.bytes, map.bytes + 65536, 0));
    }

    Shared map{1 << 20}, cases{1 << 20};
    std::optional<std::uint32_t> hello;

private:
    void send(std::uint32_t word) { REQUIRE(::write(commands_, &word, 4) == 4); }

    bool shared_;
    int commands_ = -1, answers_ = -1, input_ = -1;
    ::pid_t program_ = -1;
};

const std::string good = "WRAP\x01N\x05"
                         "E",
                  crash = "WRAP\x01T\x20" + std::string(32, '%'), hang = "WRAP\x01KSKIP\xfa";

bool there(::pid_t process) { return ::kill(process, 0) == 0; }

}  // namespace

TEST_CASE("cases come by shared memory or by a file, and edges go to the map") {
    const bool shared = GENERATE(true, false);
    Engine engine(shared);
    // Options follow; test cases in shared memory where there is some; a map of 65536 bytes.
    CHECK(engine.hello == (shared ? 0x8000'0001u | 0x4000'0000u | 0x0100'0000u | 65535u << 1
                                  : 0x8000'0001u | 0x4000'0000u | 65535u << 1));
    CHECK(engine.run("") == 0u);
    const std::size_t none = engine.edges();
    CHECK(none != 0);
    CHECK(engine.run(good) == 0u);
    const std::vector<std::uint8_t> first(engine.map.bytes, engine.map.bytes + 65536);
    CHECK(engine.edges() > none);
    for (int i = 0; i != 3; ++i) {
        CHECK(engine.run(crash) == std::uint32_t{SIGABRT});
        CHECK(engine.run(std::string(5000, 'W')) == 0u);  // too long
        CHECK(engine.run(good) == 0u);
        CHECK(std::vector<std::uint8_t>(engine.map.bytes, engine.map.bytes + 65536) == first);
    }
    CHECK(engine.leave() == 0);
}

TEST_CASE(
    "a hang lasts until the process that stands in for the guest is killed, and the next case is as any") {
    Engine engine(true);
    REQUIRE(engine.run(good) == 0u);
    const std::size_t edges = engine.edges();
    for (int i = 0; i != 2; ++i) {
        const ::pid_t stand_in = engine.begin(hang, i != 0);
        REQUIRE(stand_in > 0);
        CHECK_FALSE(engine.receive(300));
        REQUIRE(::kill(stand_in, SIGKILL) == 0);
        CHECK(engine.receive() == std::uint32_t{SIGKILL});
        CHECK_FALSE(there(stand_in));
    }
    const ::pid_t next = engine.begin(good, true);
    CHECK(there(next));
    CHECK(engine.receive() == 0u);
    CHECK(engine.edges() == edges);

    // The engine was too impatient: the case passes, but its process was killed.
    const ::pid_t killed = engine.begin(good);
    CHECK(killed == next);
    ::kill(killed, SIGKILL);
    CHECK(engine.receive() == 0u);
    const ::pid_t renewed = engine.begin(good, true);
    CHECK(renewed != killed);
    CHECK(there(renewed));
    CHECK(engine.receive() == 0u);
    CHECK(engine.leave() == 0);
    CHECK_FALSE(there(renewed));
}

TEST_CASE("an engine that starts the program for one case gives it on standard input, and gets its edges") {
    Shared map(65536);
    ::setenv("__AFL_SHM_ID", std::to_string(map.number).c_str(), 1);
    const auto used = [&] { return 65536 - std::count(map.bytes, map.bytes + 65536, 0); };
    const auto run = [&](std::string_view input) {
        std::fill_n(map.bytes, 65536, 0);
        return wirewrap::test::run_program({"examples/fuzzing/with_afl", "examples/fuzzing/parser.elf"},
                                           input);
    };
    CHECK(run("W").status == 0);
    const auto few = used();
    CHECK(few != 0);
    CHECK(run(good).status == 0);
    CHECK(used() > few);
    ::unsetenv("__AFL_SHM_ID");
}

TEST_CASE("by hand it runs the cases in files, and the number of bad ones is its status") {
    using wirewrap::test::run_program;
    std::array<std::string, 3> names;
    const std::array<const std::string*, 3> texts{&good, &crash, &hang};
    for (std::size_t i = 0; i != 3; ++i) {
        names[i] = "/tmp/wirewrap-case-XXXXXX";
        const int file = ::mkstemp(names[i].data());
        REQUIRE(::write(file, texts[i]->data(), texts[i]->size()) ==
                static_cast<::ssize_t>(texts[i]->size()));
        ::close(file);
    }
    const auto run = run_program(
        {"examples/fuzzing/with_afl", "examples/fuzzing/parser.elf", names[0], names[1], names[2]});
    CHECK(run.status == 2);
    CHECK(run.out.find(names[0] + ": passed\n") != std::string::npos);
    CHECK(run.out.find(": store access fault (cause 7, value 0x80100000)\n") != std::string::npos);
    CHECK(run.out.find(names[2] + ": the guest has not come to an end after 100000 instructions\n") !=
          std::string::npos);
    for (const std::string& name : names) ::unlink(name.c_str());

    for (const auto& [number, why] :
         {std::pair("99999999", "cannot be attached: "), std::pair("/afl_1", "is no number of ")}) {
        ::setenv("__AFL_SHM_ID", number, 1);
        const auto refused = run_program({"examples/fuzzing/with_afl", "examples/fuzzing/parser.elf"});
        CHECK(refused.status == 1);
        CHECK(refused.err.find(why) != std::string::npos);
    }
    ::unsetenv("__AFL_SHM_ID");

    CHECK(run_program({"examples/fuzzing/with_afl"}).err.starts_with("with_afl: give it parser.elf"));
    CHECK(run_program({"examples/fuzzing/with_afl", "/nowhere"}).status == 1);
}
