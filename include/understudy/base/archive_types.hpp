// How the vocabulary of the language and its library becomes octets; see archive.hpp.
#pragma once

#include <array>
#include <chrono>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <queue>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

#include "understudy/base/archive_core.hpp"
#include "understudy/base/bounded.hpp"
#include "understudy/base/secret.hpp"

namespace understudy {

template <std::unsigned_integral T>
struct Archived<T> {
    static void put(ArchiveWriter& out, T value) { out.number(value); }
    static void take(ArchiveReader& in, T& value) {
        const std::uint64_t number = in.number();
        if (number > std::numeric_limits<T>::max()) return in.fail(ArchiveFault::OutOfRange);
        value = static_cast<T>(number);
    }
    static Shape shape() { return sizeof(T); }
};

// The sign goes last, so that small numbers of either sign are short.
template <std::signed_integral T>
struct Archived<T> {
    static void put(ArchiveWriter& out, T value) {
        const auto bits = static_cast<std::uint64_t>(static_cast<std::int64_t>(value));
        out.number(bits << 1 ^ (value < 0 ? ~std::uint64_t{0} : 0));
    }
    static void take(ArchiveReader& in, T& value) {
        const std::uint64_t number = in.number();
        const auto whole =
            static_cast<std::int64_t>(number >> 1 ^ ((number & 1) != 0 ? ~std::uint64_t{0} : 0));
        if (!std::in_range<T>(whole)) return in.fail(ArchiveFault::OutOfRange);
        value = static_cast<T>(whole);
    }
    static Shape shape() { return 16 + sizeof(T); }
};

template <typename T>
    requires std::is_enum_v<T>
struct Archived<T> {
    static_assert(enumerator_name<static_cast<T>(kEnumerators)>().empty(), "raise kEnumerators");

