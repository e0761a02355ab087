#include "check_witness.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <string>
#include <utility>

#include "understudy/config/value.hpp"

namespace understudy::config {

namespace {

const net::Address kUnspecifiedV6 = *net::Address::from_bytes(std::array<std::byte, 16>{});
constexpr microseconds kShortestRound = milliseconds{50};
constexpr microseconds kLongestRound = seconds{1};
constexpr int kRoundsEachInterval = 4;
constexpr microseconds::rep kFewestRounds = 4;

// So that a master that is cut off notices before its backups take over: they wait for one advert more.
model::Script schedule_for(const model::Instance& instance) {
    model::Script check;
    check.is_witness = true;
    check.interval =
        std::clamp(instance.advert_interval / kRoundsEachInterval, kShortestRound, kLongestRound);
    check.timeout = check.interval;
    const microseconds patience = instance.advert_interval * (instance.down_timer_adverts - 1);
    const auto rounds =
        std::max((patience + check.interval - microseconds{1}) / check.interval, kFewestRounds);
    check.rise = check.fall = static_cast<std::uint32_t>(rounds);
    return check;
}

model::Probe question_for(const std::optional<net::Address>& host, const model::Instance& instance) {
    model::Probe probe;
    probe.kind = host ? model::ProbeKind::Ping : model::ProbeKind::Gateway;
    probe.host = host.value_or(instance.family == net::Family::Ipv4 ? net::Address{} : kUnspecifiedV6);
    if (host && host->is_v6() && host->is_link_local()) probe.interface = instance.interface;
    return probe;
}

std::string name_for(const model::Script& check, const std::optional<net::Address>& host,
                     const model::Config& config) {
    std::string name = "witness " + (host ? host->to_string() : "gateway");
    if (!host && check.probe->host.is_v6()) name += " (IPv6)";
    if (!check.probe->interface.empty()) name += " on " + check.probe->interface;
    const bool taken = std::ranges::find(config.scripts, name, &model::Script::name) != config.scripts.end();
    return taken ? name + " each " + to_text(check.interval) + " s" : name;
}

// The same question at the same rate.
bool is_alike(const model::Script& known, const model::Script& wanted) {
    return known.is_witness && known.probe == wanted.probe && known.interval == wanted.interval &&
           known.fall == wanted.fall;
}

}  // namespace

void check_witnesses(const InstanceDraft& draft, model::Instance& instance, model::Config& config) {
    if (!instance.split_brain || !draft.split_brain) return;
    for (const std::optional<net::Address>& host : draft.split_brain->witnesses) {
        model::Script check = schedule_for(instance);
        check.probe = question_for(host, instance);
        auto known = std::ranges::find_if(config.scripts,
                                          [&](const model::Script& other) { return is_alike(other, check); });
        if (known == config.scripts.end()) {
            check.name = name_for(check, host, config);
            config.scripts.push_back(std::move(check));
            known = std::prev(config.scripts.end());
        }
        const auto index = static_cast<std::size_t>(known - config.scripts.begin());
        instance.split_brain->witnesses.push_back({index, {}});
    }
}

}  // namespace understudy::config
