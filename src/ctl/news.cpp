#include "understudy/ctl/news.hpp"

#include <cstdint>
#include <utility>

#include <nlohmann/json.hpp>

#include "understudy/base/overloaded.hpp"

namespace understudy::ctl {

namespace {

using nlohmann::json;

constexpr std::uint64_t kLastSignal = 64;

std::optional<std::string> text_in(const json& object, const char* key) {
    const auto found = object.find(key);
    if (found == object.end() || !found->is_string()) return std::nullopt;
    return found->get<std::string>();
}

std::optional<Instant> time_in(const json& object, const char* key) {
    const auto found = object.find(key);
    if (found == object.end() || !found->is_number_integer()) return std::nullopt;
    return Instant{microseconds{found->get<std::int64_t>()}};
}

bool flag(const json& object, const char* key) { return object.value(key, json(false)) == true; }

json to_json(const StandingOrders& orders) {
    json object{{"instance", orders.instance}, {"held_back", orders.held_back}};
    if (orders.priority) object["priority"] = orders.priority->value();
    if (!orders.drain) return object;
    json drain{{"since", orders.drain->since.time_since_epoch().count()},
               {"failover", orders.drain->failover}};
    if (orders.drain->until) drain["until"] = orders.drain->until->time_since_epoch().count();
    object["drain"] = std::move(drain);
    return object;
}

json orders_object(const OrdersChanged& changed) {
    json orders = json::array();
    for (const StandingOrders& one : changed.orders) orders.push_back(to_json(one));
    return {{"news", "orders"}, {"orders", std::move(orders)}};
}

json history_object(const Happened& news) {
    json entries = json::array();
    for (const HistoryEntry& entry : news.entries) entries.push_back(to_json(entry));
    return {{"news", "history"}, {"entries", std::move(entries)}};
}

json to_json(const News& news) {
    return std::visit(
        overloaded{
            [](const MailWanted& mail) {
                return json{{"news", "mail"}, {"subject", mail.subject}, {"text", mail.text}};
            },
            [](const OrdersChanged& changed) { return orders_object(changed); },
            [](const Happened& happened) { return history_object(happened); },
            [](const SignalCame& signal) { return json{{"news", "signal"}, {"number", signal.number}}; },
        },
        news);
}

std::optional<News> parse_mail(const json& object) {
    auto subject = text_in(object, "subject");
    auto text = text_in(object, "text");
    if (!subject || !text) return std::nullopt;
    return MailWanted{*std::move(subject), *std::move(text)};
}

std::optional<StandingOrders::Drain> parse_drain(const json& object) {
    const auto since = object.is_object() ? time_in(object, "since") : std::nullopt;
    if (!since) return std::nullopt;
    return StandingOrders::Drain{*since, time_in(object, "until"), flag(object, "failover")};
}

std::optional<StandingOrders> parse_standing(const json& object) {
    auto instance = object.is_object() ? text_in(object, "instance") : std::nullopt;
    if (!instance) return std::nullopt;
    StandingOrders orders{*std::move(instance), {}, {}, flag(object, "held_back")};
    if (const auto priority = object.find("priority"); priority != object.end()) {
        if (!priority->is_number_unsigned()) return std::nullopt;
        orders.priority = net::Priority::from(priority->get<std::uint64_t>());
        if (!orders.priority) return std::nullopt;
    }
    if (const auto drain = object.find("drain"); drain != object.end()) {
        orders.drain = parse_drain(*drain);
        if (!orders.drain) return std::nullopt;
    }
    return orders;
}

std::optional<News> parse_orders(const json& object) {
    const auto list = object.find("orders");
    if (list == object.end() || !list->is_array()) return std::nullopt;
    OrdersChanged changed;
    for (const json& one : *list) {
        auto orders = parse_standing(one);
        if (!orders) return std::nullopt;
        changed.orders.push_back(*std::move(orders));
    }
    return changed;
}

std::optional<News> parse_happened(const json& object) {
    const auto entries = object.find("entries");
    if (entries == object.end() || !entries->is_array()) return std::nullopt;
    Happened news;
    for (const json& one : *entries)
        if (auto entry = history_entry(one)) news.entries.push_back(*std::move(entry));
    return news;
}

std::optional<News> parse_signal(const json& object) {
    const auto number = object.find("number");
    if (number == object.end() || !number->is_number_unsigned()) return std::nullopt;
    const auto value = number->get<std::uint64_t>();
    if (value == 0 || value > kLastSignal) return std::nullopt;
    return SignalCame{static_cast<int>(value)};
}

}  // namespace

std::string to_line(const News& news) {
    return to_json(news).dump(-1, ' ', false, json::error_handler_t::replace);
}

std::optional<News> parse_news(std::string_view line) {
    const json object = json::parse(line, nullptr, false);
    if (!object.is_object()) return std::nullopt;
    const std::optional<std::string> kind = text_in(object, "news");
    if (kind == "mail") return parse_mail(object);
    if (kind == "orders") return parse_orders(object);
    if (kind == "history") return parse_happened(object);
    if (kind == "signal") return parse_signal(object);
    return std::nullopt;
}

}  // namespace understudy::ctl
