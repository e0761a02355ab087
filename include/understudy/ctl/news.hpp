// What the vrrp process tells its supervisor without having been asked: one JSON object a line, on the
// connection that carries questions and answers.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "understudy/ctl/history.hpp"
#include "understudy/ctl/orders.hpp"

namespace understudy::ctl {

// A letter is to be sent to whom the configuration says.
struct MailWanted {
    std::string subject;
    std::string text;
    friend bool operator==(const MailWanted&, const MailWanted&) = default;
};

// All orders of the operator that are in force now: whoever follows a process that dies is bound by them.
struct OrdersChanged {
    std::vector<StandingOrders> orders;
    friend bool operator==(const OrdersChanged&, const OrdersChanged&) = default;
};

// Something has happened that is to be kept, all of one turn.
struct Happened {
    std::vector<HistoryEntry> entries;
    friend bool operator==(const Happened&, const Happened&) = default;
};

// A signal that is the supervisor's to answer.
struct SignalCame {
    int number = 0;
    friend bool operator==(const SignalCame&, const SignalCame&) = default;
};

using News = std::variant<MailWanted, OrdersChanged, Happened, SignalCame>;

// One line, without its end. Octets that are not UTF-8 are replaced.
[[nodiscard]] std::string to_line(const News& news);
// None: it is something else.
[[nodiscard]] std::optional<News> parse_news(std::string_view line);

}  // namespace understudy::ctl
