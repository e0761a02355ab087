// The names of types and enumerators as they stand in the sources, and which numbers of an enumeration have a
// name at all: so that a number from outside can be refused without a second list that somebody forgets.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <type_traits>
#include <utility>

namespace understudy {

namespace names {

// What stands behind the first '=' of what a compiler calls a function: "[T = NAME]" or "[with T = NAME; …]".
consteval std::string_view argument_in(std::string_view function) {
    const std::size_t start = function.find(" = ") + 3;
    return function.substr(start, function.find_first_of(";]", start) - start);
}

template <auto Value>
consteval std::string_view of_value() {
    return argument_in(__PRETTY_FUNCTION__);
}
template <typename T>
consteval std::string_view of_type() {
    return argument_in(__PRETTY_FUNCTION__);
}

consteval std::string_view last_part(std::string_view name) {
    return name.substr(name.rfind(':') + 1);  // all of it if there is none
}

}  // namespace names

// "AdvertHeard"; of a template without its arguments.
template <typename T>
consteval std::string_view type_name() {
    constexpr std::string_view kWhole = names::of_type<T>();
    return names::last_part(kWhole.substr(0, kWhole.find('<')));
}

// A number without a name is shown as a cast: "(understudy::net::Family)7".
template <auto Value>
consteval std::string_view enumerator_name() {
    constexpr std::string_view kWhole = names::of_value<Value>();
    return kWhole.contains(')') && kWhole.rfind(')') > kWhole.rfind(':') ? std::string_view{}
                                                                         : names::last_part(kWhole);
}

// No enumeration here has a number that is greater.
inline constexpr std::size_t kEnumerators = 52;

template <typename Enum, std::size_t... I>
consteval std::array<std::string_view, sizeof...(I)> enumerator_names(std::index_sequence<I...>) {
    return {enumerator_name<static_cast<Enum>(I)>()...};
}

template <typename Enum>
inline constexpr auto kNamesOf = enumerator_names<Enum>(std::make_index_sequence<kEnumerators>{});

template <typename Enum>
    requires std::is_enum_v<Enum>
constexpr bool is_enumerator(std::uint64_t number) {
    return number < kEnumerators && !kNamesOf<Enum>[static_cast<std::size_t>(number)].empty();
}

// "Ipv4"; empty if it has none.
template <typename Enum>
    requires std::is_enum_v<Enum>
constexpr std::string_view name_of(Enum value) {
    const auto number = static_cast<std::uint64_t>(value);
    return number < kEnumerators ? kNamesOf<Enum>[static_cast<std::size_t>(number)] : std::string_view{};
}

}  // namespace understudy
