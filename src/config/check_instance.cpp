// One vrrp_instance: defaults, corrections, and what must not be missing.
#include <algorithm>

#include "understudy/base/text.hpp"
#include "understudy/config/value.hpp"

#include "check.hpp"
#include "check_address.hpp"
#include "check_hmac.hpp"
#include "check_route.hpp"
#include "check_virtual_link.hpp"

namespace understudy::config {

namespace {

constexpr microseconds kSecond = seconds{1};
constexpr microseconds kCentisecond = milliseconds{10};
constexpr microseconds kLongestV3Interval = 4095 * kCentisecond;  // 12 bits of centiseconds
constexpr std::size_t kLongestPassword = 8;
constexpr seconds kShortestSafeLease{2};
// What happens where this is sent as it stands.
constexpr std::string_view kSubSecondHint =
    "use version 3 on every router: a version 2 advert would say 0 s, and who believes it floods the link";

microseconds rounded(microseconds time, microseconds unit) {
    return std::max(unit, (time + unit / 2) / unit * unit);
}

class InstanceCheck {
public:
    InstanceCheck(const CheckContext& context, const InstanceDraft& draft, const ScriptIndex& scripts)
        : context_(context),
          globals_(context.draft.globals),
          draft_(draft),
          scripts_(scripts),
          diags_(context.diags) {}

    std::optional<CheckedInstance> run() {
        checked_.draft = &draft_;
        out() = draft_.plain;
        out().name = draft_.name;
        identity();
        link();
        role();
        interval();
        lease();
        split_brain();
        preemption();
        timer_expired();
        check_hmac(context_, draft_, out());
        authentication();
        unicast();
        bool usable = usable_;
        usable = check_addresses(context_, draft_, out()) && usable;
        out().routes = check_routes(context_, draft_.routes);
        out().rules = check_rules(context_, draft_.rules);
        exchange();
        announcing();
        check_virtual_link(context_, draft_, out());
        out().tracked_links =
            check_links(context_, draft_.tracked_links, out().interface, checked_.link_spans);
        out().tracked_scripts = check_tracked_scripts(context_, draft_.tracked_scripts, draft_.order,
                                                      scripts_, checked_.script_spans);
        out().notify = check_notify(context_, draft_.notify);
        if (!usable) return std::nullopt;
        return std::move(checked_);
    }

private:
    model::Instance& out() { return checked_.instance; }

    void identity() {
        if (draft_.vrid) {
            out().vrid = *draft_.vrid;
        } else {
            usable_ = false;
            if (!context_.is_refused(draft_, "virtual_router_id"))
                diags_.add(Code::MissingVrid, draft_.span, quote(draft_.name) + " has no virtual_router_id")
                    .label("needs a number from 1 to 255 that is its own on this link");
        }
        out().strict = draft_.strict.value_or(globals_.strict.value_or(false));
        out().family = draft_.family.value_or(net::Family::Ipv4);
        const std::uint32_t version = draft_.version.value_or(globals_.version.value_or(2));
        out().version = version == 3 ? net::VrrpVersion::V3 : net::VrrpVersion::V2;
        if (out().family == net::Family::Ipv4) return;
        out().version = net::VrrpVersion::V3;
        if (draft_.version && *draft_.version == 2)
            diags_.add(Code::VersionConflict, draft_.version.span, "version 2 cannot carry IPv6 addresses")
                .label("version 3 is used");
    }

    void link() {
        out().track_primary = !draft_.dont_track_primary.value_or(false);
        if (!draft_.interface) {
            if (draft_.source && !draft_.peers.empty()) return;
            diags_.add(Code::MissingInterface, draft_.span, quote(draft_.name) + " has no interface")
                .label("needs one, unless unicast_src_ip and unicast_peer are given");
            usable_ = false;
            return;
        }
        out().interface = *draft_.interface;
        const Span span = draft_.interface.span;
        if (!context_.interface_exists(out().interface, span, quote(draft_.name))) usable_ = false;
        const auto facts = context_.host != nullptr ? context_.host->link(out().interface) : std::nullopt;
        if (!facts || !facts->loopback) return;
        diags_.add(Code::LoopbackInterface, span, quote(out().interface) + " is a loopback interface")
            .label("no other router can be heard there");
        usable_ = false;
    }

