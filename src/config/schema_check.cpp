// vrrp_check: a question to the network that instances can track. keepalived has none.
#include "bind.hpp"
#include "bind_check.hpp"
#include "schema.hpp"

namespace understudy::config {

namespace {

constexpr microseconds kShortest = milliseconds{10};  // so that questions leave time for everything else

constexpr Keyword kCheckRows[] = {
    {"ping", free_form("<address>"), "one of ping, tcp, http, arp", Tier::Vrrp,
     "Good while it answers an echo", set_ping},
    {"tcp", free_form("<address> <port>"), "", Tier::Vrrp, "Good while it accepts a connection", set_tcp},
    {"http", free_form("http://<address>[:<port>]/<path>"), "", Tier::Vrrp,
     "Good while GET is answered with an expected status", set_http},
    {"arp", free_form("<address>"), "", Tier::Vrrp, "Good while a neighbour on the interface has it",
     set_arp},
    {"status", free_form("<code> [<code>]"), "200 299", Tier::Vrrp,
     "Expected status of http: one, or the first and the last", set_http_status},
    {"virtualhost", text("<name>"), "address and port", Tier::Vrrp, "Host field of the request of http",
     set<&ScriptDraft::virtual_host>},
    {"interface", text("<interface>"), "wherever the route leads", Tier::Vrrp, "Ask through this one only",
     set<&ScriptDraft::interface>},
    {"source", ip_address(), "the kernel's choice", Tier::Vrrp, "Source address of what is asked",
     set<&ScriptDraft::source>},
    {"interval", decimal_seconds(kShortest, seconds{4294}), "1", Tier::Vrrp, "Time between questions",
     set<&ScriptDraft::interval>},
    {"timeout", decimal_seconds(kShortest, seconds{4294}), "interval", Tier::Vrrp,
     "No answer within this time is a failure", set<&ScriptDraft::timeout>},
    {"weight", weight(253), "0", Tier::Vrrp, "Priority effect", set<&ScriptDraft::weight>},
    {"rise", number(0), "1", Tier::Vrrp, "Consecutive successes needed to be up",
     set_at_least_one<&ScriptDraft::rise>},
    {"fall", number(0), "1", Tier::Vrrp, "Consecutive failures needed to be down",
     set_at_least_one<&ScriptDraft::fall>},
    {"init_fail", nothing(), "off", Tier::Vrrp, "Counts as failed until rise answers were good",
     set_flag<&ScriptDraft::init_fail>},
};

constexpr auto kCheckRowsIndex = index_of(kCheckRows);

}  // namespace

constinit const Block kCheck{
    .path = "vrrp_check", .keywords = kCheckRows, .index = &kCheckRowsIndex, .open = open_check};

}  // namespace understudy::config
