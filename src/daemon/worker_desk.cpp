#include "worker_desk.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <nlohmann/json.hpp>

#include "understudy/base/overloaded.hpp"
#include "understudy/base/text.hpp"
#include "understudy/os/clock.hpp"

#include "control.hpp"

namespace understudy::daemon {

namespace {

constexpr std::size_t kMostUnsent = std::size_t{64} << 20;

agent::Moment moment() { return {os::now(), std::chrono::floor<milliseconds>(os::wall_time())}; }

std::string text_of(const nlohmann::json& value) {
    return value.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::string did_you_mean(const std::string& name, const std::vector<std::string>& names) {
    const std::vector<std::string_view> known{names.begin(), names.end()};
    const auto closest = closest_word(name, known);
    return closest ? "; did you mean " + quote(*closest) + "?" : "";
}

ctl::Reply no_such_check(std::uint64_t id, const std::string& name, const model::Config& config) {
    std::vector<std::string> names;
    for (const model::Script& script : config.scripts) names.push_back(script.name);
    const bool is_known = std::ranges::count(names, name) > 0;
    const std::string message =
        is_known ? "nobody tracks " + quote(name) + ", so it does not run"
                 : "there is no vrrp_script or vrrp_check " + quote(name) + did_you_mean(name, names);
    return {id, std::unexpected(ctl::Problem{std::string{ctl::kNoSuchCheck}, message, std::move(names)})};
}

// Whoever wants to move the role has to ask the host that has it.
std::string why_not_here(const agent::InstanceReport& report) {
    if (!report.faults.empty())
        return fmt::format("{} is in FAULT here, not master: {}", report.name, report.faults.front());
    if (report.role == vrrp::Role::Backup && report.master)
        return fmt::format(
            "{} is backup here, and {} is master: ask for it there, or take the role with "
            "`understudyctl set {} priority N`, more than {}",
            report.name, report.master->to_string(), report.name,
            report.master_priority.value_or(net::kDefaultPriority).value());
    return fmt::format("{} is not master here, and has heard no other master yet", report.name);
}

}  // namespace

// If the connection ends, the supervisor has ended, and a signal tells us so.
WorkerDesk::WorkerDesk(os::Loop& loop, os::UniqueFd socket, const agent::Agent& agent, Handlers handlers)
    : loop_(&loop),
      agent_(&agent),
      handlers_(std::move(handlers)),
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
                if (auto names = names_for(id, asked.instance)) begin({id, asked, *std::move(names), 0});
            },
            [&](const ctl::Why& asked) {
                if (auto names = names_for(id, asked.instance)) begin({id, asked, *std::move(names), 0});
            },
            [&](const ctl::Drain& asked) {
                std::optional<microseconds> duration;
                if (asked.seconds) duration = seconds{*asked.seconds};
                order(id, asked.instance, agent::DrainAsked{asked.instance, duration});
            },
            [&](const ctl::Resume& asked) { order(id, asked.instance, agent::ResumeAsked{asked.instance}); },
            [&](const ctl::SetPriority& asked) {
                order(id, asked.instance,
                      agent::PriorityOrdered{asked.instance, net::Priority::clamped(asked.priority)});
            },
            [&](const ctl::UnsetPriority& asked) {
                order(id, asked.instance, agent::PriorityOrdered{asked.instance, std::nullopt});
            },
            [&](const ctl::Reload&) {
                const auto reloaded = handlers_.reload();
                stream_.send(reloaded ? ctl::line_around(id, "true")
                                      : ctl::to_line(ctl::failure(id, "refused", reloaded.error())));
            },
            [&](const ctl::Dump& asked) { begin({id, asked, agent_->instances(), 0}); },
            [&](const ctl::Failover& asked) { fail_over(id, asked.instance); },
            [&](const ctl::CheckState& asked) { answer_check(id, asked.name, false); },
            [&](const ctl::RunCheck& asked) { answer_check(id, asked.name, true); },
            [&](const ctl::SetLogLevel& asked) {
                handlers_.log_level(asked.level);
                stream_.send(ctl::line_around(id, "true"));
            },
            [&](const ctl::ResetStatistics& asked) {
                if (auto names = names_for(id, asked.instance)) begin({id, asked, *std::move(names), 0});
            },
            [&](const ctl::Ping&) { stream_.send(ctl::line_around(id, "true")); },
            [&](const ctl::ShowConfig&) { elsewhere(); },
            [&](const ctl::History&) { elsewhere(); },
            [&](const ctl::Subscribe&) { elsewhere(); },
            [&](const ctl::Upgrade&) { elsewhere(); },
        },
        request->question);
}

