#include "understudy/ctl/request.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "understudy/base/date.hpp"
#include "understudy/base/overloaded.hpp"
#include "understudy/base/text.hpp"

namespace understudy::ctl {

namespace {

using nlohmann::json;

constexpr std::uint64_t kHighestOrderedPriority = 254;  // 255 is the address owner's

// The arguments of one request, taken by name; the first one of the wrong type is remembered.
class Arguments {
public:
    explicit Arguments(const json& object) : object_(&object) {}

    std::optional<std::string> text(const char* key) {
        const auto found = object_->find(key);
        if (found == object_->end()) return std::nullopt;
        if (found->is_string()) return found->get<std::string>();
        complain(key, "a string");
        return std::nullopt;
    }

    std::string needed_text(const char* key, const char* what = "an instance") {
        if (!object_->contains(key)) complain(key, std::string{"given: the name of "} + what);
        return text(key).value_or("");
    }

    std::optional<std::uint64_t> number(const char* key, std::uint64_t least, std::uint64_t most) {
        const auto found = object_->find(key);
        if (found == object_->end()) return std::nullopt;
        if (found->is_number_unsigned())
            if (const auto value = found->get<std::uint64_t>(); value >= least && value <= most) return value;
        complain(key, "a whole number from " + std::to_string(least) + " to " + std::to_string(most));
        return std::nullopt;
    }

    std::uint8_t needed_priority(const char* key) {
        if (!object_->contains(key)) complain(key, "given: a priority from 1 to 254");
        return static_cast<std::uint8_t>(number(key, 1, kHighestOrderedPriority).value_or(1));
    }

    bool flag(const char* key) {
        const auto found = object_->find(key);
        if (found == object_->end()) return false;
        if (found->is_boolean()) return found->get<bool>();
        complain(key, "true or false");
        return false;
    }

    DumpKind dump(const char* key) {
        const std::optional<std::string> word = text(key);
        for (const DumpKind kind : {DumpKind::State, DumpKind::Statistics, DumpKind::Json})
            if (word == name(kind)) return kind;
        if (complaint_.empty()) complain(key, "'state', 'statistics' or 'json'");
        return DumpKind::State;
    }

    LogLevel log_level(const char* key) {
        if (const auto level = parse_log_level(text(key).value_or(""))) return *level;
        complain(key, "one of 'debug', 'info', 'notice', 'warning', 'error' and 'critical'");
        return LogLevel::Info;
    }

    std::optional<WallTime> date(const char* key) {
        const std::optional<std::string> word = text(key);
        if (!word) return std::nullopt;
        const auto when = parse_date(*word);
        if (!when) complain(key, "a date such as 2026-01-31T22:15:30Z");
        return when;
    }

    [[nodiscard]] const std::string& complaint() const { return complaint_; }

private:
    void complain(const char* key, const std::string& expected) {
        if (complaint_.empty()) complaint_ = quote(key) + " must be " + expected;
    }

