#include <catch2/catch.hpp>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include <wirewrap/config/option_files.hpp>

using namespace wirewrap;
using namespace wirewrap::config;
using Words = std::vector<std::string>;

namespace {

/// A folder of its own, gone afterwards.
class Folder {
public:
    Folder() { static_cast<void>(::mkdtemp(name_.data())); }
    ~Folder() { std::filesystem::remove_all(name_); }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;

    std::string write(const std::string& name, std::string_view text) const {
        const std::string path = name_ + "/" + name;
        std::ofstream(path) << text;
        return path;
    }
    const std::string& name() const { return name_; }

private:
    std::string name_ = (std::filesystem::temp_directory_path() / "options-XXXXXX").string();
};

Expected<Words> expand(std::vector<std::string_view> words) { return expand_option_files(words); }
std::string objection(std::vector<std::string_view> words) {
    const auto expanded = expand(std::move(words));
    return expanded ? "" : expanded.error().message;
}

}  // namespace

TEST_CASE("words of a file stand where the file is named") {
    const Folder folder;
    const std::string file = "@" + folder.write("a", "-m 1G # RAM\n#-m 2G\n -mem-path \"/dev/huge pages\" '' "
                                                     "-append 'a \"b\" \\' c\\ d \"e\\\"f\"#g\n");
    CHECK(*expand({"-S", file, "-s"}) == Words{"-S", "-m", "1G", "-mem-path", "/dev/huge pages", "",
                                               "-append", "a \"b\" \\", "c d", "e\"f#g", "-s"});
    CHECK(*expand({"-append", file}) == Words{"-append", file});  // a value
    CHECK(expand({"@" + folder.write("b", "")})->empty());
    CHECK(*expand({"@" + folder.write("c", file + " -S")}) == [&] {
        Words all = *expand({file});
        all.emplace_back("-S");
        return all;
    }());
    CHECK(objection({"@" + folder.write("d", "-m '1G")}).ends_with("a quote is open at the end: close it"));
    CHECK(objection({"@" + folder.write("e", "-m 1G\\")}).ends_with("a backslash stands at the end"));
}

TEST_CASE("groups of a file become options") {
    const Folder folder;
    const auto words = [&](std::string_view text) {
        return expand({"-readconfig", folder.write("g", text)});
    };
    CHECK(*words("[memory]\n  size = \"1G\"\n  slots = \"2\"\n\n# x\n[object \"m0\"]\r\n"
                 " qom-type = \"memory-backend-file\"\r\n mem-path = \"a,b\" # there\r\n[smp-opts]\n") ==
          Words{"-m", "size=1G,slots=2", "-object", "id=m0,qom-type=memory-backend-file,mem-path=a,,b",
                "-smp", ""});
    CHECK(words("")->empty());
    for (const char* const text :
         {"size = \"1\"", "[memory]\nsize=\"1\"", "[memory]\n size = 1", "[memory]\n   \n",
          "[memory]\n size = \"1", "[memory]\n size = \"1\" x", "[memory", "[memory \"x]", "[memory] x", "[]",
          " [memory]", "[memory]\n = \"1\"", "[memory]\n \"size\" = \"1\""}) {
        INFO(text);
        CHECK_FALSE(words(text));
    }
    CHECK(words("[memory]\n\n size: 1")
              .error()
              .message.ends_with(
                  "line 3: write NAME = \"VALUE\", with a blank after the name and quotes round the value"));
    CHECK(words("[memroy]").error().message.ends_with("there is no group memroy; did you mean memory?"));
    CHECK(words("[memory]\n size = \"" + std::string(1100, '0') + "\"")
              .error()
              .message.ends_with("the line has more than 1023 characters"));
}

