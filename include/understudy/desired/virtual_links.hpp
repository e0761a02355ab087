// What interfaces with virtual MACs should exist (RFC 9568 §7.3), what the kernel has, and the difference.
// A dead predecessor's is taken over, one deleted or put down comes back, a needless one goes, others' are
// neither used nor removed. Pure: the kernel is told by take_changes() and heard by observed(), vanished()
// and resynchronised(). An interface is known by the one below it and its MAC, so owners may share it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "understudy/base/members.hpp"
#include "understudy/base/time.hpp"
#include "understudy/desired/finding.hpp"
#include "understudy/net/virtual_link.hpp"
#include "understudy/net/virtual_router.hpp"

namespace understudy::desired {

struct LinkWish {
    net::LinkIndex base;
    std::string base_name;
    net::Mac mac;
    bool carries_v4 = false;
    bool carries_v6 = false;
    std::string
        name;  // the operator's; empty: the first free of PREFIX.VRID, PREFIX6.VRID (IPv6), PREFIX1.VRID …
    std::string prefix;
    net::Family family = net::Family::Ipv4;
    net::Vrid vrid{1};
    std::optional<std::uint32_t> group;
    std::optional<net::IpvlanMode> ipvlan{};  // none: a macvlan
};

struct LinkChange {
    enum class Kind : std::uint8_t { Make, Remove };
    Kind kind = Kind::Make;
    net::VirtualLink link;
    net::LinkIndex existing{};  // to take over or to remove; Make with 0: it does not exist
    std::string note{};         // the alias of the existing one
    friend bool operator==(const LinkChange&, const LinkChange&) = default;
};

struct LinkFinding {
    enum class Kind : std::uint8_t { Made, TakenOver, Deleted, Failed, NameTaken, Gone };
    Kind kind = Kind::Made;
    net::VirtualLink link;
    int error = 0;  // of Failed
    friend bool operator==(const LinkFinding&, const LinkFinding&) = default;
};

// How one of them is now.
struct LinkStanding {
    std::string name;
    std::optional<net::LinkIndex> index;  // it exists
    bool ready = false;                   // and is configured and up
    bool was_ready = false;               // once; it is being repaired
    bool name_taken = false;              // by an interface that is not ours to change
    int error = 0;                        // the latest attempt failed
    bool ipvlan = false;
};

class VirtualLinks {
public:
    // Replaces what this owner needs.
    void want(Owner owner, std::span<const LinkWish> wishes);
    [[nodiscard]] LinkStanding standing(net::LinkIndex base, const net::Mac& mac) const;

    // News from the kernel.
    void observed(const net::Link& link);
    void vanished(net::LinkIndex index);
    void resynchronised(std::span<const net::Link> links);

    // At most one batch is in flight until answered.
    [[nodiscard]] std::vector<LinkChange> take_changes(Instant now);
    void answered(std::span<const int> errors, Instant now);
    // No answer will come: what became of it is what the next resynchronised() shows.
    // Whoever made them is gone, too: all are ordered once more, to be held and looked after.
    void unanswered(Instant now);
    [[nodiscard]] std::optional<Instant> deadline() const;
    // Nothing is wanted, and nothing of ours is left that could be removed.
    [[nodiscard]] bool is_done() const;

    [[nodiscard]] std::vector<LinkFinding> take_findings();
    // Owners whose interfaces have become ready or ceased to be since the last call.
    [[nodiscard]] std::set<Owner> take_touched();
    // All that are ready, in order of their index.
    [[nodiscard]] std::vector<std::pair<net::LinkIndex, net::VirtualLink>> all_ready() const;

private:
    friend class understudy::Members;
    static constexpr std::size_t kMembers = 6;

    using Key = std::pair<net::LinkIndex, net::Mac>;
    struct Entry {
        net::VirtualLink link;
        std::set<Owner> owners;
        bool configured = false;  // by us, in this life
        bool seen_up = false;     // since then
        bool was_ready = false;
        bool told_taken = false;
        net::LinkIndex own{};  // what we have made or taken over, in this life
        int error = 0;
        std::uint32_t failures = 0;
        std::optional<Instant> not_before;
        std::optional<Instant> check_at;  // configured: others may have changed its settings by then

        // When it is made or configured next; `now` at the latest if nothing keeps it.
        [[nodiscard]] Instant due(Instant now) const {
            if (configured) return check_at.value_or(Instant::max());
            return not_before.value_or(now);
        }
    };

    Entry& entry_for(Owner owner, const LinkWish& wish);
    [[nodiscard]] std::string choose_name(const LinkWish& wish) const;
    [[nodiscard]] bool is_named(std::string_view name) const;
    [[nodiscard]] const net::Link* find(std::string_view name) const;
    [[nodiscard]] bool is_being_made(const Entry& entry) const;
    [[nodiscard]] bool is_wanted(const net::Link& link) const;
    [[nodiscard]] bool is_ready(const Entry& entry) const;
    void touch(const Entry& entry);
    void remove_needless(std::vector<LinkChange>& changes);
    void make(Entry& entry, Instant now, std::vector<LinkChange>& changes);
    void made(Entry& entry, const LinkChange& change, int error, Instant now);

    std::map<Key, Entry> entries_;
    std::map<net::LinkIndex, net::Link> links_;
    std::set<std::string> given_up_;  // could not be removed: left alone
    std::vector<LinkChange> in_flight_;
    std::vector<LinkFinding> findings_;
    std::set<Owner> touched_;
};

// What is noted with an interface about the settings that the one below it had before: kept in its alias,
// because that lives exactly as long as they matter, whoever dies.
[[nodiscard]] std::string note_of(std::span<const net::KernelSetting> before);
[[nodiscard]] bool is_note(std::string_view alias);
// Names and values of a note; none of anything else.
[[nodiscard]] std::vector<net::KernelSetting> settings_in(std::string_view note);

// Settings of the interface itself. `filters_sources`: the host checks where packets come from
// (net.ipv4.conf.all.rp_filter), which the interface then does loosely.
[[nodiscard]] std::vector<net::KernelSetting> settings_of(const net::VirtualLink& link, bool filters_sources);
// The settings of the interface below, by name without a folder, and what each becomes given its value now;
// only those that differ.
inline constexpr std::string_view kBaseSettings[] = {"arp_ignore", "arp_filter", "arp_announce"};
[[nodiscard]] std::vector<net::KernelSetting> base_settings(std::span<const net::KernelSetting> now);

}  // namespace understudy::desired
