// What is said of the operator's orders.
#include <fmt/format.h>

#include "words.hpp"
#include "words_parts.hpp"

namespace understudy::agent::words {

Record priority_ordered(const std::string& instance, std::optional<net::Priority> priority) {
    return about(instance, "priority-ordered", Level::Notice,
                 priority
                     ? fmt::format("the operator orders priority {}, until it is unset or the daemon ends",
                                   priority->value())
                     : std::string{"the operator's priority is unset"});
}

Record drain_begins(const std::string& instance, bool is_master, std::optional<microseconds> duration) {
    std::string text = is_master
                           ? "drained by the operator: keeps its addresses until another router is master"
                           : "drained by the operator: stays backup while another router is master";
    if (duration) text += ", for " + in_seconds(*duration);
    return about(instance, "drain-begins", Level::Notice, text);
}

Record drain_invites(const std::string& instance, microseconds waited) {
    return about(
        instance, "drain-invites", Level::Notice,
        fmt::format("nobody has taken over within {}: saying priority 0 to whoever would not preempt",
                    in_seconds(waited)));
}

Record drain_alone(const std::string& instance) {
    return about(instance, "drain-alone", Level::Warning,
                 "drained, but nobody takes over: stays master with priority 1, and keeps its addresses");
}

Record drain_handed_over(const std::string& instance, const std::optional<net::Address>& master,
                         microseconds took) {
    return about(instance, "drain-handed-over", Level::Notice,
                 fmt::format("handed over: {} is master after {}",
                             master ? master->to_string() : std::string{"another router"}, in_seconds(took)));
}

Record drain_master_again(const std::string& instance) {
    return about(instance, "drain-master-again", Level::Warning,
                 "is master again although it is drained: no other router is");
}

Record drain_over(const std::string& instance, bool time_is_over) {
    return about(
        instance, "drain-over", Level::Notice,
        time_is_over ? "the time of its drain is over: it resumes its priority" : "resumed by the operator");
}

Record failover_begins(const std::string& instance) {
    return about(instance, "failover-begins", Level::Notice,
                 "the operator moves the role away: it keeps its addresses until another router is master");
}

Record failover_done(const std::string& instance) {
    return about(instance, "failover-done", Level::Notice,
                 "the role has moved: its priority is the usual one again, but it takes the role back from "
                 "nobody");
}

Record failover_failed(const std::string& instance) {
    return about(instance, "failover-failed", Level::Warning,
                 "nobody takes over: it stays master, with its usual priority");
}

Record orders_inherited(const ctl::StandingOrders& orders) {
    std::string text = "still ordered by the operator:";
    if (orders.priority) text += fmt::format(" priority {},", orders.priority->value());
    if (orders.drain) text += orders.drain->failover ? " a failover," : " a drain,";
    if (orders.held_back) text += " to take the role back from nobody,";
    text.back() = '.';
    return about(orders.instance, "orders-inherited", Level::Notice, text);
}

Record farewell_begins(seconds bound) {
    return {"farewell-begins",
            Level::Notice,
            fmt::format("stopping, but another router is to take over first, within {} s; asked once more "
                        "to stop, it stops at once",
                        bound.count()),
            {}};
}

}  // namespace understudy::agent::words