    void role() {
        const bool wants_master = draft_.master.value_or(false);
        out().priority = draft_.priority.value_or(wants_master ? net::kOwner : net::kDefaultPriority);
        out().starts_as_master = draft_.master.value_or(is_owner());
        if (!out().strict || out().starts_as_master == is_owner()) return;
        diags_
            .add(Code::StrictCorrected, draft_.master.span,
                 "in strict mode only the address owner is MASTER from the start")
            .label(is_owner() ? "MASTER is used: the priority is 255"
                              : "BACKUP is used: the priority is not 255");
        out().starts_as_master = is_owner();
    }

    [[nodiscard]] bool is_owner() { return out().priority == net::kOwner; }

    void interval() {
        const microseconds wanted = draft_.advert_interval.value_or(kSecond);
        const bool v3 = out().version == net::VrrpVersion::V3;
        microseconds used = rounded(wanted, v3 ? kCentisecond : kSecond);
        if (v3 && used > kLongestV3Interval) {
            used = kLongestV3Interval;
            diags_
                .add(Code::IntervalLimited, draft_.advert_interval.span,
                     "version 3 cannot announce an interval above 40.95 s")
                .label("40.95 s is used");
        } else if (used != wanted) {
            diags_
                .add(Code::IntervalRounded, draft_.advert_interval.span,
                     v3 ? "version 3 counts in hundredths of a second" : "version 2 counts in whole seconds")
                .label(to_text(used) + " s is used")
                .hint(!v3 && wanted < kSecond ? std::string{kSubSecondHint} : "");
        }
        out().advert_interval = used;
        out().down_timer_adverts =
            draft_.down_timer_adverts.value_or(globals_.down_timer_adverts.value_or(3));
        if (!out().strict || out().down_timer_adverts == 3) return;
        out().down_timer_adverts = 3;
        if (draft_.down_timer_adverts)
            strict_corrected(draft_.down_timer_adverts.span, "takeover comes after 3 adverts", "3 is used");
    }

    // The host may die just before its next advert is due, so of the silence that its peers bear one interval
    // is over by then. Their skew is not known: it may be as little as 1/256.
    void lease() {
        if (!draft_.address_lease) return;
        const seconds asked = *draft_.address_lease;
        const Span span = draft_.address_lease.span;
        out().address_lease = asked;
        const microseconds interval = out().advert_interval;
        const microseconds skew = (out().version == net::VrrpVersion::V3 ? interval : kSecond) / 256;
        const microseconds patience = (out().down_timer_adverts - 1) * interval + skew;
        const seconds longest = std::chrono::duration_cast<seconds>(patience);
        if (asked > patience)
            diags_
                .add(Code::LeaseTooLong, span,
                     "a peer may take over " + to_text(rounded(patience, kCentisecond)) +
                         " s after the end of this host")
                .label("both hold the addresses until this is over")
                .hint(longest >= kShortestSafeLease
                          ? "at most " + to_text(longest) + " ends in time with this advert_int"
                          : "with such frequent adverts no lease is both safe and over in time: the kernel "
                            "counts in whole seconds");
        if (asked < kShortestSafeLease)
            diags_
                .add(Code::LeaseTooShort, span,
                     "a daemon that is " + to_text(rounded(microseconds{asked} * 2 / 3, kCentisecond)) +
                         " s late loses its addresses")
                .label("renewed when a third of it is over")
                .hint("2 or more bears what a busy host does now and then");
    }

    // With a virtual MAC both routers answer with that, and neither can tell the other from itself.
    void split_brain() {
        if (!draft_.split_brain) return;
        out().split_brain = draft_.split_brain->asked;
        if (!draft_.virtual_mac || !out().split_brain->detect) return;
        diags_
            .add(Code::SplitBrainBlind, draft_.split_brain->span,
                 "with use_vmac the other master answers with the same MAC as this one")
            .label("only what its adverts say is seen of it")
            .hint("without use_vmac ARP and neighbour discovery show it, whatever becomes of the adverts");
    }

    void strict_corrected(Span span, const std::string& rule, const std::string& used) {
        diags_.add(Code::StrictCorrected, span, "in strict mode " + rule).label(used);
    }

    // One that preempts takes back what a quicker peer took.
    void timer_expired() {
        if (!out().timer_expired_backup || !out().preempt) return;
        out().timer_expired_backup.reset();
        diags_.add(Code::TimerExpiredUnused, draft_.span, "timer_expired_backup is for nopreempt only")
            .label("ignored in " + quote(draft_.name));
    }

