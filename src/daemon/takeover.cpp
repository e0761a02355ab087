#include "takeover.hpp"

#include <fmt/format.h>

#include <utility>

#include <nlohmann/json.hpp>

namespace understudy::daemon {

namespace {

using nlohmann::json;

template <typename Number>
Number number_in(const json& object, const char* key, Number otherwise = {}) {
    const auto found = object.find(key);
    return found != object.end() && found->is_number_integer() ? found->get<Number>() : otherwise;
}

std::string text_in(const json& object, const char* key) {
    const auto found = object.find(key);
    return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

// Octets that are no UTF-8 are not lost.
json octets_of(const std::string& text) {
    json octets = json::array();
    for (const char c : text) octets.push_back(static_cast<unsigned char>(c));
    return octets;
}

std::string octets_in(const json& object, const char* key) {
    std::string text;
    for (const json& octet : object.value(key, json::array()))
        if (octet.is_number_unsigned()) text += static_cast<char>(octet.get<unsigned char>());
    return text;
}

json list_of_news(const std::vector<ctl::News>& news) {
    json list = json::array();
    for (const ctl::News& one : news) list.push_back(ctl::to_line(one));
    return list;
}

std::optional<Takeover::PidFile> pid_file_in(const json& object) {
    const auto found = object.find("pid_file");
    if (found == object.end() || !found->is_object()) return std::nullopt;
    return Takeover::PidFile{text_in(*found, "path"), number_in(*found, "descriptor", -1)};
}

std::optional<Takeover::Worker> worker_in(const json& object) {
    const auto found = object.find("vrrp");
    if (found == object.end() || !found->is_object()) return std::nullopt;
    return Takeover::Worker{number_in<pid_t>(*found, "process"),
                            Instant{microseconds{number_in<std::int64_t>(*found, "started")}},
                            WallTime{microseconds{number_in<std::int64_t>(*found, "born")}},
                            number_in(*found, "questions", -1), octets_in(*found, "begun")};
}

std::optional<Takeover::Hooks> hooks_in(const json& object) {
    const auto found = object.find("hooks");
    if (found == object.end() || !found->is_object()) return std::nullopt;
    return Takeover::Hooks{number_in<pid_t>(*found, "process"), number_in(*found, "one", -1),
                           number_in(*found, "other", -1)};
}

json descriptors_of(const Takeover& takeover) {
    json descriptors = json::array();
    if (takeover.worker) descriptors.push_back(takeover.worker->questions);
    if (takeover.configuration >= 0) descriptors.push_back(takeover.configuration);
    if (takeover.memory >= 0) descriptors.push_back(takeover.memory);
    if (takeover.hooks) descriptors.insert(descriptors.end(), {takeover.hooks->one, takeover.hooks->other});
    return descriptors;
}

void read_rest(const json& object, Takeover& takeover) {
    takeover.program = text_in(object, "program");
    takeover.directory = text_in(object, "directory");
    takeover.configuration = number_in(object, "configuration", -1);
    takeover.memory = number_in(object, "memory", -1);
    takeover.workers = number_in<std::uint32_t>(object, "workers");
    takeover.upgrades = number_in<std::uint64_t>(object, "upgrades");
    takeover.anew = object.value("anew", json(false)) == true;
    takeover.log_level = ctl::parse_log_level(text_in(object, "log_level"));
    for (const json& line : object.value("news", json::array()))
        if (line.is_string())
            if (auto news = ctl::parse_news(line.get_ref<const std::string&>()))
                takeover.news.push_back(*std::move(news));
}

}  // namespace

std::string to_text(const Takeover& takeover) {
    json object{{"format", kTakeoverFormat},
                {"version", takeover.version},
                {"program", takeover.program},
                {"directory", takeover.directory},
                {"descriptors", descriptors_of(takeover)},
                {"configuration", takeover.configuration},
                {"memory", takeover.memory},
                {"workers", takeover.workers},
                {"upgrades", takeover.upgrades},
                {"anew", takeover.anew},
                {"news", list_of_news(takeover.news)}};
    if (takeover.pid_file)
        object["pid_file"] = {{"path", takeover.pid_file->path},
                              {"descriptor", takeover.pid_file->descriptor}};
    if (takeover.worker)
        object["vrrp"] = {{"process", takeover.worker->process},
                          {"started", takeover.worker->started.time_since_epoch().count()},
                          {"born", takeover.worker->born.time_since_epoch().count()},
                          {"questions", takeover.worker->questions},
                          {"begun", octets_of(takeover.worker->begun)}};
    if (takeover.hooks)
        object["hooks"] = {{"process", takeover.hooks->process},
                           {"one", takeover.hooks->one},
                           {"other", takeover.hooks->other}};
    if (takeover.log_level) object["log_level"] = ctl::name(*takeover.log_level);
    return object.dump(-1, ' ', false, json::error_handler_t::replace);
}

FoundTakeover takeover_in(std::string_view text) {
    const json object = json::parse(text, nullptr, false);
    FoundTakeover found;
    Takeover& takeover = found.takeover;
    if (!object.is_object()) {
        found.problem = "it cannot be read";
        takeover.anew = true;
        return found;
    }
    takeover.version = text_in(object, "version");
    takeover.pid_file = pid_file_in(object);
    takeover.worker = worker_in(object);
    takeover.hooks = hooks_in(object);
    for (const json& descriptor : object.value("descriptors", json::array()))
        if (descriptor.is_number_integer()) found.descriptors.push_back(descriptor.get<int>());
    if (const int format = number_in(object, "format", 0); format != kTakeoverFormat) {
        found.problem = fmt::format("it is of format {}, not {}", format, kTakeoverFormat);
        takeover.anew = true;
        return found;
    }
    read_rest(object, takeover);
    return found;
}

}  // namespace understudy::daemon
