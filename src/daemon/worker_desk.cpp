#include "worker_desk.hpp"

#include <algorithm>
#include <utility>

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <nlohmann/json.hpp>

#include "understudy/base/overloaded.hpp"
#include "understudy/base/text.hpp"
#include "understudy/os/clock.hpp"

namespace understudy::daemon {

namespace {

constexpr std::size_t kMostUnsent = std::size_t{64} << 20;

ctl::Reply no_such_instance(std::uint64_t id, const std::string& name,
                            const std::vector<std::string>& names) {
    const std::vector<std::string_view> known{names.begin(), names.end()};
    const auto closest = closest_word(name, known);
    return {id, std::unexpected(ctl::Problem{std::string{ctl::kNoSuchInstance},
                                             "there is no instance " + quote(name) +
                                                 (closest ? "; did you mean " + quote(*closest) + "?" : ""),
                                             names})};
}

}  // namespace

// If the connection ends, the supervisor has ended, and a signal tells us so.
WorkerDesk::WorkerDesk(os::Loop& loop, os::UniqueFd socket, const agent::Agent& agent, Reload reload,
                       Order order)
    : loop_(&loop),
      agent_(&agent),
      reload_(std::move(reload)),
      order_(std::move(order)),
      stream_(loop, std::move(socket), {ctl::kLongestRequest, kMostUnsent},
              {[this](std::string_view line) { heard(line); }, {}, [](os::LineStream::End) {}}) {}

void WorkerDesk::heard(std::string_view line) {
    const auto request = ctl::parse_request(line);
    if (!request) return stream_.send(ctl::to_line(ctl::refusal(request.error())));
    const std::uint64_t id = request->id;
    const auto elsewhere = [&] {
        stream_.send(ctl::to_line(ctl::failure(id, ctl::kUnavailable, "the supervisor answers that")));
    };
    std::visit(
        overloaded{
            [&](const ctl::Status& asked) {
                if (auto names = names_for(id, asked.instance)) begin_report(id, *std::move(names));
            },
            [&](const ctl::Drain& asked) {
                std::optional<microseconds> duration;
                if (asked.seconds) duration = seconds{*asked.seconds};
                order(id, asked.instance, agent::DrainAsked{{}, duration});
            },
            [&](const ctl::Resume& asked) { order(id, asked.instance, agent::ResumeAsked{}); },
            [&](const ctl::SetPriority& asked) {
                order(id, asked.instance, agent::PriorityOrdered{{}, net::Priority::clamped(asked.priority)});
            },
            [&](const ctl::UnsetPriority& asked) { order(id, asked.instance, agent::PriorityOrdered{}); },
            [&](const ctl::Reload&) {
                const auto reloaded = reload_();
                stream_.send(reloaded ? ctl::line_around(id, "true")
                                      : ctl::to_line(ctl::failure(id, "refused", reloaded.error())));
            },
            [&](const ctl::Ping&) { stream_.send(ctl::line_around(id, "true")); },
            [&](const ctl::ShowConfig&) { elsewhere(); },
        },
        request->question);
}

std::optional<std::vector<std::string>> WorkerDesk::names_for(std::uint64_t id,
                                                              const std::optional<std::string>& instance) {
    std::vector<std::string> names = agent_->instances();
    if (!instance) return names;
    if (std::ranges::count(names, *instance)) return std::vector{*instance};
    stream_.send(ctl::to_line(no_such_instance(id, *instance, names)));
    return std::nullopt;
}

template <typename Event>
void WorkerDesk::order(std::uint64_t id, const std::optional<std::string>& instance, Event event) {
    auto names = names_for(id, instance);
    if (!names) return;
    for (const std::string& name : *names) {
        event.instance = name;
        order_(event);
    }
    begin_report(id, *std::move(names));
}

void WorkerDesk::begin_report(std::uint64_t id, std::vector<std::string> names) {
    reports_.push_back({id, std::move(names), 0, ""});
    if (reports_.size() == 1) go_on_later();
}

void WorkerDesk::go_on_later() {
    boost::asio::post(*loop_, [this, alive = std::weak_ptr{alive_}] {
        if (!alive.expired()) go_on();
    });
}

void WorkerDesk::go_on() {
    Report& report = reports_.front();
    if (report.next < report.names.size()) {
        // A reload may have taken it away meanwhile.
        if (const auto found = agent_->report(report.names[report.next++])) {
            const nlohmann::json object =
                to_json(*found, {os::now(), std::chrono::floor<milliseconds>(os::wall_time())});
            report.text += report.text.empty() ? "" : ",";
            report.text += object.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
        }
        return go_on_later();
    }
    stream_.send(ctl::line_around(report.id, R"({"instances":[)" + report.text + "]}"));
    reports_.pop_front();
    if (!reports_.empty()) go_on_later();
}

}  // namespace understudy::daemon
