#include "completion.hpp"

#include <algorithm>
#include <set>

#include "understudy/config/keyword.hpp"

#include "commands.hpp"

namespace understudy::cli {

namespace {

std::vector<std::string> command_names() {
    std::vector<std::string> names;
    for (const Command* command : all_commands())
        if (!command->hidden) names.emplace_back(command->name);
    return names;
}

// Variables, loops and conditions are no words one would complete.
std::vector<std::string> keyword_names() {
    std::set<std::string> names;
    for (const config::KeywordRow& row : config::all_keywords())
        if (row.block != "*" || row.name.starts_with("include")) names.emplace(row.name);
    return {names.begin(), names.end()};
}

Candidates offer(Completion completion) {
    switch (completion) {
        case Completion::Nothing:
            return {};
        case Completion::Files:
            return {.files = true, .words = {}};
        case Completion::Keywords:
            return {.files = false, .words = keyword_names()};
        case Completion::Commands:
            return {.files = false, .words = command_names()};
    }
    return {};
}

// The option that waits for its argument, if that is what the word is.
const Option* awaiting(const Command& command, const std::string& word) {
    for (const Option& option : command.options) {
        if (option.argument.empty()) continue;
        const bool is_letter = option.letter != '\0' && word == std::string{"-"} + option.letter;
        if (is_letter || word == "--" + std::string{option.name}) return &option;
    }
    return nullptr;
}

Candidates all_candidates(const std::vector<std::string>& words) {
    if (words.size() < 2) {
        Candidates found{.files = false, .words = command_names()};
        found.words.insert(found.words.end(), {"--help", "--version"});
        return found;
    }
    const Command* const command = find_command(words.front());
    if (command == nullptr) return {};
    if (const Option* const option = awaiting(*command, words[words.size() - 2]))
        return offer(option->completion);
    if (!words.back().starts_with('-')) return offer(command->words.completion);
    Candidates found{.files = false, .words = {"--help"}};
    for (const Option& option : command->options) found.words.push_back("--" + std::string{option.name});
    return found;
}

int complete(const Arguments& arguments, Console& console) {
    const Candidates found = candidates(arguments.words);
    console.out << (found.files ? "files\n" : "words\n");
    for (const std::string& word : found.words) console.out << word << "\n";
    return kDone;
}

}  // namespace

Candidates candidates(const std::vector<std::string>& words) {
    Candidates found = all_candidates(words);
    const std::string typed = words.empty() ? "" : words.back();
    std::erase_if(found.words, [&](const std::string& word) { return !word.starts_with(typed); });
    std::ranges::sort(found.words);
    return found;
}

constinit const Command kComplete{.name = "complete",
                                  .words = {.synopsis = "-- WORD...", .most = kAnyNumber},
                                  .meaning = "Tell a shell what may follow",
                                  .run = complete,
                                  .hidden = true};

}  // namespace understudy::cli