    static void put(ArchiveWriter& out, T value) { out.number(static_cast<std::uint64_t>(value)); }
    static void take(ArchiveReader& in, T& value) {
        const std::uint64_t number = in.number();
        if (!is_enumerator<T>(number)) return in.fail(ArchiveFault::NoSuchChoice);
        value = static_cast<T>(number);
    }
    static Shape shape() {
        Shape whole = shape_of(type_name<T>());
        for (const std::string_view name : kNamesOf<T>) whole = mixed(whole, shape_of(name));
        return whole;
    }
};

template <>
struct Archived<std::byte> {
    static void put(ArchiveWriter& out, std::byte value) { out.octet(value); }
    static void take(ArchiveReader& in, std::byte& value) { value = in.octet(); }
    static Shape shape() { return 32; }
};

template <typename Tag, std::integral Int, Int Min, Int Max>
struct Archived<Bounded<Tag, Int, Min, Max>> {
    using T = Bounded<Tag, Int, Min, Max>;
    static void put(ArchiveWriter& out, T value) { understudy::put(out, value.value()); }
    static void take(ArchiveReader& in, T& value) {
        Int number{};
        understudy::take(in, number);
        const std::optional<T> bounded = T::from(number);
        if (!bounded) return in.fail(ArchiveFault::OutOfRange);
        value = *bounded;
    }
    static Shape shape() { return mixed(mixed(33, static_cast<std::uint64_t>(Min)), Max); }
};

template <typename Rep, typename Period>
struct Archived<std::chrono::duration<Rep, Period>> {
    using T = std::chrono::duration<Rep, Period>;
    static void put(ArchiveWriter& out, T value) { understudy::put(out, value.count()); }
    static void take(ArchiveReader& in, T& value) {
        Rep count{};
        understudy::take(in, count);
        value = T{count};
    }
    static Shape shape() { return mixed(mixed(34, Period::num), Period::den); }
};

template <typename Clock, typename Duration>
struct Archived<std::chrono::time_point<Clock, Duration>> {
    using T = std::chrono::time_point<Clock, Duration>;
    static void put(ArchiveWriter& out, T value) { understudy::put(out, value.time_since_epoch()); }
    static void take(ArchiveReader& in, T& value) {
        Duration since{};
        understudy::take(in, since);
        value = T{since};
    }
    static Shape shape() { return mixed(35, understudy::shape<Duration>()); }
};

// What is read is a view of the octets that are read from.
template <>
struct Archived<Bytes> {
    static void put(ArchiveWriter& out, Bytes value) {
        out.number(value.size());
        out.octets(value);
    }
    static void take(ArchiveReader& in, Bytes& value) { value = in.octets(in.count()); }
    static Shape shape() { return 36; }
};
template <>
struct Archived<std::string_view> {
    static void put(ArchiveWriter& out, std::string_view value) {
        understudy::put(out, Bytes{std::as_bytes(std::span{value})});
    }
    static void take(ArchiveReader& in, std::string_view& value) {
        Bytes octets;
        understudy::take(in, octets);
        value = {reinterpret_cast<const char*>(octets.data()), octets.size()};
    }
    static Shape shape() { return 37; }
};
template <>
struct Archived<std::string> {
    static void put(ArchiveWriter& out, const std::string& value) {
        understudy::put(out, std::string_view{value});
    }
    static void take(ArchiveReader& in, std::string& value) {
        std::string_view text;
        understudy::take(in, text);
        value = text;
    }
    static Shape shape() { return 37; }
};
template <>
struct Archived<Secret> {
    static void put(ArchiveWriter& out, const Secret& value) { understudy::put(out, value.bytes()); }
    static void take(ArchiveReader& in, Secret& value) {
        std::string_view text;
        understudy::take(in, text);
        const std::optional<Secret> secret = Secret::from(text);
        if (!secret) return in.fail(ArchiveFault::OutOfRange);
        value = *secret;
    }
    static Shape shape() { return 38; }
};

template <>
struct Archived<std::monostate> {
    static void put(ArchiveWriter&, std::monostate) {}
    static void take(ArchiveReader&, std::monostate) {}
    static Shape shape() { return 39; }
};

template <typename T>
struct Archived<std::optional<T>> {
    static void put(ArchiveWriter& out, const std::optional<T>& value) {
        understudy::put(out, value.has_value());
        if (value) understudy::put(out, *value);
    }
    static void take(ArchiveReader& in, std::optional<T>& value) {
        bool given = false;
        understudy::take(in, given);
        value.reset();
        if (given) understudy::take(in, value.emplace(blank<T>()));
    }
    static Shape shape() { return mixed(40, understudy::shape<T>()); }
};

template <typename... T>
struct ArchivedVariant {
    using Variant = std::variant<T...>;
    static void put(ArchiveWriter& out, const Variant& value) {
        out.number(value.index());
        std::visit([&](const auto& chosen) { understudy::put(out, chosen); }, value);
    }
    static void take(ArchiveReader& in, Variant& value) {
        take_one(in, value, in.number(), std::index_sequence_for<T...>{});
    }
    static Shape shape() {
        Shape whole = 41;
        ((whole = mixed(whole, understudy::shape<T>())), ...);
        return whole;
    }

private:
    template <std::size_t... I>
    static void take_one(ArchiveReader& in, Variant& value, std::uint64_t index, std::index_sequence<I...>) {
        const bool found = ((index == I && (take_as<I>(in, value), true)) || ...);
        if (!found) in.fail(ArchiveFault::NoSuchChoice);
    }
    template <std::size_t I>
    static void take_as(ArchiveReader& in, Variant& value) {
        understudy::take(in, value.template emplace<I>(blank<std::variant_alternative_t<I, Variant>>()));
    }
};

template <typename... T>
struct Archived<std::variant<T...>> : ArchivedVariant<T...> {};

template <typename A, typename B>
struct Archived<std::pair<A, B>> {
    using T = std::pair<A, B>;
    static void put(ArchiveWriter& out, const T& value) {
        understudy::put(out, value.first);
        understudy::put(out, value.second);
    }
    static void take(ArchiveReader& in, T& value) {
        understudy::take(in, value.first);
        understudy::take(in, value.second);
    }
    static Shape shape() { return mixed(mixed(42, understudy::shape<A>()), understudy::shape<B>()); }
};

template <typename... T>
struct Archived<std::tuple<T...>> {
    static void put(ArchiveWriter& out, const std::tuple<T...>& value) {
        std::apply([&](const auto&... parts) { (understudy::put(out, parts), ...); }, value);
    }
    static void take(ArchiveReader& in, std::tuple<T...>& value) {
        std::apply([&](auto&... parts) { (understudy::take(in, parts), ...); }, value);
    }
    static Shape shape() {
        Shape whole = 43;
        ((whole = mixed(whole, understudy::shape<T>())), ...);
        return whole;
    }
};

template <typename T, std::size_t N>
struct Archived<std::array<T, N>> {
    static void put(ArchiveWriter& out, const std::array<T, N>& value) {
        for (const T& element : value) understudy::put(out, element);
    }
    static void take(ArchiveReader& in, std::array<T, N>& value) {
        for (T& element : value) understudy::take(in, element);
    }
    static Shape shape() { return mixed(mixed(44, N), understudy::shape<T>()); }
};

// A list of elements: how many, then each.
template <typename List, typename Element>
struct ArchivedList {
    static void put(ArchiveWriter& out, const List& list) {
        out.number(list.size());
        for (const auto& element : list) understudy::put(out, element);
    }
    static void take(ArchiveReader& in, List& list) {
        list.clear();
        for (std::size_t left = in.count(); left > 0 && !in.failed(); --left) {
            Element element = blank<Element>();
            understudy::take(in, element);
            list.insert(list.end(), std::move(element));
        }
    }
    static Shape shape() { return mixed(45, understudy::shape<Element>()); }
};
template <typename T>
struct Archived<std::vector<T>> : ArchivedList<std::vector<T>, T> {};
template <typename T>
struct Archived<std::deque<T>> : ArchivedList<std::deque<T>, T> {};
template <typename T, typename Less>
struct Archived<std::set<T, Less>> : ArchivedList<std::set<T, Less>, T> {};

template <typename Key, typename T, typename Less>
struct Archived<std::map<Key, T, Less>> {
    using Map = std::map<Key, T, Less>;
    static void put(ArchiveWriter& out, const Map& map) {
        out.number(map.size());
        for (const auto& entry : map) understudy::put(out, entry);
    }
    static void take(ArchiveReader& in, Map& map) {
        map.clear();
        for (std::size_t left = in.count(); left > 0 && !in.failed(); --left) {
            Key key = blank<Key>();
            understudy::take(in, key);
            const auto at = map.emplace_hint(map.end(), std::move(key), blank<T>());
            understudy::take(in, at->second);
        }
    }
    static Shape shape() { return mixed(mixed(46, understudy::shape<Key>()), understudy::shape<T>()); }
};
// The key of a map is constant.
template <typename A, typename B>
struct Archived<std::pair<const A, B>> {
    static void put(ArchiveWriter& out, const std::pair<const A, B>& value) {
        understudy::put(out, value.first);
        understudy::put(out, value.second);
    }
};

// In order of their keys, whatever order they are kept in: equal values are equal octets.
template <typename Key, typename T, typename Hash>
struct Archived<std::unordered_map<Key, T, Hash>> {
    using Map = std::unordered_map<Key, T, Hash>;
    static void put(ArchiveWriter& out, const Map& map) {
        std::map<Key, const T*> sorted;
        for (const auto& [key, value] : map) sorted.emplace(key, &value);
        out.number(sorted.size());
        for (const auto& [key, value] : sorted) {
            understudy::put(out, key);
            understudy::put(out, *value);
        }
    }
    static void take(ArchiveReader& in, Map& map) {
        map.clear();
        for (std::size_t left = in.count(); left > 0 && !in.failed(); --left) {
            Key key = blank<Key>();
            understudy::take(in, key);
            understudy::take(in, map[std::move(key)]);
        }
    }
    static Shape shape() { return Archived<std::map<Key, T>>::shape(); }
};

// Alike: how a heap lies in its memory is nobody's concern.
template <typename T>
struct Archived<std::priority_queue<T, std::vector<T>, std::greater<>>> {
    using Queue = std::priority_queue<T, std::vector<T>, std::greater<>>;
    static void put(ArchiveWriter& out, Queue queue) {
        out.number(queue.size());
        for (; !queue.empty(); queue.pop()) understudy::put(out, queue.top());
    }
    static void take(ArchiveReader& in, Queue& queue) {
        std::vector<T> sorted;
        understudy::take(in, sorted);
        queue = Queue{std::greater<>{}, std::move(sorted)};
    }
    static Shape shape() { return understudy::shape<std::vector<T>>(); }
};

template <typename Pointer, typename T>
struct ArchivedPointer {
    static void put(ArchiveWriter& out, const Pointer& pointer) {
        understudy::put(out, pointer != nullptr);
        if (pointer) understudy::put(out, *pointer);
    }
    static void take(ArchiveReader& in, Pointer& pointer) {
        bool given = false;
        understudy::take(in, given);
        pointer.reset();
        if (!given) return;
        auto made = std::make_unique<T>(blank<T>());
        understudy::take(in, *made);
        pointer = std::move(made);
    }
    static Shape shape() { return mixed(47, understudy::shape<T>()); }
};
template <typename T>
struct Archived<std::unique_ptr<T>> : ArchivedPointer<std::unique_ptr<T>, T> {};
template <typename T>
struct Archived<std::shared_ptr<const T>> : ArchivedPointer<std::shared_ptr<const T>, T> {};

}  // namespace understudy
