// Settings as an operator would write them, for telling one value from another.
#pragma once

#include <chrono>
#include <concepts>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

#include "understudy/base/bounded.hpp"
#include "understudy/base/text.hpp"
#include "understudy/model/config.hpp"

namespace understudy::model {

[[nodiscard]] std::string shown(const Command& command, const Config& config);
[[nodiscard]] std::string shown(const VirtualAddress& address, const Config& config);
[[nodiscard]] std::string shown(const Weight& weight, const Config& config);
[[nodiscard]] std::string shown(const TrackedLink& tracked, const Config& config);
[[nodiscard]] std::string shown(const TrackedScript& tracked, const Config& config);
[[nodiscard]] std::string shown(const NotifyPipe& pipe, const Config& config);
[[nodiscard]] std::string shown(const UnicastPeer& peer, const Config& config);
[[nodiscard]] std::string shown(AuthType type, const Config& config);
[[nodiscard]] std::string shown(net::Family family, const Config& config);
[[nodiscard]] std::string shown(net::VrrpVersion version, const Config& config);

[[nodiscard]] inline std::string shown(const std::string& text, const Config&) { return text; }
[[nodiscard]] inline std::string shown(const net::Address& address, const Config&) {
    return address.to_string();
}
template <typename Rep, typename Period>
[[nodiscard]] std::string shown(std::chrono::duration<Rep, Period> time, const Config&) {
    return seconds_text(std::chrono::duration_cast<microseconds>(time));
}
template <typename Tag, std::integral Int, Int Min, Int Max>
[[nodiscard]] std::string shown(Bounded<Tag, Int, Min, Max> number, const Config&) {
    return std::to_string(number.value());
}
template <std::integral Int>
[[nodiscard]] std::string shown(Int number, const Config&) {
    if constexpr (std::same_as<Int, bool>) {
        return number ? "on" : "off";
    } else {
        return std::to_string(number);
    }
}

// A setting is a list of values: of one, of none when it is optional and not given, or of many.
template <typename T>
struct Values {
    static constexpr bool kList = false;
    static std::vector<std::string> of(const T& value, const Config& config) {
        return {shown(value, config)};
    }
};
template <>
struct Values<std::string> {
    static constexpr bool kList = false;
    static std::vector<std::string> of(const std::string& text, const Config&) {
        return text.empty() ? std::vector<std::string>{} : std::vector{text};
    }
};
template <typename T>
struct Values<std::optional<T>> {
    static constexpr bool kList = false;
    static std::vector<std::string> of(const std::optional<T>& value, const Config& config) {
        return value ? Values<T>::of(*value, config) : std::vector<std::string>{};
    }
};
template <typename T>
struct Values<std::vector<T>> {
    static constexpr bool kList = true;
    static std::vector<std::string> of(const std::vector<T>& values, const Config& config) {
        std::vector<std::string> texts;
        for (const T& value : values) texts.push_back(shown(value, config));
        return texts;
    }
};

}  // namespace understudy::model
