#include "understudy/ctl/news.hpp"

#include <nlohmann/json.hpp>

namespace understudy::ctl {

namespace {

using nlohmann::json;

std::optional<std::string> text_of(const json& object, const char* key) {
    const auto found = object.find(key);
    if (found == object.end() || !found->is_string()) return std::nullopt;
    return found->get<std::string>();
}

}  // namespace

std::string to_line(const MailWanted& news) {
    const json object{{"news", "mail"}, {"subject", news.subject}, {"text", news.text}};
    return object.dump(-1, ' ', false, json::error_handler_t::replace);
}

std::optional<MailWanted> parse_news(std::string_view line) {
    const json object = json::parse(line, nullptr, false);
    if (!object.is_object() || text_of(object, "news") != "mail") return std::nullopt;
    auto subject = text_of(object, "subject");
    auto text = text_of(object, "text");
    if (!subject || !text) return std::nullopt;
    return MailWanted{*std::move(subject), *std::move(text)};
}

}  // namespace understudy::ctl
