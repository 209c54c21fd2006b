// The arithmetic of F and D beside the host's, which is IEEE 754's in four of the five rounding modes; and what the host
// does not have.
#include <catch2/catch.hpp>

#include <bit>
#include <cfenv>
#include <cmath>
#include <cstdint>
#include <limits>
#include <random>
#include <string>

#include <wirewrap/cpu/riscv/float/arithmetic.hpp>
#include <wirewrap/cpu/riscv/float/conversion.hpp>
#include <wirewrap/cpu/riscv/float/host.hpp>

using namespace wirewrap::riscv::floating;

namespace {

/// Numbers that break things: next to powers of two, to the ends of the range, with few bits, and any others.
template <class F>
class Numbers {
public:
    using Bits = typename F::Bits;
    explicit Numbers(std::uint64_t seed) : random_(seed) {}

    Bits operator()() {
        const std::uint64_t choice = random_() % 16;
        const auto any = static_cast<Bits>(random_());
        const Bits sign = any & F::sign_bit;
        if (choice == 0) return sign | (random_() % 2 != 0 ? F::infinity : 0);
        if (choice == 1) return sign | F::infinity | static_cast<Bits>(random_() & F::fraction_mask);
        if (choice == 2) return sign | static_cast<Bits>(random_() & F::fraction_mask);  // subnormal
        if (choice == 3) return sign | (F::infinity - 1 - static_cast<Bits>(random_() % 4));
        if (choice == 4) return sign | (F::fraction_mask + static_cast<Bits>(random_() % 5) - 2);
        if (choice < 12) {  // exponents in the middle, fractions of few bits or few zeros
            const int spread = static_cast<int>(random_() % 130) - 65;
            const Bits exponent = static_cast<Bits>(F::bias + spread) << (F::precision - 1);
            Bits fraction = static_cast<Bits>(random_()) & F::fraction_mask;
            const int few = static_cast<int>(random_() % static_cast<std::uint64_t>(F::precision - 1));
            if (choice < 8) fraction &= ~((Bits{1} << few) - 1);
            if (choice == 8) fraction |= F::fraction_mask & ~((Bits{1} << few) - 1);
            return sign | exponent | fraction;
        }
        return any;
    }
    std::uint64_t integer() {
        return static_cast<std::uint64_t>(static_cast<std::int64_t>(random_()) >> (random_() % 64));
    }

private:
    std::mt19937_64 random_;
};

constexpr int host_modes[] = {FE_TONEAREST, FE_TOWARDZERO, FE_DOWNWARD, FE_UPWARD};

/// Compilers do not know that modes and flags go with an operation: what passes here is computed before or after.
template <class T>
void hold(T& value) {
    asm volatile("" : "+m"(value));
}

/// What the host computes in a mode, and what it flags.
template <class Function, class... Operands>
auto on_the_host(Rounding mode, Flags& flags, Function f, Operands... operands) {
    std::fesetround(host_modes[static_cast<int>(mode)]);
    std::feclearexcept(FE_ALL_EXCEPT);
    (hold(operands), ...);
    auto result = f(operands...);
    hold(result);
    const int raised = std::fetestexcept(FE_ALL_EXCEPT);
    std::fesetround(FE_TONEAREST);
    flags = static_cast<Flags>(
        ((raised & FE_INEXACT) != 0 ? inexact : 0) | ((raised & FE_UNDERFLOW) != 0 ? underflow : 0) |
        ((raised & FE_OVERFLOW) != 0 ? overflow : 0) | ((raised & FE_DIVBYZERO) != 0 ? divide_by_zero : 0) |
        ((raised & FE_INVALID) != 0 ? invalid : 0));
    return result;
}

template <class F>
typename F::Bits bits_of(HostFloat<F> value) {
    const auto bits = std::bit_cast<typename F::Bits>(value);
    return F::is_nan(bits) ? F::canonical_nan : bits;
}

template <class F, class Here, class There, class... Operands>
void compare_with_host(const char* what, Here here, There there, Operands... operands) {
    for (int m = 0; m != 4; ++m) {
        const auto mode = static_cast<Rounding>(m);
        Flags ours = 0, theirs = 0;
        const auto result = here(operands..., mode, ours);
        const auto expected = bits_of<F>(
            on_the_host(mode, theirs, there, std::bit_cast<HostFloat<F>>(operands)...));
        if (result == expected && ours == theirs) continue;
        INFO(what << " in mode " << m << std::hex << ": " << result << " flags " << int{ours} << ", the host "
                  << expected << " flags " << int{theirs});
        ((UNSCOPED_INFO(std::hex << "operand " << operands)), ...);
        FAIL();
    }
}

constexpr int rounds = 30'000;

}  // namespace