std::optional<std::vector<std::string>> WorkerDesk::names_for(std::uint64_t id,
                                                              const std::optional<std::string>& instance) {
    std::vector<std::string> names = agent_->instances();
    if (!instance) return names;
    if (std::ranges::count(names, *instance)) return std::vector{*instance};
    stream_.send(ctl::to_line(ctl::Reply{id, std::unexpected(no_such_instance(*instance, names))}));
    return std::nullopt;
}

void WorkerDesk::order(std::uint64_t id, const std::optional<std::string>& instance,
                       const agent::Event& event) {
    auto names = names_for(id, instance);
    if (!names) return;
    handlers_.order(event);
    begin({id, ctl::Status{instance}, *std::move(names), 0});
}

void WorkerDesk::fail_over(std::uint64_t id, const std::string& instance) {
    const auto found = agent_->report(instance);
    if (found && found->role != vrrp::Role::Master)
        return stream_.send(ctl::to_line(ctl::failure(id, ctl::kNotMaster, why_not_here(*found))));
    order(id, instance, agent::FailoverAsked{instance});
}

void WorkerDesk::answer_check(std::uint64_t id, const std::string& name, bool run) {
    if (!agent_->check(name)) return stream_.send(ctl::to_line(no_such_check(id, name, agent_->config())));
    if (run) handlers_.order(agent::CheckAsked{name});
    stream_.send(ctl::line_around(id, text_of({{"check", to_json(*agent_->check(name))}})));
}

void WorkerDesk::begin(Report report) {
    reports_.push_back(std::move(report));
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
        if (auto written = part(report.asked, report.names[report.next++]))
            report.parts.push_back(*std::move(written));
        return go_on_later();
    }
    stream_.send(ctl::line_around(report.id, whole(report)));
    reports_.pop_front();
    if (!reports_.empty()) go_on_later();
}

// None: a reload has taken the instance away meanwhile.
std::optional<std::string> WorkerDesk::part(const Asked& asked, const std::string& instance) {
    return std::visit([&](const auto& question) { return part(question, instance); }, asked);
}

std::optional<std::string> WorkerDesk::part(const ctl::Status&, const std::string& instance) {
    const auto found = agent_->report(instance);
    if (!found) return std::nullopt;
    return text_of(to_json(*found, moment()));
}

std::optional<std::string> WorkerDesk::part(const ctl::ResetStatistics&, const std::string& instance) {
    auto report = part(ctl::Status{}, instance);
    if (report) handlers_.order(agent::StatisticsReset{instance});
    return report;
}

std::optional<std::string> WorkerDesk::part(const ctl::Why&, const std::string& instance) {
    const auto found = agent_->why(instance);
    if (!found) return std::nullopt;
    const agent::Moment now = moment();
    return text_of(to_json(explain(*found, now)));
}

std::string WorkerDesk::whole(const Report& report) const {
    if (const auto* const dump = std::get_if<ctl::Dump>(&report.asked))
        return text_of(whole(*dump, report.parts));
    std::string text = fmt::format(R"({{"instances":[{}])", fmt::join(report.parts, ","));
    if (std::holds_alternative<ctl::Status>(report.asked)) {
        nlohmann::json groups = nlohmann::json::array();
        for (const agent::GroupReport& group : agent_->groups()) groups.push_back(to_json(group));
        text += R"(,"sync_groups":)" + text_of(groups);
    }
    return text + '}';
}

std::optional<std::string> WorkerDesk::part(const ctl::Dump& asked, const std::string& instance) {
    const auto found = agent_->dump(instance);
    if (!found) return std::nullopt;
    if (asked.reset) handlers_.order(agent::StatisticsReset{instance});
    switch (asked.what) {
        case ctl::DumpKind::State:
            return state_dump(*found, moment());
        case ctl::DumpKind::Statistics:
            return statistics_dump(found->report);
        case ctl::DumpKind::Json:
            return json_dump(*found, moment());
    }
    return std::nullopt;
}

std::string WorkerDesk::whole(const ctl::Dump& asked, const std::vector<std::string>& parts) const {
    const model::Globals& globals = agent_->config().globals;
    std::string instances = fmt::format("{}", fmt::join(parts, ""));
    switch (asked.what) {
        case ctl::DumpKind::State:
            return agent::state_dump(globals) + "------< VRRP Topology >------\n" + instances +
                   agent::state_dump(agent_->shared_dump());
        case ctl::DumpKind::Statistics:
            return instances;
        case ctl::DumpKind::Json:
            return agent::json_file(parts, agent_->shared_dump(), globals.dumps.json_version);
    }
    return "";
}

}  // namespace understudy::daemon
