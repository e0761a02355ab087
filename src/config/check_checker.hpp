// The rules about the health checkers of one real server.
#pragma once

#include <vector>

#include "check.hpp"

namespace understudy::config {

// What a checker has when it says nothing itself.
struct CheckerDefaults {
    net::Address address;
    std::uint16_t port = 0;
    ScheduleDraft schedule;  // of the real server, else of the virtual server
    microseconds connect_timeout = seconds{5};
    microseconds service_delay_loop = seconds{60};  // of the virtual server
    bool log_all_failures = false;
    std::string virtual_host;
    std::size_t order = 0;  // of the virtual server's block
};

[[nodiscard]] std::vector<model::Checker> check_checkers(const CheckContext& context,
                                                         const std::vector<CheckerDraft>& drafts,
                                                         const CheckerDefaults& defaults,
                                                         const model::Config& config);

}  // namespace understudy::config
