#include "bind_split_brain.hpp"

#include <algorithm>

#include "bind.hpp"
#include "bind_check.hpp"
#include "bind_globals.hpp"

namespace understudy::config {

namespace {

SplitBrainDraft& draft_last(Build& build) { return *build.draft.instances.back().split_brain; }

model::SplitBrain& asked_last(Build& build) { return draft_last(build).asked; }

}  // namespace

bool open_split_brain(Build& build, const Statement& header) {
    std::optional<SplitBrainDraft>& draft = build.draft.instances.back().split_brain;
    if (!draft) draft.emplace().span = header.keyword().span;
    return true;
}

void set_detect(Build& build, const Argument& argument) {
    asked_last(build).detect = std::get<std::string_view>(argument.value) == "arp";
}

void set_split_brain_interval(Build& build, const Argument& argument) {
    asked_last(build).interval = seconds{std::get<std::int64_t>(argument.value)};
}

void set_on_conflict(Build& build, const Argument& argument) {
    const std::string_view word = std::get<std::string_view>(argument.value);
    model::OnConflict& wanted = asked_last(build).on_conflict;
    wanted = model::OnConflict::Alert;
    if (word == "hold") wanted = model::OnConflict::Hold;
    if (word == "yield") wanted = model::OnConflict::Yield;
}

void add_witnesses(Build& build, const Argument& argument) {
    auto& witnesses = draft_last(build).witnesses;
    for (const Word& word : required_words(build, argument, "addresses, or gateway")) {
        std::optional<net::Address> host;
        if (word.text != "gateway" && !(host = host_in(build, word))) continue;
        if (std::ranges::find(witnesses, host) == witnesses.end()) witnesses.push_back(host);
    }
}

}  // namespace understudy::config
