#include "understudy/agent/archive.hpp"
#include "understudy/net/archive.hpp"

namespace understudy {

namespace {

template <typename Variant>
struct Alternatives;
template <typename... T>
struct Alternatives<std::variant<T...>> : ArchivedVariant<T...> {};

using EventParts = Alternatives<agent::Event>;
using ActionParts = Alternatives<agent::Action>;

}  // namespace

void Archived<agent::Event>::put(ArchiveWriter& out, const agent::Event& value) {
    EventParts::put(out, value);
}

void Archived<agent::Event>::take(ArchiveReader& in, agent::Event& value) {
    EventParts::take(in, value);
    const auto* const loaded = std::get_if<agent::ConfigLoaded>(&value);
    if (loaded != nullptr && !loaded->config) in.fail(ArchiveFault::Unsound);
}

Shape Archived<agent::Event>::shape() { return EventParts::shape(); }

void Archived<agent::Action>::put(ArchiveWriter& out, const agent::Action& value) {
    ActionParts::put(out, value);
}

void Archived<agent::Action>::take(ArchiveReader& in, agent::Action& value) { ActionParts::take(in, value); }

Shape Archived<agent::Action>::shape() { return ActionParts::shape(); }

}  // namespace understudy
