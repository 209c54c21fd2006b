#include <catch2/catch.hpp>

#include <cstring>
#include <string>

#include <wirewrap/hostmem/anonymous.hpp>
#include <wirewrap/hostmem/huge_pages.hpp>
#include <wirewrap/hostmem/memfd.hpp>
#include <wirewrap/hostmem/selected.hpp>

#include "support.hpp"

using namespace wirewrap;
using namespace wirewrap::literals;
using namespace wirewrap::hostmem;
using test::message;

static_assert(host::chosen_in("always [madvise] never") == "madvise");
static_assert(host::chosen_in("always madvise").empty() && host::chosen_in("]x[").empty() &&
              host::chosen_in("").empty());

namespace {

std::string setting(bool shared) {
    return std::string(host::chosen_in(os::read_text(host::huge_page_setting_of(shared)).value_or("")));
}

}  // namespace

TEMPLATE_TEST_CASE("memory says whether its pages are huge, and whose setting decides", "", Anonymous,
                   SharedAnonymous, Memfd) {
    typename TestType::Options options;
    change_common(options, [](CommonProperties& common) { common.prealloc = true; });
    const auto memory = allocate<TestType>(16_MiB, options);
    REQUIRE(message(memory) == "no error");
    const std::string chosen = setting(TestType::shared);
    const std::string said = message(in_huge_pages(*memory));
    INFO(said);
    const auto has = [&](std::string_view part) { return said.find(part) != std::string::npos; };
    if (chosen == "never" || chosen == "deny") {
        CHECK(said.starts_with("0 bytes of 16 MiB of "));
        CHECK(has(host::huge_page_setting_of(TestType::shared)));
        CHECK(has("is " + chosen));
        CHECK(has("hugetlb=on"));
    } else if (chosen.empty()) {
        // No kernel with huge pages, or no /sys here; then there is no telling, and pages may be huge all the same.
        CHECK((said == "no error" || (has(host::huge_page_setting_of(TestType::shared)) &&
                                      has("is not there") && has("hugetlb=on"))));
    } else {
        // How many there are is the host's to say: all, or a sentence with the number.
        CHECK((said == "no error" || has(" of 16 MiB of ")));
    }
}

TEST_CASE("memory that is chosen at run time has the setting of what was chosen") {
    const auto shared = allocate<Selected>(16_MiB, select<Memfd>()), own = allocate<Selected>(16_MiB);
    REQUIRE((shared && own));
    CHECK(message(in_huge_pages(*shared)).starts_with("0 bytes of 16 MiB of shared memory"));
    CHECK(message(in_huge_pages(*shared)).find(host::huge_page_setting_of(true)) != std::string::npos);
    CHECK(message(in_huge_pages(*own)).find(host::huge_page_setting_of(false)) != std::string::npos);
}

TEST_CASE("pages that nobody has touched are not huge") {
    const auto memory = allocate<Anonymous>(16_MiB);
    REQUIRE(memory);
    const std::string said = message(in_huge_pages(*memory));
    CHECK(said.starts_with("0 bytes of 16 MiB of private memory are in huge pages"));
    CHECK(said.find("not there yet") != std::string::npos);
}

TEST_CASE("of a range is counted what lies in it, page by page") {
    if (setting(false) == "never") {
        WARN("skipped: this host gives no transparent huge pages");
        return;
    }
    const auto memory = allocate<Anonymous>(16_MiB);
    REQUIRE(memory);
    std::memset(memory->data() + (4_MiB).count, 1, (4_MiB).count);
    const auto all = host::size_in_huge_pages(memory->span());
    const auto none = host::size_in_huge_pages({memory->data() + memory->size().count, std::size_t{4096}});
    REQUIRE(all);
    REQUIRE(none);
    CHECK(*all <= 4_MiB);
    CHECK(all->count % (2_MiB).count == 0);
    CHECK(*none == Bytes{});
}
