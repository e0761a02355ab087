// How a row of a table puts its value into the draft: set<&InstanceDraft::priority>. The field is a Given,
// which remembers the place, or a plain or optional value of the model.
#pragma once

#include <chrono>
#include <type_traits>
#include <utility>

#include "schema.hpp"

namespace understudy::config {

inline GlobalsDraft& current(Build& build, const GlobalsDraft*) { return build.draft.globals; }
inline InstanceDraft& current(Build& build, const InstanceDraft*) { return build.draft.instances.back(); }
inline GroupDraft& current(Build& build, const GroupDraft*) { return build.draft.groups.back(); }
inline ScriptDraft& current(Build& build, const ScriptDraft*) { return build.draft.scripts.back(); }
inline LoadBalancingDraft& current(Build& build, const LoadBalancingDraft*) {
    return build.draft.load_balancing;
}
inline VirtualServerDraft& current(Build& build, const VirtualServerDraft*) {
    return build.draft.load_balancing.servers.back();
}
inline RealServerDraft& current(Build& build, const RealServerDraft*) {
    return build.draft.load_balancing.servers.back().real_servers.back();
}
inline CheckerDraft& current(Build& build, const CheckerDraft*) {
    return build.draft.load_balancing.servers.back().real_servers.back().checkers.back();
}
inline UrlDraft& current(Build& build, const UrlDraft*) {
    return current(build, static_cast<const CheckerDraft*>(nullptr)).urls.back();
}
inline SmtpHostDraft& current(Build& build, const SmtpHostDraft*) {
    return current(build, static_cast<const CheckerDraft*>(nullptr)).hosts.back();
}

inline TrackFileDraft& current(Build& build, const TrackFileDraft*) {
    return build.draft.trackers.files.back();
}
inline TrackProcessDraft& current(Build& build, const TrackProcessDraft*) {
    return build.draft.trackers.processes.back();
}
inline BfdDraft& current(Build& build, const BfdDraft*) { return build.draft.trackers.bfd_sessions.back(); }
inline AnnounceGroupDraft& current(Build& build, const AnnounceGroupDraft*) {
    return build.draft.trackers.announce_groups.back();
}
inline HmacDraft& current(Build& build, const HmacDraft*) { return *build.draft.instances.back().hmac; }
// Settings that need no rule go straight into the model.
inline model::Instance& current(Build& build, const model::Instance*) {
    return build.draft.instances.back().plain;
}
inline model::Globals& current(Build& build, const model::Globals*) { return build.draft.globals.plain; }
inline model::Mail& current(Build& build, const model::Mail*) { return build.draft.globals.plain.mail; }
inline model::Snmp& current(Build& build, const model::Snmp*) { return build.draft.globals.plain.snmp; }
inline model::Dbus& current(Build& build, const model::Dbus*) { return build.draft.globals.plain.dbus; }
inline model::Processes& current(Build& build, const model::Processes*) {
    return build.draft.globals.plain.processes;
}
inline model::Buffers& current(Build& build, const model::Buffers*) {
    return build.draft.globals.plain.buffers;
}
inline model::PacketFilter& current(Build& build, const model::PacketFilter*) {
    return build.draft.globals.plain.filter;
}
inline model::NotifyPipes& current(Build& build, const model::NotifyPipes*) {
    return build.draft.globals.plain.pipes;
}
inline model::Reloading& current(Build& build, const model::Reloading*) {
    return build.draft.globals.plain.reloading;
}
inline model::Dumps& current(Build& build, const model::Dumps*) { return build.draft.globals.plain.dumps; }

template <typename T>
struct MemberOf;
template <typename Owner, typename Field>
struct MemberOf<Field Owner::*> {
    using OwnerType = Owner;
};

template <typename T>
constexpr bool is_given = false;
template <typename T>
constexpr bool is_given<Given<T>> = true;

// The field that a path of members leads to, in the object that is being read.
template <auto First, auto... Rest>
auto& field_of(Build& build) {
    auto& owner = current(build, static_cast<const typename MemberOf<decltype(First)>::OwnerType*>(nullptr));
    return ((owner.*First).*....*Rest);
}

template <typename T>
constexpr bool is_duration = false;
template <typename Rep, typename Period>
constexpr bool is_duration<std::chrono::duration<Rep, Period>> = true;

template <typename T>
T converted(const Value& value) {
    if constexpr (std::is_same_v<T, net::Vrid> || std::is_same_v<T, net::Priority>) {
        return T::clamped(std::get<std::int64_t>(value));
    } else if constexpr (is_duration<T>) {
        // A whole number counts in the unit of the field.
        if (const auto* const count = std::get_if<std::int64_t>(&value)) return T{*count};
        return std::chrono::duration_cast<T>(std::get<microseconds>(value));
    } else if constexpr (std::is_same_v<T, bool>) {
        // An optional boolean that is left out means true.
        return std::holds_alternative<bool>(value) ? std::get<bool>(value) : true;
    } else if constexpr (std::is_same_v<T, std::string>) {
        return std::string{std::get<std::string_view>(value)};
    } else if constexpr (std::is_integral_v<T>) {
        return static_cast<T>(std::get<std::int64_t>(value));
    } else {
        return std::get<T>(value);
    }
}

template <auto... Path>
void set(Build& build, const Argument& argument) {
    auto& field = field_of<Path...>(build);
    using Field = std::remove_cvref_t<decltype(field)>;
    if constexpr (is_given<Field>) {
        using T = typename decltype(field.value)::value_type;
        field.give(converted<T>(argument.value), argument.span);
    } else if constexpr (requires { field.emplace(); }) {
        field = converted<typename Field::value_type>(argument.value);
    } else {
        field = converted<Field>(argument.value);
    }
}

// A keyword without a value.
template <auto Field, bool On = true>
void set_flag(Build& build, const Argument& argument) {
    field_of<Field>(build).give(On, argument.statement.keyword().span);
}

// The same for a plain value of the model, where nothing asks later where it was given.
template <auto... Path>
void raise(Build& build, const Argument&) {
    field_of<Path...>(build) = true;
}

// 0 is written where at least 1 is meant: keepalived makes it 1 and says so.
template <auto... Path>
void set_at_least_one(Build& build, const Argument& argument) {
    auto& field = field_of<Path...>(build);
    if (std::get<std::int64_t>(argument.value) > 0) return set<Path...>(build, argument);
    build.diags
        .add(Code::ValueCorrected, argument.span, std::string{argument.keyword} + " must be at least 1")
        .label("1 is used");
    field.give(1, argument.span);
}

// 0 is written for none, which is the default: keepalived says that it is too little.
template <auto... Path>
void set_above_zero(Build& build, const Argument& argument) {
    if (std::get<microseconds>(argument.value) > microseconds{0}) return set<Path...>(build, argument);
    build.diags
        .add(Code::ValueCorrected, argument.span, std::string{argument.keyword} + " must be more than 0")
        .label("none is the default: leave it out");
}

// A multicast group; another address is refused.
bool accept_group(Build& build, const Argument& argument, net::Family family);

template <auto Field>
void set_group4(Build& build, const Argument& argument) {
    if (accept_group(build, argument, net::Family::Ipv4)) set<Field>(build, argument);
}

template <auto Field>
void set_group6(Build& build, const Argument& argument) {
    if (accept_group(build, argument, net::Family::Ipv6)) set<Field>(build, argument);
}

}  // namespace understudy::config
