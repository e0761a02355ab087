#include "control.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "understudy/base/overloaded.hpp"
#include "understudy/base/text.hpp"
#include "understudy/os/process.hpp"
#include "understudy/os/users.hpp"

#include "pid_files.hpp"

namespace understudy::daemon {

namespace {

// Whom we run as could as well read our files and send us signals.
bool has_our_rights(const os::Peer& peer) { return peer.uid == 0 || peer.uid == os::current_identity().uid; }

std::string refusal_text(const ctl::Question& question) {
    const std::string who = ctl::needed_access(question) == ctl::Access::Secret
                                ? "only root may ask for that: the files may hold passwords"
                                : "only root and members of the control group may do that";
    return quote(ctl::command_name(question)) + " is refused: " + who;
}

}  // namespace

std::optional<std::string> control_socket_path(const Options& options, const model::Globals& globals) {
    if (options.control_socket)
        return options.control_socket->empty() ? std::nullopt : options.control_socket;
    if (!options.pid_file) return "/run/understudy/" + distinction(options, globals) + "control.sock";
    std::string path = *options.pid_file;
    if (path.ends_with(".pid")) path.resize(path.size() - std::string_view{".pid"}.size());
    return path + ".sock";
}

bool may_ask(const os::Peer& peer, std::optional<gid_t> group, std::optional<gid_t> readers) {
    if (!readers || has_our_rights(peer)) return true;
    return peer.belongs_to(*readers) || (group && peer.belongs_to(*group));
}

bool is_allowed(const ctl::Question& question, const os::Peer& peer, std::optional<gid_t> group) {
    const bool is_root = has_our_rights(peer);
    switch (ctl::needed_access(question)) {
        case ctl::Access::Read:
            return true;
        case ctl::Access::Change:
            return is_root || (group && peer.belongs_to(*group));
        case ctl::Access::Secret:
            return is_root;
    }
    return false;
}

ctl::Problem no_such_instance(const std::string& name, const std::vector<std::string>& names) {
    const std::vector<std::string_view> known{names.begin(), names.end()};
    const auto closest = closest_word(name, known);
    return {
        std::string{ctl::kNoSuchInstance},
        "there is no instance " + quote(name) + (closest ? "; did you mean " + quote(*closest) + "?" : ""),
        names};
}

std::optional<gid_t> Control::find_group(std::string_view option, const std::optional<std::string>& name) {
    if (!name) return std::nullopt;
    const auto group = os::lookup_group(*name);
    if (group) return *group;
    log_->write("control-group-unknown", os::LogLevel::Warning,
                fmt::format("{}: {}; nobody may use the control socket because of it", option,
                            group.error().to_string()));
    return std::nullopt;
}

void Control::open(const Options& options, const model::Globals& globals) {
    group_ = find_group("--control-group", options.control_group);
    readers_ = find_group("--control-readers", options.control_readers);
    const std::optional<std::string> path = control_socket_path(options, globals);
    if (!path) return;
    os::ControlSocketOptions wanted;
    wanted.path = *path;
    wanted.group = group_;
    wanted.open_to_all = readers_.has_value();
    wanted.mode = options.control_mode;
    wanted.limits.longest_line = ctl::kLongestRequest;
    wanted.too_long = ctl::to_line(
        ctl::refusal({ctl::RequestFault::TooLong,
                      "a request has at most " + std::to_string(ctl::kLongestRequest) + " octets", 0}));
    wanted.unsubscribed = ctl::to_line(ctl::failure(
        0, ctl::kUnsubscribed, fmt::format("{} others have subscribed since", wanted.most_subscribers)));
    longest_answer_ = wanted.limits.most_unsent;
    auto opened = os::ControlSocket::open(
        *loop_, wanted, {[this](os::ClientId client, const os::Peer& peer, std::string_view line) {
            heard(client, peer, line);
        }});
    if (opened) {
        socket_.emplace(*std::move(opened));
    } else {
        log_->write("control-socket-failed", os::LogLevel::Warning,
                    opened.error().to_string() + "; understudyctl cannot reach this daemon, all else works");
    }
}

void Control::abandon() {
    if (socket_) socket_->abandon();
    socket_.reset();
    subscriptions_.clear();
}

void Control::heard(os::ClientId client, const os::Peer& peer, std::string_view line) {
    const auto request = ctl::parse_request(line);
    if (!request) return answer(client, ctl::refusal(request.error()));
    if (!may_ask(peer, group_, readers_))
        return answer(client, ctl::failure(request->id, ctl::kNotAllowed,
                                           "only root and members of the groups of the daemon's options "
                                           "--control-group and --control-readers may ask"));
    if (!is_allowed(request->question, peer, group_))
        return answer(client, ctl::failure(request->id, ctl::kNotAllowed, refusal_text(request->question)));
    dispatch(client, *request, peer,
             [this, client, id = request->id](Outcome outcome) { answer(client, {id, std::move(outcome)}); });
}

void Control::dispatch(os::ClientId client, const ctl::Request& request, const os::Peer& peer,
                       Answered answered) {
    const auto pass_on = [&] { handlers_.ask_worker(request.question, std::move(answered)); };
    const auto order = [&](const std::string& whom) {
        const std::string_view command = ctl::command_name(request.question);
        log_->write(
            "control-order", os::LogLevel::Notice,
            fmt::format("{} {} was asked for by user {} (process {})", command, whom, peer.uid, peer.process),
            {{"command", command}, {"user", std::to_string(peer.uid)}});
        pass_on();
    };
    std::visit(overloaded{
                   [&](const ctl::Ping&) { answered(introduction()); },
                   [&](const ctl::Status&) { pass_on(); },
                   [&](const ctl::Drain& drain) { order(drain.instance.value_or("of all instances")); },
                   [&](const ctl::Resume& resume) { order(resume.instance.value_or("of all instances")); },
                   [&](const ctl::SetPriority& set) { order(set.instance); },
                   [&](const ctl::UnsetPriority& unset) { order(unset.instance); },
                   [&](const ctl::Dump&) { pass_on(); },
                   [&](const ctl::Failover& failover) { order("of " + failover.instance); },
                   [&](const ctl::CheckState&) { pass_on(); },
                   [&](const ctl::RunCheck& check) { order("of " + check.name); },
                   [&](const ctl::SetLogLevel& set) {
                       order(std::string{ctl::name(set.level)});
                       handlers_.log_level(set.level);
                   },
                   [&](const ctl::ResetStatistics& reset) {
                       order(reset.instance ? "of " + *reset.instance : "of all instances");
                   },
                   [&](const ctl::Why&) { pass_on(); },
                   [&](const ctl::History& asked) { answered(handlers_.history(asked)); },
                   [&](const ctl::Subscribe& wanted) { answered(subscribe(client, request.id, wanted)); },
                   [&](const ctl::ShowConfig&) { answered(handlers_.config()); },
                   [&](const ctl::Reload& reload) { handlers_.reload(reload, peer, std::move(answered)); },
                   [&](const ctl::Upgrade& asked) { handlers_.upgrade(asked, peer, std::move(answered)); },
               },
               request.question);
}

Outcome Control::subscribe(os::ClientId client, std::uint64_t id, const ctl::Subscribe& wanted) {
    if (wanted.instance)
        if (const auto names = handlers_.instances(); !std::ranges::count(names, *wanted.instance))
            return std::unexpected(no_such_instance(*wanted.instance, names));
    socket_->subscribe(client);
    std::erase_if(subscriptions_, [&](const auto& one) { return !socket_->is_subscribed(one.first); });
    subscriptions_[client] = {id, {wanted.instance, std::nullopt}};
    return nlohmann::json{{"subscribed", true}};
}

void Control::tell(std::span<const ctl::HistoryEntry> entries) {
    if (subscriptions_.empty() || !socket_) return;
    std::vector<std::string> texts;
    for (const ctl::HistoryEntry& entry : entries) texts.push_back(ctl::to_line(entry));
    std::erase_if(subscriptions_, [&](const auto& subscriber) {
        const auto& [client, subscription] = subscriber;
        std::string lines;
        for (std::size_t i = 0; i < entries.size(); ++i)
            if (subscription.filter.takes(entries[i]))
                lines += (lines.empty() ? "" : "\n") + ctl::event_around(subscription.id, texts[i]);
        return lines.empty() ? !socket_->is_subscribed(client) : !socket_->tell(client, lines);
    });
}

nlohmann::json Control::introduction() {
    nlohmann::json commands = nlohmann::json::array();
    for (const std::string_view command : ctl::known_commands()) commands.push_back(command);
    nlohmann::json who{{"program", "understudyd"},
                       {"program_version", UNDERSTUDY_VERSION},
                       {"process", os::process_id()},
                       {"versions", {ctl::kVersion}},
                       {"commands", std::move(commands)}};
    who.update(handlers_.lifetime());
    return who;
}

void Control::answer(os::ClientId client, const ctl::Reply& reply) {
    if (!socket_) return;
    std::string line = ctl::to_line(reply);
    if (line.size() > longest_answer_)
        line = ctl::to_line(
            ctl::failure(reply.id, ctl::kTooLarge,
                         "the answer has " + std::to_string(line.size()) +
                             " octets, which is too much for this socket; ask for one instance"));
    socket_->answer(client, line);
}

}  // namespace understudy::daemon
