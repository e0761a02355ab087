#include "bind_tracker.hpp"

#include <utility>

#include "understudy/base/text.hpp"

#include "bind_globals.hpp"
#include "bind_instance.hpp"

namespace understudy::config {

namespace {

constexpr microseconds kLongestLinkDelay = seconds{255};

template <typename Drafts>
bool open_named(Build& build, const Statement& header, Drafts& drafts,
                std::unordered_map<std::string, std::size_t>& names) {
    const Word* const name = block_name(header, build.diags);
    if (name == nullptr || !claim_name(names, *name, drafts.size(), header.keyword().text, build.diags))
        return false;
    auto& draft = drafts.emplace_back();
    draft.name = name->text;
    draft.span = name->span;
    draft.order = build.draft.blocks++;
    return true;
}

void add_names(const Statement& entry, std::vector<MemberDraft>& names) {
    for (const Word& word : entry.words) names.push_back({std::string{word.text}, word.span});
}

std::optional<model::LinkProbe> probe_named(std::string_view word) {
    if (word == "MII") return model::LinkProbe::Mii;
    if (word == "ETHTOOL") return model::LinkProbe::Ethtool;
    if (word == "IOCTL") return model::LinkProbe::Ioctl;
    return std::nullopt;
}

std::optional<microseconds> link_delay_in(Build& build, const Statement& entry, std::size_t at) {
    const Grammar grammar = decimal_seconds(microseconds{0}, kLongestLinkDelay);
    const auto parsed = parse_value(grammar, entry.keyword().text, entry, at, build.diags);
    if (!parsed) return std::nullopt;
    return std::get<microseconds>(parsed->value);
}

}  // namespace

bool open_track_file(Build& build, const Statement& header) {
    return open_named(build, header, build.draft.trackers.files, build.draft.track_file_names);
}

bool open_track_process(Build& build, const Statement& header) {
    return open_named(build, header, build.draft.trackers.processes, build.draft.track_process_names);
}

bool open_bfd(Build& build, const Statement& header) {
    return open_named(build, header, build.draft.trackers.bfd_sessions, build.draft.bfd_names);
}

bool open_track_group(Build& build, const Statement& header) {
    return open_named(build, header, build.draft.trackers.groups, build.draft.track_group_names);
}

bool open_announce_group(Build& build, const Statement& header) {
    build.draft.trackers.announce_groups.emplace_back().span = header.keyword().span;
    return true;
}

void set_file_init(Build& build, const Argument& argument) {
    auto& init = build.draft.trackers.files.back().init.emplace();
    for (const Word& word : argument.statement.words.subspan(1)) {
        const auto value = parse_number<std::int64_t>(word.text);
        if (value) init.value = *value;
        if (word.text == "overwrite") init.overwrite = true;
        if (value || word.text == "overwrite") continue;
        build.diags.add(Code::BadOption, word.span, quote(word.text) + " cannot stand here")
            .label("expected a whole number or overwrite");
    }
}

void set_process_command(Build& build, const Argument& argument) {
    std::vector<std::string> command;
    for (const Word& word : required_words(build, argument, "a name or a path, then parameters"))
        command.emplace_back(word.text);
    build.draft.trackers.processes.back().command.give(std::move(command), argument.statement.keyword().span);
}

void set_parameter_match(Build& build, const Argument& argument) {
    ParameterMatch& match = build.draft.trackers.processes.back().plain.parameters;
    match = ParameterMatch::Exact;
    if (std::holds_alternative<std::monostate>(argument.value)) return;
    const bool initial = std::get<std::string_view>(argument.value) == "initial";
    match = initial ? ParameterMatch::Initial : ParameterMatch::Partial;
}

void set_both_delays(Build& build, const Argument& argument) {
    model::TrackProcess& process = build.draft.trackers.processes.back().plain;
    process.terminate_delay = process.fork_delay = std::get<microseconds>(argument.value);
}

void set_max_hops(Build& build, const Argument& argument) {
    const auto hops = std::get<std::int64_t>(argument.value);
    build.draft.trackers.bfd_sessions.back().max_hops.give(static_cast<int>(hops), argument.span);
}

void add_announce_interface(Build& build, const Argument& argument) {
    build.draft.trackers.announce_groups.back().interfaces.push_back(
        {std::string{std::get<std::string_view>(argument.value)}, argument.span});
}

void add_track_group_members(Build& build, const Statement& entry) {
    add_names(entry, build.draft.trackers.groups.back().members);
}

void add_announce_interfaces(Build& build, const Statement& entry) {
    add_names(entry, build.draft.trackers.announce_groups.back().interfaces);
}

void add_polled_link(Build& build, const Statement& entry) {
    PolledLinkDraft draft{{std::string{entry.keyword().text}, model::LinkProbe::Any}, entry.keyword().span};
    for (const Word& word : entry.words.subspan(1)) {
        const auto probe = probe_named(word.text);
        if (probe) draft.link.probe = *probe;
        if (probe) continue;
        build.diags.add(Code::BadOption, word.span, quote(word.text) + " is not a way to ask for a link")
            .label("expected MII, ETHTOOL or IOCTL");
    }
    build.draft.trackers.polled_links.push_back(std::move(draft));
}

void add_link_delay(Build& build, const Statement& entry) {
    const auto down = entry.size() > 1 ? link_delay_in(build, entry, 1) : microseconds{0};
    const auto up = entry.size() > 2 ? link_delay_in(build, entry, 2) : down;
    if (!down || !up) return;
    if (entry.size() > 3)
        build.diags.add(Code::IgnoredWords, entry.words[3].span, "words after the delays have no effect")
            .label("ignored");
    build.draft.trackers.link_delays.push_back(
        {{std::string{entry.keyword().text}, *down, *up}, entry.keyword().span});
}

}  // namespace understudy::config
