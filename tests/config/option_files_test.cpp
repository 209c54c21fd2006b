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