TEMPLATE_TEST_CASE("results and flags are the host's", "", Single, Double) {
    using F = TestType;
    using Host = HostFloat<F>;
    Numbers<F> number(F::precision);
    for (int i = 0; i != rounds; ++i) {
        const auto a = number(), b = number(), c = number();
        compare_with_host<F>("add", add<F>, [](Host x, Host y) { return x + y; }, a, b);
        compare_with_host<F>("multiply", multiply<F>, [](Host x, Host y) { return x * y; }, a, b);
        compare_with_host<F>("divide", divide<F>, [](Host x, Host y) { return x / y; }, a, b);
        compare_with_host<F>("square_root", square_root<F>, [](Host x) { return std::sqrt(x); }, a);
        // Infinity times zero plus a quiet NaN: hosts may flag it or not, RISC-V does.
        const bool open = F::is_nan(c) &&
                          ((F::is_zero(a) && F::is_infinite(b)) || (F::is_zero(b) && F::is_infinite(a)));
        if (!open)
            compare_with_host<F>(
                "multiply_add", multiply_add<F>, [](Host x, Host y, Host z) { return std::fma(x, y, z); }, a,
                b, c);
        // A product that the addend nearly takes away.
        Flags ignored = 0;
        const auto near = multiply<F>(a, b, Rounding::to_nearest_even, ignored) ^ F::sign_bit;
        if (!F::is_nan(near))
            compare_with_host<F>(
                "multiply_add", multiply_add<F>, [](Host x, Host y, Host z) { return std::fma(x, y, z); }, a,
                b, static_cast<typename F::Bits>(near));
    }
}

TEST_CASE("conversions are the host's where the result is in range") {
    Numbers<Double> number(1);
    Numbers<Single> small(2);
    for (int i = 0; i != rounds; ++i) {
        const auto a = number();
        const std::uint64_t n = number.integer();
        for (int m = 0; m != 4; ++m) {
            const auto mode = static_cast<Rounding>(m);
            Flags ours = 0, theirs = 0;
            CAPTURE(a, n, m);
            const auto narrow = on_the_host(
                mode, theirs, [](double x) { return static_cast<float>(x); }, std::bit_cast<double>(a));
            REQUIRE(convert<Single, Double>(a, mode, ours) == bits_of<Single>(narrow));
            REQUIRE(ours == theirs);
            ours = 0;
            const auto whole = on_the_host(
                mode, theirs, [](double x) { return std::nearbyint(x); }, std::bit_cast<double>(a));
            if (whole >= -0x1p63 && whole < 0x1p63) {
                REQUIRE(to_integer<Double, std::int64_t>(a, mode, ours) == static_cast<std::int64_t>(whole));
                REQUIRE(ours == (whole == std::bit_cast<double>(a) ? 0 : inexact));
            }
            ours = 0;
            const auto from = on_the_host(
                mode, theirs, [](std::int64_t x) { return static_cast<float>(x); },
                static_cast<std::int64_t>(n));
            REQUIRE(from_integer<Single>(static_cast<std::int64_t>(n), mode, ours) == bits_of<Single>(from));
            REQUIRE(ours == theirs);
        }
        Flags ours = 0, theirs = 0;
        const auto s = small();
        const auto wide = on_the_host(
            Rounding::to_nearest_even, theirs, [](float x) { return static_cast<double>(x); },
            std::bit_cast<float>(s));
        REQUIRE(convert<Double, Single>(s, Rounding::to_nearest_even, ours) == bits_of<Double>(wide));
        REQUIRE(ours == theirs);
    }
}

TEST_CASE("ties go away from zero in the mode that the host has not, and nothing else differs from nearest") {
    Flags flags = 0;
    const auto rounded = [&](double value) {
        return to_integer<Double, std::int64_t>(std::bit_cast<std::uint64_t>(value),
                                                Rounding::to_nearest_away, flags);
    };
    CHECK(rounded(2.5) == 3);
    CHECK(rounded(-2.5) == -3);
    CHECK(rounded(0.5) == 1);
    CHECK(rounded(0.49999999999999994) == 0);
    CHECK(rounded(-3.4) == -3);
    // 2^24 + 1 lies in the middle between two numbers of 24 bits.
    CHECK(from_integer<Single>(std::int32_t{0x1000001}, Rounding::to_nearest_even, flags) == 0x4b800000);
    CHECK(from_integer<Single>(std::int32_t{0x1000001}, Rounding::to_nearest_away, flags) == 0x4b800001);
    Numbers<Single> number(3);
    int ties = 0;
    for (int i = 0; i != rounds; ++i) {
        const auto a = number(), b = number();
        Flags even = 0, away = 0;
        const auto x = add<Single>(a, b, Rounding::to_nearest_even, even);
        const auto y = add<Single>(a, b, Rounding::to_nearest_away, away);
        REQUIRE(even == away);
        if (x == y) continue;
        ++ties;
        Flags ignored = 0;
        const auto up = add<Single>(a, b, Rounding::up, ignored),
                   down = add<Single>(a, b, Rounding::down, ignored);
        REQUIRE(y == (Single::negative(y) ? down : up));
    }
    CHECK(ties > 20);
}

