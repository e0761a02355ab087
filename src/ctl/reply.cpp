#include "understudy/ctl/reply.hpp"

#include <utility>

namespace understudy::ctl {

namespace {

using nlohmann::json;

std::vector<std::string> known_instead(RequestFault fault) {
    if (fault == RequestFault::UnknownVersion) return {std::to_string(kVersion)};
    if (fault != RequestFault::UnknownCommand && fault != RequestFault::MissingCommand) return {};
    const auto commands = known_commands();
    return {commands.begin(), commands.end()};
}

std::string text_or_empty(const json& object, const char* key) {
    const auto found = object.find(key);
    return found != object.end() && found->is_string() ? found->get<std::string>() : std::string{};
}

Problem problem_of(const json& object) {
    Problem problem{text_or_empty(object, "code"), text_or_empty(object, "message"), {}};
    const auto known = object.find("known");
    if (known == object.end() || !known->is_array()) return problem;
    for (const json& word : *known)
        if (word.is_string()) problem.known.push_back(word.get<std::string>());
    return problem;
}

struct Message {
    std::uint64_t number = 0;
    json object;
};

// What any line of a version we know has.
std::optional<Message> message_in(std::string_view line) {
    json object = json::parse(line, nullptr, false);
    if (object.is_discarded() || !object.is_object()) return std::nullopt;
    const auto version = object.find("version");
    const auto id = object.find("id");
    if (version == object.end() || *version != kVersion) return std::nullopt;
    if (id == object.end() || !id->is_number_unsigned()) return std::nullopt;
    const auto number = id->get<std::uint64_t>();
    return Message{number, std::move(object)};
}

std::string around(std::uint64_t id, std::string_view key, std::string_view value) {
    std::string line = R"({"id":)" + std::to_string(id) + R"(,"version":)" + std::to_string(kVersion) + ",\"";
    line += key;
    line += "\":";
    line += value;
    return line + '}';
}

std::string dumped(const json& value) { return value.dump(-1, ' ', false, json::error_handler_t::replace); }

}  // namespace

Reply refusal(const BadRequest& bad) {
    return {bad.id,
            std::unexpected(Problem{std::string{name(bad.fault)}, bad.message, known_instead(bad.fault)})};
}

Reply failure(std::uint64_t id, std::string_view code, std::string message) {
    return {id, std::unexpected(Problem{std::string{code}, std::move(message), {}})};
}

std::optional<Reply> parse_reply(std::string_view line) {
    auto message = message_in(line);
    if (!message) return std::nullopt;
    auto& [number, object] = *message;
    if (const auto result = object.find("result"); result != object.end())
        return Reply{number, std::move(*result)};
    const auto error = object.find("error");
    if (error == object.end() || !error->is_object()) return std::nullopt;
    return Reply{number, std::unexpected(problem_of(*error))};
}

std::optional<Event> parse_event(std::string_view line) {
    auto message = message_in(line);
    if (!message) return std::nullopt;
    const auto what = message->object.find("event");
    if (what == message->object.end()) return std::nullopt;
    return Event{message->number, std::move(*what)};
}

std::string to_line(const Reply& reply) {
    if (reply.outcome) return line_around(reply.id, dumped(*reply.outcome));
    const Problem& problem = reply.outcome.error();
    json error{{"code", problem.code}, {"message", problem.message}};
    if (!problem.known.empty()) error["known"] = problem.known;
    return dumped({{"version", kVersion}, {"id", reply.id}, {"error", std::move(error)}});
}

std::string line_around(std::uint64_t id, std::string_view result) { return around(id, "result", result); }

std::string event_around(std::uint64_t id, std::string_view what) { return around(id, "event", what); }

}  // namespace understudy::ctl
