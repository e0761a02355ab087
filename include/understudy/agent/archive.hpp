// Configurations, events and actions as octets and back, for recordings and for whoever takes over from a
// process that has died; see base/archive.hpp. What is read names nothing that is not there.
//
// An event or action that is read may be a view of the octets it was read from (a packet, the id of a
// record): they have to outlive it.
#pragma once

#include <cstddef>
#include <expected>
#include <memory>
#include <vector>

#include "understudy/agent/action.hpp"
#include "understudy/agent/event.hpp"
#include "understudy/base/archive.hpp"
#include "understudy/model/config.hpp"
#include "understudy/net/archive.hpp"

namespace understudy {

template <>
struct Archived<model::Config> {
    static void put(ArchiveWriter& out, const model::Config& value);
    static void take(ArchiveReader& in, model::Config& value);
    static Shape shape();
};
template <>
struct Archived<agent::Event> {
    static void put(ArchiveWriter& out, const agent::Event& value);
    static void take(ArchiveReader& in, agent::Event& value);
    static Shape shape();
};
template <>
struct Archived<agent::Action> {
    static void put(ArchiveWriter& out, const agent::Action& value);
    static void take(ArchiveReader& in, agent::Action& value);
    static Shape shape();
};

namespace agent {

// A configuration with a head that tells its version and digest; so has a snapshot (Agent::save).
[[nodiscard]] std::vector<std::byte> saved(const model::Config& config);
[[nodiscard]] std::expected<std::shared_ptr<const model::Config>, ArchiveFault> loaded_config(Bytes octets);

// What makes `after` of `before`: what both have at the same place of a list, or a few places further on, is
// only counted. Comparing takes a tenth of the time that writing takes.
[[nodiscard]] std::vector<std::byte> saved_change(const model::Config& before, const model::Config& after);
// `before` must be what it was then.
[[nodiscard]] std::expected<std::shared_ptr<const model::Config>, ArchiveFault> changed_config(
    const model::Config& before, Bytes change);

}  // namespace agent
}  // namespace understudy