    void preemption() {
        out().preempt = !draft_.nopreempt.value_or(false);
        if (!out().preempt && (is_owner() || draft_.master.value_or(false))) {
            out().preempt = true;
            diags_.add(Code::NopreemptCleared, draft_.nopreempt.span, "nopreempt has no effect here")
                .label(is_owner() ? "the owner of an address (priority 255) always takes it"
                                  : "an instance with state MASTER always preempts")
                .hint(is_owner() ? "" : "use state BACKUP on every router to keep whoever is master");
        }
        out().preempt_delay = draft_.preempt_delay.value_or(microseconds{0});
        if (out().preempt_delay == microseconds{0}) return;
        std::string_view reason;
        if (out().strict) reason = "strict mode does not allow it";
        if (!out().preempt) reason = "nopreempt is given";
        if (is_owner()) reason = "the owner of an address (priority 255) always takes it";
        if (draft_.master.value_or(false)) reason = "an instance with state MASTER always preempts";
        if (reason.empty()) return;
        out().preempt_delay = microseconds{0};
        diags_.add(Code::PreemptDelayCleared, draft_.preempt_delay.span, "preempt_delay has no effect here")
            .label(std::string{reason});
    }

    void authentication() {
        if (!draft_.auth_type) {
            if (draft_.auth_pass)
                diags_
                    .add(Code::AuthTypeMissing, draft_.auth_pass.span,
                         "a password without auth_type is not used")
                    .hint("add auth_type PASS");
            return;
        }
        std::string_view obstacle;
        if (out().version == net::VrrpVersion::V3) obstacle = "version 3 has no authentication";
        if (out().strict) obstacle = "strict mode has no authentication";
        if (out().hmac) obstacle = "auth_hmac takes the place of authentication";
        if (!obstacle.empty()) {
            diags_.add(Code::AuthIgnored, draft_.auth_type.span, std::string{obstacle}).label("ignored");
            return;
        }
        if (!draft_.auth_pass || draft_.auth_pass->empty()) {
            diags_.add(Code::AuthIncomplete, draft_.auth_type.span, "authentication needs an auth_pass")
                .label("adverts are sent and accepted unauthenticated");
            return;
        }
        out().auth_type = *draft_.auth_type;
        out().auth_pass = *draft_.auth_pass;
        if (out().auth_pass.size() <= kLongestPassword) return;
        out().auth_pass.resize(kLongestPassword);
        diags_.add(Code::AuthPassCut, draft_.auth_pass.span, "a password has at most 8 characters")
            .label("only the first 8 are used, as on every other router");
    }

    void unicast() {
        out().source = draft_.source.value;
        for (const PeerDraft& peer : draft_.peers) out().unicast_peers.push_back(peer.peer);
        if (out().is_unicast()) return with_peers();
        const bool v4 = out().family == net::Family::Ipv4;
        const net::Address standard = v4 ? globals_.multicast_group4.value_or(net::vrrp_group(out().family))
                                         : globals_.multicast_group6.value_or(net::vrrp_group(out().family));
        out().multicast_group = draft_.multicast_group.value_or(standard);
        if (draft_.unicast_wanted)
            diags_.add(Code::UnicastWithoutPeers, draft_.unicast_wanted.span, "there are no unicast peers")
                .label(out().fault_without_peers ? "the instance stays in FAULT" : "adverts are multicast")
                .hint("use mcast_src_ip to choose a source address for multicast");
        if (draft_.unicast_ttl)
            diags_.add(Code::UnicastSettingUnused, draft_.unicast_ttl.span, "unicast_ttl needs unicast peers")
                .label("ignored: multicast adverts have a TTL of 255");
    }

    void with_peers() {
        out().unicast_ttl = draft_.unicast_ttl.value;
        out().multicast_group = net::vrrp_group(out().family);
        out().check_unicast_source =
            draft_.check_unicast_source.value_or(globals_.check_unicast_source.value_or(false)) ||
            std::ranges::any_of(out().unicast_peers,
                                [](const auto& peer) { return peer.min_ttl || peer.max_ttl; });
        if (draft_.multicast_group)
            diags_
                .add(Code::UnicastSettingUnused, draft_.multicast_group.span,
                     "mcast_dst_ip has no effect with unicast peers")
                .label("ignored");
        if (out().strict)
            diags_
                .add(Code::StrictUnicast, draft_.peers.front().span,
                     "unicast is not part of the standard that strict mode asks for")
                .label("newer releases of keepalived refuse this");
    }

