// A value as it was written, with its place; or that none was.
#pragma once

#include <optional>
#include <utility>

#include "understudy/config/source.hpp"

namespace understudy::config {

template <typename T>
struct Given {
    std::optional<T> value;
    Span span;

    explicit operator bool() const { return value.has_value(); }
    const T& operator*() const { return *value; }
    const T* operator->() const { return &*value; }
    [[nodiscard]] T value_or(T other) const { return value ? *value : std::move(other); }

    void give(T given, Span place) {
        value = std::move(given);
        span = place;
    }
};

}  // namespace understudy::config