TEST_CASE("the last word of a group on a name counts, and on an id as well") {
    const Folder folder;
    const auto words = [&](std::string_view text) {
        return expand({"-readconfig", folder.write("g", text)});
    };
    CHECK(*words("[object \"a\"]\n id = \"b\"\n size = \"x\"\n size = \"1G\"\n id = \"c\"\n") ==
          Words{"-object", "id=c,size=1G"});
    CHECK(*words("[numa]\n cpus = \"5\"\n type = \"node\"\n cpus = \"0\"\n[numa]\n cpus = \"1\"\n") ==
          Words{"-numa", "cpus=0,type=node", "-numa", "cpus=1"});
    CHECK(words("[object \"" + std::string(63, 'x') + "\"]\n"));
    CHECK(words("[object \"" + std::string(64, 'x') + "\"]\n")
              .error()
              .message.ends_with("line 1: an id has more than 63 characters"));
    CHECK(words("[memory \"\"]\n").error().message.ends_with("or leave them out"));
}

TEST_CASE("elements of an object's list have names in a group") {
    const Folder folder;
    const auto words = [&](std::string_view lines) {
        return expand({"-readconfig", folder.write("g", "[object \"a\"]\n" + std::string(lines))});
    };
    CHECK(*words(" host-nodes.1 = \"0x3\"\n host-nodes.0 = \" 2\"\n policy = \"bind\"\n") ==
          Words{"-object", "id=a,host-nodes=3,host-nodes=2,policy=bind"});
    CHECK(*words(" cpu-affinity.0 = \"x\"\n cpu-affinity.0 = \"1\"\n") ==
          Words{"-object", "id=a,cpu-affinity=1"});
    CHECK(words(" host-nodes = \"0\"\n")
              .error()
              .message.ends_with("host-nodes is a list: write host-nodes.0 = \"0\", and .1 for one more"));
    CHECK(words(" host-nodes.0 = \"0\"\n host-nodes.2 = \"1\"\n")
              .error()
              .message.ends_with("host-nodes.2: the elements of host-nodes are numbered 0 to 1"));
    for (const char* const wrong :
         {"host-nodes.00 = \"0\"", "host-nodes.0 = \"0-1\"", "host-nodes. = \"0\"", "host-nodes.0.0 = \"0\"",
          "host-nodes.-0 = \"0\"", "host-nodes.0 = \"\""}) {
        INFO(wrong);
        CHECK_FALSE(words(" " + std::string(wrong) + "\n[memory]\n"));
    }
    CHECK(*expand({"-readconfig", folder.write("n", "[numa]\n cpus.0 = \"1\"\n")}) ==
          Words{"-numa", "cpus.0=1"});
}

TEST_CASE("files that cannot be read, or never end") {
    const Folder folder;
    CHECK(objection({"@" + folder.name() + "/none"}).find("cannot be opened: No such file") !=
          std::string::npos);
    CHECK(objection({"-readconfig", folder.name()}).ends_with("is no regular file"));
    CHECK(objection({"@/dev/zero"}).ends_with("is no regular file"));
    CHECK(
        objection({"@" + folder.write("zero", std::string_view("-m\0001", 4))}).find("a byte that is zero") !=
        std::string::npos);
    CHECK(
        objection({"@" + folder.write("large", std::string((1u << 20) + 1, ' '))}).find("more than 1 MiB") !=
        std::string::npos);
    const std::string self = folder.name() + "/self";
    folder.write("self", "@" + self);
    CHECK(objection({"@" + self}).find("more than 8 levels deep") != std::string::npos);
    std::string many;
    for (int i = 0; i != 100; ++i) many += "@" + self + " ";
    folder.write("self", many);
    CHECK_FALSE(objection({"@" + self}).empty());
}

TEST_CASE("a word may be as long as a file, and takes no longer to read") {
    const Folder folder;
    const std::string word((1u << 20) - 16, 'x');
    for (const std::string& text : {word, "\"" + word + "\""})
        CHECK(*expand({"@" + folder.write("long", "-append " + text)}) == Words{"-append", word});
}
