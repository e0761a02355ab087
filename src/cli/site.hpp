// What the exporter serves: metrics for Prometheus, and one page for people with what it is made of. A pure
// function from a request and what is known of the daemon to the answer; everything in it may be read by
// whoever can connect, and nothing can be changed.
#pragma once

#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "understudy/os/http_server.hpp"

#include "exposition.hpp"
#include "observed.hpp"

namespace understudy::cli {

// Whether the daemon must be asked for this answer; files of the page, and refusals, are the same always.
[[nodiscard]] bool needs_daemon(const os::HttpRequest& request);
// And for what has happened.
[[nodiscard]] bool needs_history(const os::HttpRequest& request);

struct Scene {
    Observed observed;
    nlohmann::json history;  // what has happened, newest last
    std::string date;        // now
};

// HEAD is answered as GET; whoever sends the answer leaves its body out.
[[nodiscard]] os::HttpResponse answer(const os::HttpRequest& request, const Scene& scene);

// By the header Accept, with its quality values (RFC 9110 §12.5.1). OpenMetrics only for those who ask for it
// by name.
[[nodiscard]] TextFormat wanted_format(std::string_view accept);

}  // namespace understudy::cli