    const json* object_;
    std::string complaint_;
};

struct Row {
    std::string_view command;
    Access access;
    std::array<std::string_view, 2> arguments;  // empty: none
    Question (*take)(Arguments&);
};

// In the order of the alternatives of Question, which is how a question finds its row.
constexpr std::array kRows{
    Row{"ping", Access::Read, {}, [](Arguments&) -> Question { return Ping{}; }},
    Row{"status",
        Access::Read,
        {"instance"},
        [](Arguments& given) -> Question { return Status{given.text("instance")}; }},
    Row{"config", Access::Secret, {}, [](Arguments&) -> Question { return ShowConfig{}; }},
    Row{"reload",
        Access::Change,
        {"dry_run"},
        [](Arguments& given) -> Question { return Reload{given.flag("dry_run")}; }},
    Row{"drain",
        Access::Change,
        {"instance", "seconds"},
        [](Arguments& given) -> Question {
            return Drain{given.text("instance"), given.number("seconds", 1, kLongestDrain)};
        }},
    Row{"resume",
        Access::Change,
        {"instance"},
        [](Arguments& given) -> Question { return Resume{given.text("instance")}; }},
    Row{"set-priority",
        Access::Change,
        {"instance", "priority"},
        [](Arguments& given) -> Question {
            return SetPriority{given.needed_text("instance"), given.needed_priority("priority")};
        }},
    Row{"unset-priority",
        Access::Change,
        {"instance"},
        [](Arguments& given) -> Question { return UnsetPriority{given.needed_text("instance")}; }},
    Row{"dump",
        Access::Secret,  // the command lines of scripts
        {"what", "reset"},
        [](Arguments& given) -> Question { return Dump{given.dump("what"), given.flag("reset")}; }},
    Row{"failover",
        Access::Change,
        {"instance"},
        [](Arguments& given) -> Question { return Failover{given.needed_text("instance")}; }},
    Row{"check",
        Access::Read,
        {"name"},
        [](Arguments& given) -> Question { return CheckState{given.needed_text("name", "a check")}; }},
    Row{"run-check",
        Access::Change,
        {"name"},
        [](Arguments& given) -> Question { return RunCheck{given.needed_text("name", "a check")}; }},
    Row{"log-level",
        Access::Change,
        {"level"},
        [](Arguments& given) -> Question { return SetLogLevel{given.log_level("level")}; }},
    Row{"reset-statistics",
        Access::Change,
        {"instance"},
        [](Arguments& given) -> Question { return ResetStatistics{given.text("instance")}; }},
    Row{"history",
        Access::Read,
        {"instance", "since"},
        [](Arguments& given) -> Question { return History{given.text("instance"), given.date("since")}; }},
    Row{"why",
        Access::Read,
        {"instance"},
        [](Arguments& given) -> Question { return Why{given.text("instance")}; }},
    Row{"subscribe",
        Access::Read,
        {"instance"},
        [](Arguments& given) -> Question { return Subscribe{given.text("instance")}; }},
    Row{"upgrade",
        Access::Change,
        {"anew"},
        [](Arguments& given) -> Question { return Upgrade{given.flag("anew")}; }},
};
static_assert(kRows.size() == std::variant_size_v<Question>);

constexpr auto kNames = [] {
    std::array<std::string_view, kRows.size()> names{};
    std::ranges::transform(kRows, names.begin(), &Row::command);
    return names;
}();

const Row& row_of(const Question& question) { return kRows[question.index()]; }

bool is_envelope(std::string_view key) { return key == "version" || key == "id" || key == "command"; }

std::unexpected<BadRequest> refuse(RequestFault fault, std::string message, std::uint64_t id = 0) {
    return std::unexpected(BadRequest{fault, std::move(message), id});
}

std::string did_you_mean(std::string_view word, std::span<const std::string_view> candidates) {
    const auto closest = closest_word(word, candidates);
    return closest ? "; did you mean " + quote(*closest) + "?" : "";
}

std::optional<std::string_view> unknown_key(const json& object, const Row& row) {
    for (const auto& item : object.items())
        if (!is_envelope(item.key()) &&
            (item.key().empty() || !std::ranges::count(row.arguments, item.key())))
            return item.key();
    return std::nullopt;
}

std::expected<Request, BadRequest> take(const json& object, const Row& row, std::uint64_t id) {
    if (const auto key = unknown_key(object, row))
        return refuse(
            RequestFault::UnknownArgument,
            quote(row.command) + " has no argument " + quote(*key) + did_you_mean(*key, row.arguments), id);
    Arguments given{object};
    Request request{id, row.take(given)};
    if (!given.complaint().empty()) return refuse(RequestFault::BadArgument, given.complaint(), id);
    return request;
}

std::expected<Request, BadRequest> read(const json& object) {
    const auto id = object.find("id");
    if (id != object.end() && !id->is_number_unsigned())
        return refuse(RequestFault::BadId, "'id' must be a whole number, not less than 0");
    const std::uint64_t number = id == object.end() ? 0 : id->get<std::uint64_t>();
    const auto version = object.find("version");
    if (version == object.end() || *version != kVersion)
        return refuse(RequestFault::UnknownVersion,
                      "'version' must be " + std::to_string(kVersion) +
                          (version == object.end() ? ", and is missing" : ""),
                      number);
    const auto command = object.find("command");
    if (command == object.end() || !command->is_string())
        return refuse(RequestFault::MissingCommand, "'command' must be the name of a command", number);
    const auto& asked = command->get_ref<const std::string&>();
    const auto* const row = std::ranges::find(kRows, std::string_view{asked}, &Row::command);
    if (row == kRows.end())
        return refuse(RequestFault::UnknownCommand,
                      "there is no command " + quote(asked) + did_you_mean(asked, kNames), number);
    return take(object, *row, number);
}

}  // namespace

std::string_view name(RequestFault fault) {
    switch (fault) {
        case RequestFault::TooLong:
            return "too-long";
        case RequestFault::NotJson:
            return "not-json";
        case RequestFault::NotAnObject:
            return "not-an-object";
        case RequestFault::UnknownVersion:
            return "unknown-version";
        case RequestFault::BadId:
            return "bad-id";
        case RequestFault::MissingCommand:
            return "missing-command";
        case RequestFault::UnknownCommand:
            return "unknown-command";
        case RequestFault::UnknownArgument:
            return "unknown-argument";
        case RequestFault::BadArgument:
            return "bad-argument";
    }
    return "";
}

std::string_view name(DumpKind what) {
    switch (what) {
        case DumpKind::State:
            return "state";
        case DumpKind::Statistics:
            return "statistics";
        case DumpKind::Json:
            return "json";
    }
    return "";
}

std::string_view name(LogLevel level) {
    switch (level) {
        case LogLevel::Debug:
            return "debug";
        case LogLevel::Info:
            return "info";
        case LogLevel::Notice:
            return "notice";
        case LogLevel::Warning:
            return "warning";
        case LogLevel::Error:
            return "error";
        case LogLevel::Critical:
            return "critical";
    }
    return "";
}

std::optional<LogLevel> parse_log_level(std::string_view word) {
    for (const LogLevel level : {LogLevel::Debug, LogLevel::Info, LogLevel::Notice, LogLevel::Warning,
                                 LogLevel::Error, LogLevel::Critical})
        if (word == name(level)) return level;
    return std::nullopt;
}

std::expected<Request, BadRequest> parse_request(std::string_view line) {
    if (line.size() > kLongestRequest)
        return refuse(RequestFault::TooLong,
                      "a request has at most " + std::to_string(kLongestRequest) + " octets");
    const json parsed = json::parse(line, nullptr, false);
    if (parsed.is_discarded())
        return refuse(RequestFault::NotJson, "a request is one JSON object a line; this is none");
    if (!parsed.is_object())
        return refuse(RequestFault::NotAnObject,
                      std::string{"a request is a JSON object, not of the type "} + parsed.type_name());
    return read(parsed);
}

std::string to_line(const Request& request) {
    json object{{"version", kVersion}, {"id", request.id}, {"command", command_name(request.question)}};
    std::visit(overloaded{
                   [](const Ping&) {},
                   [&](const Status& status) {
                       if (status.instance) object["instance"] = *status.instance;
                   },
                   [](const ShowConfig&) {},
                   [&](const Reload& reload) {
                       if (reload.dry_run) object["dry_run"] = true;
                   },
                   [&](const Drain& drain) {
                       if (drain.instance) object["instance"] = *drain.instance;
                       if (drain.seconds) object["seconds"] = *drain.seconds;
                   },
                   [&](const Resume& resume) {
                       if (resume.instance) object["instance"] = *resume.instance;
                   },
                   [&](const SetPriority& set) {
                       object["instance"] = set.instance;
                       object["priority"] = set.priority;
                   },
                   [&](const UnsetPriority& unset) { object["instance"] = unset.instance; },
                   [&](const Dump& dump) {
                       object["what"] = name(dump.what);
                       if (dump.reset) object["reset"] = true;
                   },
                   [&](const Failover& failover) { object["instance"] = failover.instance; },
                   [&](const CheckState& check) { object["name"] = check.name; },
                   [&](const RunCheck& check) { object["name"] = check.name; },
                   [&](const SetLogLevel& set) { object["level"] = name(set.level); },
                   [&](const ResetStatistics& reset) {
                       if (reset.instance) object["instance"] = *reset.instance;
                   },
                   [&](const History& history) {
                       if (history.instance) object["instance"] = *history.instance;
                       if (history.since) object["since"] = date_text(*history.since);
                   },
                   [&](const Why& why) {
                       if (why.instance) object["instance"] = *why.instance;
                   },
                   [&](const Subscribe& subscribe) {
                       if (subscribe.instance) object["instance"] = *subscribe.instance;
                   },
                   [&](const Upgrade& upgrade) {
                       if (upgrade.anew) object["anew"] = true;
                   },
               },
               request.question);
    return object.dump(-1, ' ', false, json::error_handler_t::replace);
}

std::string_view command_name(const Question& question) { return row_of(question).command; }

Access needed_access(const Question& question) { return row_of(question).access; }

std::span<const std::string_view> known_commands() { return kNames; }

}  // namespace understudy::ctl
