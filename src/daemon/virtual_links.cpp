#include "virtual_links.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <filesystem>
#include <system_error>
#include <utility>

#include "understudy/os/links.hpp"
#include "understudy/os/sysctl.hpp"

namespace understudy::daemon {

namespace {

using Done = std::expected<void, os::SysError>;

std::string base_path(const std::string& base, const std::string& setting) {
    return "net/ipv4/conf/" + base + "/" + setting;
}

// A value that does not stay is as bad as one that is refused.
Done write_and_verify(const net::KernelSetting& setting) {
    if (auto written = os::write_sysctl(setting.path, setting.value); !written) return written;
    const auto read = os::read_sysctl(setting.path);
    if (!read) return std::unexpected(read.error());
    if (*read != setting.value)
        return std::unexpected(os::SysError{
            fmt::format("set {} to {}: it stays {}", setting.path, setting.value, *read), EINVAL});
    return {};
}

constexpr std::string_view kFilterOfAll = "net/ipv4/conf/all/rp_filter";

// All of "default" and of the interfaces there are.
std::vector<std::string> filters_of_each() {
    std::vector<std::string> paths;
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator{"/proc/sys/net/ipv4/conf", error})
        if (entry.path().filename() != "all")
            paths.push_back("net/ipv4/conf/" + entry.path().filename().string() + "/rp_filter");
    return paths;
}

// Without IPv6 there is nothing to be kept off it.
bool is_needless(const net::VirtualLink& link, const net::KernelSetting& setting) {
    return !link.carries_v6 && setting.path.starts_with("net/ipv6/");
}

}  // namespace

std::vector<int> VirtualLinkMaker::change(const std::vector<desired::LinkChange>& changes) {
    std::vector<int> errors;
    errors.reserve(changes.size());
    for (const desired::LinkChange& change : changes) {
        const Done done = carry_out(change);
        if (!done) log_->write("virtual-link-attempt-failed", os::LogLevel::Debug, done.error().to_string());
        errors.push_back(done ? 0 : done.error().code);
    }
    return errors;
}

Done VirtualLinkMaker::carry_out(const desired::LinkChange& change) {
    if (!requests_) {
        auto opened = os::LinkRequests::open();
        if (!opened) return std::unexpected(opened.error());
        requests_.emplace(*std::move(opened));
    }
    return change.kind == desired::LinkChange::Kind::Make ? make(change) : remove(change);
}

// What was begun and cannot be finished is taken back: half an interface would answer with a MAC of its own.
Done VirtualLinkMaker::make(const desired::LinkChange& change) {
    if (auto done = prepare_base(change); !done) {
        restore_base(change.link.base);
        return done;
    }
    net::LinkIndex index = change.existing;
    if (index.value == 0) {
        const auto made = requests_->make(change.link);
        if (!made) {
            restore_base(change.link.base);
            return std::unexpected(made.error());
        }
        index = *made;
    }
    bases_[change.link.base].links.insert(change.link.name);
    Done done = configure(change.link, index);
    if (done || change.existing.value != 0) return done;
    static_cast<void>(remove({desired::LinkChange::Kind::Remove, change.link, index, {}}));
    return done;
}

Done VirtualLinkMaker::configure(const net::VirtualLink& link, net::LinkIndex index) {
    if (auto done = requests_->stop_address_generation(index); !done) return done;
    if (link.ipvlan)
        if (auto done = requests_->set_ipvlan_mode(index, *link.ipvlan); !done) return done;
    if (auto done = requests_->set_alias(index, desired::note_of(bases_[link.base].before)); !done)
        return done;
    if (auto done = filter_sources_by_interface(); !done) return done;
    for (const net::KernelSetting& setting : desired::settings_of(link, false))
        if (auto done = write_and_verify(setting); !done && !is_needless(link, setting)) return done;
    return requests_->set_up(index);
}

// While it is backup an interface with a virtual MAC has no address, and then the kernel drops whatever comes
// in unless neither it nor "all" checks sources: adverts would never be heard. So each other interface gets
// what "all" asks of it, and "all" asks nothing. Who dies before restore_filters() leaves every check in
// force.
Done VirtualLinkMaker::filter_sources_by_interface() {
    const std::string all{kFilterOfAll};
    const auto asked = os::read_sysctl(all);
    if (!asked) return std::unexpected(asked.error());
    if (*asked == "0") return {};
    for (const std::string& path : filters_of_each()) {
        const auto own = os::read_sysctl(path);
        if (!own || *own >= *asked) continue;  // gone meanwhile, or as strict
        if (auto done = write_and_verify({path, *asked}); !done) return done;
        raised_.push_back({path, *own, *asked});
    }
    raised_.push_back({all, *asked, "0"});
    return write_and_verify({all, "0"});
}

// "all" first, so that no moment is without a check. What somebody else has set meanwhile is theirs.
void VirtualLinkMaker::restore_filters() {
    // An interface that has gone took those on it along.
    std::erase_if(
        bases_, [](const auto& known) { return known.second.links.empty() || !os::link_name(known.first); });
    if (!bases_.empty()) return;
    const std::vector<Raised> raised = std::exchange(raised_, {});
    for (auto setting = raised.rbegin(); setting != raised.rend(); ++setting)
        if (os::read_sysctl(setting->path).value_or("") == setting->now)
            if (const auto done = write_and_verify({setting->path, setting->before}); !done)
                log_->write("source-check-not-restored", os::LogLevel::Warning, done.error().to_string());
}

Done VirtualLinkMaker::remove(const desired::LinkChange& change) {
    Base& base = bases_[change.link.base];
    if (base.before.empty()) base.before = desired::settings_in(change.note);
    if (auto done = requests_->remove(change.existing); !done) return done;
    base.links.erase(change.link.name);
    restore_base(change.link.base);
    return {};
}

// Whose values it finds: those it had read before, those that a predecessor has noted, or those of now.
Done VirtualLinkMaker::prepare_base(const desired::LinkChange& change) {
    Base& base = bases_[change.link.base];
    if (base.before.empty()) base.before = desired::settings_in(change.note);
    std::vector<net::KernelSetting> now;
    for (const std::string_view name : desired::kBaseSettings) {
        const auto value = os::read_sysctl(base_path(change.link.base_name, std::string{name}));
        if (!value) return std::unexpected(value.error());
        now.push_back({std::string{name}, *value});
    }
    if (base.before.empty()) base.before = now;
    if (!change.link.carries_v4) return {};
    for (const net::KernelSetting& setting : desired::base_settings(now))
        if (auto done = write_and_verify({base_path(change.link.base_name, setting.path), setting.value});
            !done)
            return done;
    return {};
}

// What somebody else has set meanwhile is theirs.
void VirtualLinkMaker::restore_base(net::LinkIndex link) {
    const auto known = bases_.find(link);
    if (known == bases_.end() || !known->second.links.empty()) return;
    const std::vector<net::KernelSetting> before = std::exchange(known->second.before, {});
    const std::vector<net::KernelSetting> ours = desired::base_settings(before);
    bases_.erase(known);
    restore_filters();
    const auto name = os::link_name(link);
    if (!name) return;  // it has gone with all its settings
    for (const net::KernelSetting& set : ours) {
        const std::string path = base_path(*name, set.path);
        if (os::read_sysctl(path).value_or("") != set.value) continue;
        for (const net::KernelSetting& old : before) {
            if (old.path != set.path) continue;
            if (const auto done = write_and_verify({path, old.value}); !done)
                log_->write("base-setting-not-restored", os::LogLevel::Warning, done.error().to_string());
        }
    }
}

}  // namespace understudy::daemon