    void exchange() {
        const bool strict = out().strict;
        out().accept = draft_.accept.value_or(!strict || is_owner());
        if (strict && !is_owner() && draft_.accept.value_or(false) && out().version == net::VrrpVersion::V2) {
            out().accept = false;
            diags_.add(Code::StrictAccept, draft_.accept.span, "in strict mode version 2 has no accept mode")
                .label("ignored: the addresses answer only while this router owns them")
                .hint("use version 3, whose standard has accept mode");
        }
        out().lower_priority_no_advert =
            flag(draft_.lower_priority_no_advert, globals_.lower_priority_no_advert, true,
                 "lower_prio_no_advert is on");
        out().higher_priority_send_advert =
            flag(draft_.higher_priority_send_advert, globals_.higher_priority_send_advert, false,
                 "higher_prio_send_advert is off");
        out().checksum_as_v2 = draft_.checksum_as_v2.value_or(globals_.checksum_as_v2.value_or(false));
        out().skip_check_advert_addresses =
            draft_.skip_check_advert_addresses.value_or(globals_.skip_check_advert_addresses.value_or(false));
        out().owner_ignores_adverts =
            is_owner() &&
            (strict || draft_.owner_ignores_adverts.value_or(globals_.owner_ignores_adverts.value_or(false)));
        if (draft_.owner_ignores_adverts.value_or(false) && !is_owner())
            diags_
                .add(Code::OwnerSettingUnused, draft_.owner_ignores_adverts.span,
                     "owner_ignore_adverts needs priority 255")
                .label("ignored");
    }

    // A flag that strict mode fixes.
    bool flag(const Given<bool>& own, const Given<bool>& global, bool in_strict_mode,
              const std::string& rule) {
        if (!out().strict) return own.value_or(global.value_or(false));
        if (own.value_or(in_strict_mode) != in_strict_mode) strict_corrected(own.span, rule, "ignored");
        return in_strict_mode;
    }

    void announcing() {
        const AnnounceDraft& own = draft_.announcing;
        const AnnounceDraft& global = globals_.announcing;
        model::Announcing& used = out().announcing;
        const seconds delay = global.master_delay.value_or(used.master_delay);
        const std::uint32_t repeat = global.master_repeat.value_or(used.master_repeat);
        used.master_delay = own.master_delay.value_or(delay);
        used.master_repeat = own.master_repeat.value_or(repeat);
        used.master_refresh =
            own.master_refresh.value_or(global.master_refresh.value_or(used.master_refresh));
        used.master_refresh_repeat = own.master_refresh_repeat.value_or(
            global.master_refresh_repeat.value_or(used.master_refresh_repeat));
        // The defaults after a lower-priority advert are the global ones, not the instance's own.
        used.lower_priority_delay =
            own.lower_priority_delay.value_or(global.lower_priority_delay.value_or(delay));
        used.lower_priority_repeat =
            own.lower_priority_repeat.value_or(global.lower_priority_repeat.value_or(repeat));
        if (!out().strict) return;
        if (own.lower_priority_delay.value_or(seconds{0}) != seconds{0})
            strict_corrected(own.lower_priority_delay.span, "a lower-priority advert is not answered",
                             "0 is used");
        if (own.lower_priority_repeat.value_or(0) != 0)
            strict_corrected(own.lower_priority_repeat.span, "a lower-priority advert is not answered",
                             "0 is used");
        used.lower_priority_delay = seconds{0};
        used.lower_priority_repeat = 0;
    }

    const CheckContext& context_;
    const GlobalsDraft& globals_;
    const InstanceDraft& draft_;
    const ScriptIndex& scripts_;
    Diagnostics& diags_;
    CheckedInstance checked_;
    bool usable_ = true;
};

}  // namespace

std::optional<CheckedInstance> check_instance(const CheckContext& context, const InstanceDraft& draft,
                                              const ScriptIndex& scripts) {
    return InstanceCheck{context, draft, scripts}.run();
}

}  // namespace understudy::config
