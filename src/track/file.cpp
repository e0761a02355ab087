#include "understudy/track/file.hpp"

#include <algorithm>
#include <limits>

#include "understudy/base/text.hpp"

namespace understudy::track {

namespace {

constexpr std::int64_t kFault = -254;
constexpr std::int64_t kMost = 253;
constexpr std::string_view kBlanks = " \t\r\n\v\f";
constexpr std::string_view kDigits = "0123456789";

bool is_in_range(std::int64_t number) {
    using Limits = std::numeric_limits<std::int32_t>;
    return number >= Limits::min() && number <= Limits::max();
}

}  // namespace

FileReading read_number(std::string_view content) {
    const std::size_t begin = content.find_first_not_of(kBlanks);
    if (begin == std::string_view::npos) return {};
    std::string_view rest = content.substr(begin);
    const bool negative = rest.front() == '-';
    if (negative || rest.front() == '+') rest.remove_prefix(1);
    const std::string_view digits = rest.substr(0, std::min(rest.find_first_not_of(kDigits), rest.size()));
    if (digits.empty()) return {FileContent::NoNumber, 0};
    const auto number = parse_number<std::int64_t>(digits);
    if (!number || !is_in_range(negative ? -*number : *number)) return {FileContent::OutOfRange, 0};
    return {FileContent::Number, negative ? -*number : *number};
}

Effect file_effect(model::Weight weight, std::optional<std::int64_t> number) {
    if (!number) return {.undecided = true};
    if (weight.value == 0) return {.fault = (*number != 0) != weight.reverse};
    const std::int64_t product = *number * weight.value * (weight.reverse ? -1 : 1);
    if (product <= kFault) return {.fault = true};
    return {.priority_change = static_cast<int>(std::min(product, kMost))};
}

Health file_health(model::Weight weight, std::optional<std::int64_t> number) {
    const Effect effect = file_effect(weight, number);
    if (effect.undecided) return Health::Unknown;
    return effect.fault || effect.priority_change < 0 ? Health::Bad : Health::Good;
}

}  // namespace understudy::track
