// What archive.hpp is made of: writer, reader, the shape of a type, and how a struct is written member by
// member.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "understudy/base/bytes.hpp"
#include "understudy/base/members.hpp"
#include "understudy/base/names.hpp"

namespace understudy {

enum class ArchiveFault : std::uint8_t {
    CutShort,      // more was to come
    OutOfRange,    // a number that its type does not have
    NoSuchChoice,  // no alternative or enumerator of that number
    Unsound,       // parts that do not fit each other
    Surplus,       // something is left behind the end
    Damaged,       // the digest is another one
    OtherFormat,   // of another version, or something else altogether
};
[[nodiscard]] std::string_view describe(ArchiveFault fault);  // "it is cut short"

class ArchiveWriter {
public:
    explicit ArchiveWriter(std::vector<std::byte>& into) : into_(&into) {}

    void number(std::uint64_t value);  // seven bits an octet, the lowest first
    void octet(std::byte value) { into_->push_back(value); }
    void octets(Bytes octets) { into_->insert(into_->end(), octets.begin(), octets.end()); }

private:
    std::vector<std::byte>* into_;
};

// After a fault everything reads as zero.
class ArchiveReader {
public:
    explicit ArchiveReader(Bytes octets) : rest_(octets) {}

    std::uint64_t number();
    std::byte octet();
    Bytes octets(std::size_t count);
    // Of elements that follow. Each has an octet at least, so there are no more than octets are left.
    std::size_t count();
    void fail(ArchiveFault fault);

    [[nodiscard]] bool failed() const { return fault_.has_value(); }
    // Of what was read, or what is left being read.
    [[nodiscard]] std::optional<ArchiveFault> fault() const { return fault_; }
    [[nodiscard]] Bytes rest() const { return rest_; }

private:
    Bytes rest_;
    std::optional<ArchiveFault> fault_;
};

using Shape = std::uint64_t;
[[nodiscard]] constexpr Shape mixed(Shape shape, std::uint64_t with) {
    shape = (shape ^ with) * 0x9e3779b97f4a7c15u;
    return shape ^ shape >> 29;
}
[[nodiscard]] constexpr Shape shape_of(std::string_view text) {
    Shape shape = text.size();
    for (const char c : text) shape = mixed(shape, static_cast<std::uint8_t>(c));
    return shape;
}

// Octets of any number as one; not for secrets.
[[nodiscard]] std::uint64_t digest(Bytes octets);

template <typename T>
struct Archived;

template <typename T>
void put(ArchiveWriter& out, const T& value) {
    Archived<T>::put(out, value);
}
template <typename T>
void take(ArchiveReader& in, T& value) {
    Archived<T>::take(in, value);
}
template <typename T>
[[nodiscard]] Shape shape() {
    static const Shape kShape = Archived<T>::shape();
    return kShape;
}

// To be filled in.
template <typename T>
[[nodiscard]] T blank() {
    // Not the trait: to clang an inner class has no default constructor while the outer one is incomplete,
    // and that answer stays.
    if constexpr (requires { T{}; }) {
        return T{};
    } else if constexpr (requires { T::clamped(0); }) {
        return T::clamped(0);
    } else if constexpr (requires { T{{}}; }) {
        return T{{}};
    } else {
        return T{{}, {}};
    }
}

// A struct, member by member, or a class that does it itself.
template <typename T>
struct Archived {
    static constexpr bool kDoesItItself = requires(const T& value, ArchiveWriter& out) { value.save(out); };

    static void put(ArchiveWriter& out, const T& value) {
        if constexpr (kDoesItItself) {
            value.save(out);
        } else {
            Members::visit(value, [&](const auto&... members) { (understudy::put(out, members), ...); });
        }
    }
    static void take(ArchiveReader& in, T& value) {
        if constexpr (kDoesItItself) {
            value.load(in);
        } else {
            Members::visit(value, [&](auto&... members) { (understudy::take(in, members), ...); });
        }
    }
    static Shape shape() {
        if constexpr (kDoesItItself) {
            return T::shape();
        } else {
            using Shapes = decltype(Members::visit(std::declval<T&>(), [](auto&... members) {
                return of<std::remove_cvref_t<decltype(members)>...>();
            }));
            return Shapes::shape(shape_of(type_name<T>()));
        }
    }

private:
    template <typename... Parts>
    struct ShapesOf {
        static Shape shape(Shape whole) {
            ((whole = mixed(whole, understudy::shape<Parts>())), ...);
            return whole;
        }
    };
    template <typename... Parts>
    static ShapesOf<Parts...> of() {
        return {};
    }
};

}  // namespace understudy
