"""Which header of the standard library has a name, for the names that this repository uses.

A name may stand in several headers; one of them is enough.
"""

import re

# Header: the names it has behind `std::`. What ends in a star is the beginning of a name.
_NAMES = {
    "algorithm": """adjacent_find all_of any_of binary_search clamp copy copy_backward copy_if copy_n count count_if equal fill
        fill_n find find_if find_if_not for_each generate inplace_merge is_sorted lexicographical_compare lower_bound max
        max_element merge min min_element minmax mismatch move_backward none_of nth_element partition
        partition_point remove_if replace reverse rotate search set_difference sort stable_sort transform unique
        upper_bound""",
    "array": "array to_array",
    "atomic": "atomic atomic_flag atomic_ref atomic_thread_fence memory_order*",
    "bit": """bit_cast bit_ceil bit_floor bit_width byteswap countl_one countl_zero countr_one countr_zero endian
        has_single_bit popcount rotl rotr""",
    "bitset": "bitset",
    "charconv": "from_chars to_chars",
    "chrono": "chrono",
    "cmath": "fma isnan isinf signbit sqrt",
    "concepts": """assignable_from constructible_from convertible_to copyable default_initializable derived_from floating_point
        integral invocable predicate regular same_as signed_integral unsigned_integral""",
    "condition_variable": "condition_variable*",
    "cstddef": "byte max_align_t nullptr_t ptrdiff_t to_integer",
    "cstdint": "int8_t int16_t int32_t int64_t intptr_t uint8_t uint16_t uint32_t uint64_t uintptr_t",
    "cstdio": "fprintf printf puts snprintf",
    "cstdlib": "abort getenv strtoull",
    "cstring": "memchr memcmp memcpy memmove memset strcmp strerror strlen",
    "deque": "deque",
    "expected": "expected unexpect* bad_expected_access",
    "filesystem": "filesystem",
    "fstream": "ifstream ofstream fstream",
    "functional": "bind_front function identity invoke mem_fn move_only_function",
    "future": "async future promise",
    "iterator": "back_inserter distance next prev istreambuf_iterator",
    "limits": "numeric_limits",
    "list": "list",
    "map": "map multimap",
    "memory": "addressof allocator construct_at destroy* make_unique make_shared shared_ptr unique_ptr weak_ptr start_lifetime_as",
    "mutex": "call_once lock_guard mutex once_flag recursive_mutex scoped_lock unique_lock",
    "numeric": "accumulate gcd iota lcm midpoint reduce",
    "optional": "make_optional nullopt nullopt_t optional",
    "random": "mt19937* random_device uniform_int_distribution",
    "set": "set multiset",
    "shared_mutex": "shared_lock shared_mutex",
    "span": "as_bytes as_writable_bytes dynamic_extent span",
    "sstream": "istringstream ostringstream stringstream",
    "stop_token": "stop_callback stop_source stop_token",
    "string": "char_traits getline stoi stoull string to_string",
    "string_view": "string_view",
    "system_error": "errc error_code generic_category system_category system_error",
    "thread": "jthread this_thread thread",
    "tuple": "apply forward_as_tuple ignore make_tuple tie tuple tuple_cat tuple_element* tuple_size*",
    "type_traits": """add_const* bool_constant conditional conditional_t decay* enable_if* false_type
        has_unique_object_representations* integral_constant invoke_result* is_* make_signed* make_unsigned* remove_* true_type
        type_identity* underlying_type* void_t""",
    "unordered_map": "unordered_map unordered_multimap",
    "unordered_set": "unordered_set",
    "utility": """as_const cmp_equal cmp_greater cmp_less declval exchange forward in_place* index_sequence* integer_sequence
        make_index_sequence make_pair move pair piecewise_construct swap to_underlying unreachable""",
    "variant": "get_if holds_alternative monostate variant variant_alternative* variant_size* visit",
    "vector": "vector",
}
# Names that stand elsewhere too, by the standard.
_ALSO = {
    "move": ["algorithm"],
    "swap": ["string_view", "memory"],
    "declval": ["type_traits"],
    "ptrdiff_t": ["iterator", "span"],
    "nullptr_t": ["memory"],
    "in_place*": ["optional", "variant", "expected"],
    "tuple_size*": ["utility", "array", "ranges"],
    "tuple_element*": ["utility", "array", "ranges"],
    "next": ["string", "vector", "array", "span", "map"],
    "prev": ["string", "vector", "array", "span", "map"],
    "distance": ["string", "vector", "array", "span", "map"],
    "is_*": ["algorithm"],
    "is_sorted": ["type_traits"],
    "remove_*": ["algorithm"],
    "string_view": ["string"],
    "errc": ["charconv"],
    "to_chars": [],
}
# What a header has besides, by the standard.
_INCLUDES = {"chrono": ["concepts"], "ranges": ["concepts", "iterator"], "functional": [], "thread": ["stop_token"]}

_USED = re.compile(r"\bstd::(?:ranges::|views::)?(\w+)")
_COMMENT = re.compile(r"//[^\n]*|/\*.*?\*/|\"(?:\\\\.|[^\"\\\\\n])*\"", re.DOTALL)


def _headers():
    """Name, or the beginning of one with a star: the headers that have it."""
    found = {}
    for header, names in _NAMES.items():
        for name in names.split():
            found.setdefault(name, []).append(header)
    for name, others in _ALSO.items():
        found.setdefault(name, []).extend(others)
    return found


_HEADERS = _headers()
_BEGINNINGS = [name[:-1] for name in _HEADERS if name.endswith("*")]


def _having(name):
    """The headers of which one has to be there for `std::name`; none for a name that is not in the table."""
    having = list(_HEADERS.get(name, []))
    for beginning in _BEGINNINGS:
        if name.startswith(beginning):
            having += _HEADERS[beginning + "*"]
    return having


def missing_includes(path, text, included):
    """A sentence for each name of the standard library in `text` of which no header is among `included`, the headers of others
    that `path` includes itself or by headers of this repository.
    """
    there = set(included)
    for header in included:
        there.update(_INCLUDES.get(header, []))
    failures = []
    for name in dict.fromkeys(_USED.findall(_COMMENT.sub("", text))):
        having = _having(name)
        if having and not there.intersection(having):
            failures.append(f"{path} uses std::{name} and does not include <{having[0]}>")
    return failures
