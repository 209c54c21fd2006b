#include <catch2/catch.hpp>

#include <wirewrap/base/member_kind.hpp>

using namespace wirewrap;

namespace {

struct Tick {
    WIREWRAP_MEMBER_NAME(tick);
};

struct None {
    void tack();
};
struct Function {
    void tick(int, int);
};
struct Static {
    static void tick();
};
struct Const {
    int tick() const noexcept;
};
struct Overloads {
    void tick();
    void tick(int);
};
struct Template {
    template <class T>
    void tick(T);
};
class Private {
    [[maybe_unused]] void tick();
};
class Protected {
protected:
    void tick();
};
struct Inherited : Function {};
struct Data {
    int tick;
};
struct Bits {
    unsigned tick : 3;
};
struct Reference {
    int& tick;
};
struct Type {
    enum class tick {};
};
struct Constant {
    static constexpr int tick = 0;
};
struct Sealed final {
    void tick();
};
struct Abstract {
    explicit Abstract(int);
    Abstract(const Abstract&) = delete;
    virtual void tick() = 0;

protected:
    ~Abstract() = default;
};
union Union {
    int tick;
    float tock;
};

template <class T>
constexpr MemberKind kind = member_kind<Tick, T>();

static_assert(kind<None> == MemberKind::none && kind<int> == MemberKind::none);
static_assert(kind<Function> == MemberKind::function && kind<Static> == MemberKind::function &&
              kind<Const> == MemberKind::function && kind<Inherited> == MemberKind::function &&
              kind<Sealed> == MemberKind::function && kind<Abstract> == MemberKind::function);
static_assert(kind<Overloads> == MemberKind::unclear && kind<Template> == MemberKind::unclear &&
              kind<Private> == MemberKind::unclear && kind<Protected> == MemberKind::unclear);
static_assert(kind<Data> == MemberKind::data && kind<Bits> == MemberKind::data &&
              kind<Reference> == MemberKind::data && kind<Type> == MemberKind::data &&
              kind<Union> == MemberKind::data);
static_assert(kind<Constant> == MemberKind::constant);

// Several names at once, through one class.
struct Both {
    [[maybe_unused]] static constexpr int tick = 0, tock = 0;
};
struct TickOfBoth {
    WIREWRAP_MEMBER_NAME_OF(Both, tick);
};
struct TockOfBoth {
    WIREWRAP_MEMBER_NAME_OF(Both, tock);
};
static_assert(member_kind<TickOfBoth, Function>() == MemberKind::function &&
              member_kind<TockOfBoth, Function>() == MemberKind::none);

template <FixedText Name>
struct Named {};

}  // namespace

TEST_CASE("types have names that compilers print whole") {
    CHECK(type_name<int>().view() == "int");
    CHECK(type_name<Function>().string().ends_with("Function"));
    for (const char c : type_name<Named<"it's \"x\"">>().string())
        CHECK((c != '"' && c != '\'' && c != '\\'));
}
