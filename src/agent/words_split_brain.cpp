// What is said of a second machine that has our addresses.
#include <fmt/format.h>

#include "words.hpp"
#include "words_history.hpp"
#include "words_parts.hpp"

namespace understudy::agent::words {

namespace {

std::string_view what_is_done(model::OnConflict reaction) {
    switch (reaction) {
        case model::OnConflict::Alert:
            return "this one stays master";
        case model::OnConflict::Hold:
            return "this one stays master and announces its addresses again";
        case model::OnConflict::Yield:
            return "the weaker of the two gives way";
    }
    return "";
}

Record about_rival(Record record, const Rival& rival) {
    if (rival.address) record.fields.emplace_back("address", rival.address->to_string());
    if (rival.mac) record.fields.emplace_back("mac", rival.mac->to_string());
    if (rival.source) record.fields.emplace_back("source", rival.source->to_string());
    return record;
}

}  // namespace

std::string rival_text(const Rival& rival) {
    std::string text;
    if (rival.mac && rival.address)
        text = fmt::format("{} answers for {}, too", rival.mac->to_string(), rival.address->to_string());
    if (rival.source && rival.priority)
        text += fmt::format("{}{} advertises our addresses with priority {}", text.empty() ? "" : ", and ",
                            rival.source->to_string(), rival.priority->value());
    return text.empty() ? "another machine has our addresses, too" : text;
}

Record split_brain_begins(const std::string& instance, const Rival& rival, model::OnConflict reaction) {
    return about_rival(about(instance, "split-brain", Level::Error,
                             fmt::format("split brain: {}; {}", rival_text(rival), what_is_done(reaction))),
                       rival);
}

Record split_brain_yields(const std::string& instance, const Rival& rival) {
    return about_rival(about(instance, "split-brain-yields", Level::Error,
                             fmt::format("gives way in a split brain: {}", rival_text(rival))),
                       rival);
}

Record split_brain_over(const std::string& instance, microseconds lasted) {
    return about(instance, "split-brain-over", Level::Notice,
                 fmt::format("the split brain is over after {}", in_seconds(lasted)));
}

std::string given_way(const Rival& rival) {
    return "it has given way in a split brain (on_conflict yield): " + rival_text(rival);
}

Record witness_lost(const std::string& instance, bool yields) {
    return about(instance, "witness-lost", Level::Error,
                 yields ? "no witness answers any more: this host may be cut off and gives way"
                        : "no witness answers any more: this host may be cut off, and stays master "
                          "(on_conflict is not yield)");
}

Record witness_keeps_away(const std::string& instance) {
    return about(
        instance, "witness-keeps-away", Level::Error,
        "its master is silent and no witness answers: this host may be cut off and does not take over");
}

Record witness_settled(const std::string& instance, const std::string& why) {
    return about(instance, "witness-settled", Level::Notice, why + ": this host takes part again");
}

std::string cut_off(Cut how) {
    return how == Cut::GaveWay ? "it has given way as master, because no witness answers (split_brain)"
                               : "its master is silent and no witness answers (split_brain)";
}

std::string without_instance(const Record& record, const std::string& instance) {
    return without_name(record, instance);
}

}  // namespace understudy::agent::words
