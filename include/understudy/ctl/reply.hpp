// What the daemon answers over its control socket: one JSON object a line, with the number of the request and
// either a result or a problem. The result's shape is the command's own; a problem has a code for programs, a
// message for people, and for what is not known the list of what is. Whoever has subscribed is told events as
// well, which are no answers.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "understudy/ctl/request.hpp"

namespace understudy::ctl {

struct Problem {
    std::string code;  // kebab-case: the name of a RequestFault, or one of those below
    std::string message;
    std::vector<std::string> known;  // commands or versions, where the one asked for is not among them
    friend bool operator==(const Problem&, const Problem&) = default;
};

inline constexpr std::string_view kNotAllowed = "not-allowed";
inline constexpr std::string_view kNoSuchInstance = "no-such-instance";
inline constexpr std::string_view kNoSuchCheck = "no-such-check";
inline constexpr std::string_view kNotMaster = "not-master";
inline constexpr std::string_view kUnavailable = "unavailable";  // the process that knows does not answer
inline constexpr std::string_view kTooLarge = "too-large";
inline constexpr std::string_view kUnsubscribed = "unsubscribed";  // others have taken the place

struct Reply {
    std::uint64_t id = 0;
    std::expected<nlohmann::json, Problem> outcome;
    friend bool operator==(const Reply&, const Reply&) = default;
};

[[nodiscard]] Reply refusal(const BadRequest& bad);
[[nodiscard]] Reply failure(std::uint64_t id, std::string_view code, std::string message);

// None: not a reply of a version we know.
[[nodiscard]] std::optional<Reply> parse_reply(std::string_view line);
// One line, without its end. Octets that are not UTF-8 are replaced: JSON has no place for them.
[[nodiscard]] std::string to_line(const Reply& reply);

// For a result that was written piece by piece, so that no turn of a loop is long: the reply around the text
// of a JSON value.
[[nodiscard]] std::string line_around(std::uint64_t id, std::string_view result);

// Something has happened that the request of this number subscribed to.
struct Event {
    std::uint64_t id = 0;
    nlohmann::json what;  // an entry of the history
    friend bool operator==(const Event&, const Event&) = default;
};
// None: not an event of a version we know.
[[nodiscard]] std::optional<Event> parse_event(std::string_view line);
// One line, without its end, around the text of a JSON value.
[[nodiscard]] std::string event_around(std::uint64_t id, std::string_view what);

}  // namespace understudy::ctl