TEST_CASE("what is out of range saturates, and is invalid and nothing else") {
    const auto check = [](auto type, double value, auto expected) {
        Flags flags = 0;
        CAPTURE(value);
        CHECK(to_integer<Double, decltype(type)>(std::bit_cast<std::uint64_t>(value), Rounding::to_zero,
                                                 flags) == expected);
        CHECK(flags == invalid);
    };
    const double nan = std::numeric_limits<double>::quiet_NaN(),
                 infinity = std::numeric_limits<double>::infinity();
    for (const double large : {nan, -nan, infinity, 2147483648.0, 1e300})
        check(std::int32_t{}, large, 0x7fff'ffff);
    for (const double small : {-infinity, -2147483649.0, -1e300})
        check(std::int32_t{}, small, std::int32_t{-0x7fff'ffff} - 1);
    for (const double large : {nan, 4294967296.0}) check(std::uint32_t{}, large, 0xffff'ffff);
    for (const double small : {-infinity, -1.0, -1e10}) check(std::uint32_t{}, small, 0u);
    for (const double large : {nan, 0x1p64}) check(std::uint64_t{}, large, ~std::uint64_t{0});
    check(std::int64_t{}, 0x1p63, std::numeric_limits<std::int64_t>::max());
    Flags flags = 0;
    CHECK(to_integer<Double, std::uint32_t>(std::bit_cast<std::uint64_t>(-0.75), Rounding::to_zero, flags) ==
          0);
    CHECK(flags == inexact);
    CHECK(to_integer<Double, std::int64_t>(std::bit_cast<std::uint64_t>(-0x1p63), Rounding::to_zero, flags) ==
          std::numeric_limits<std::int64_t>::min());
}

TEST_CASE("minimum, maximum, comparisons and classes know zeros, NaNs and subnormal numbers") {
    constexpr std::uint32_t zero = 0, minus_zero = 0x8000'0000, one = 0x3f80'0000, quiet = 0x7fc0'0001,
                            signaling = 0x7f80'0001;
    Flags flags = 0;
    CHECK(extreme<Single>(false, zero, minus_zero, flags) == minus_zero);
    CHECK(extreme<Single>(true, minus_zero, zero, flags) == zero);
    CHECK(extreme<Single>(false, quiet, one, flags) == one);
    CHECK(extreme<Single>(true, quiet, quiet, flags) == Single::canonical_nan);
    CHECK(compare<Single>(Relation::equal, zero, minus_zero, flags));
    CHECK_FALSE(compare<Single>(Relation::less, minus_zero, zero, flags));
    CHECK_FALSE(compare<Single>(Relation::equal, quiet, quiet, flags));
    CHECK(flags == 0);
    CHECK_FALSE(compare<Single>(Relation::less_or_equal, quiet, one, flags));
    CHECK(flags == invalid);
    flags = 0;
    CHECK(extreme<Single>(true, signaling, one, flags) == one);
    CHECK(flags == invalid);
    flags = 0;
    CHECK(multiply_add<Single>(Single::infinity, zero, quiet, Rounding::to_zero, flags) ==
          Single::canonical_nan);
    CHECK(flags == invalid);
    constexpr std::uint32_t of_each[] = {0xff80'0000, 0xbf80'0000, 0x8000'0001, minus_zero, zero,
                                         1,           one,         0x7f80'0000, signaling,  quiet};
    for (std::size_t i = 0; i != std::size(of_each); ++i)
        CHECK(class_of<Single>(of_each[i]) == std::uint64_t{1} << i);
}

TEMPLATE_TEST_CASE("what the host is asked for is the same, and it is asked often", "", Single, Double) {
    using F = TestType;
    Numbers<F> number(17);
    int asked = 0;
    for (int i = 0; i != rounds; ++i) {
        const auto a = number(), b = number();
        typename F::Bits result;
        if (!on_host<F>(result, [](auto x, auto y) { return x * y; }, a, b)) continue;
        ++asked;
        Flags flags = inexact;
        REQUIRE(multiply<F>(a, b, Rounding::to_nearest_even, flags) == result);
        REQUIRE(flags == inexact);
    }
    CHECK(asked > rounds / 4);
}
