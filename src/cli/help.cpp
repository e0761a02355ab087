#include "help.hpp"

#include <fmt/format.h>

#include "understudy/base/text.hpp"

#include "commands.hpp"

namespace understudy::cli {

namespace {

constexpr std::size_t kNameWidth = 16;
constexpr std::size_t kOptionWidth = 26;

int help(const Arguments& arguments, Console& console) {
    if (arguments.words.empty()) {
        console.out << help_text();
        return kDone;
    }
    const Command* const command = find_command(arguments.words.front());
    if (command == nullptr) {
        std::vector<std::string_view> names;
        for (const Command* known : all_commands()) names.push_back(known->name);
        console.err << fmt::format("understudyctl: there is no command {}{}\n",
                                   quote(arguments.words.front()),
                                   suggestion(arguments.words.front(), names));
        return kBadUsage;
    }
    console.out << help_text(*command);
    return kDone;
}

int version(const Arguments&, Console& console) {
    console.out << "understudyctl " << UNDERSTUDY_VERSION << "\n";
    return kDone;
}

}  // namespace

constinit const Command kHelp{
    .name = "help",
    .words = {.synopsis = "[COMMAND]", .most = 1, .completion = Completion::Commands},
    .meaning = "Say what understudyctl, or one of its commands, can do",
    .run = help};

constinit const Command kVersion{.name = "version", .meaning = "Print the version", .run = version};

std::string synopsis(const Command& command) {
    std::string text = fmt::format("understudyctl {}", command.name);
    if (!command.options.empty()) text += " [OPTION...]";
    if (!command.words.synopsis.empty()) text += fmt::format(" {}", command.words.synopsis);
    return text;
}

std::string shown(const Option& option) {
    std::string text = option.letter == '\0' ? "" : fmt::format("-{}, ", option.letter);
    text += fmt::format("--{}", option.name);
    if (!option.argument.empty()) text += fmt::format("={}", option.argument);
    return text;
}

std::string help_text() {
    std::string text = "Usage: understudyctl COMMAND [OPTION...] [WORD...]\n\nCommands:\n";
    for (const Command* command : all_commands())
        if (!command->hidden)
            text += fmt::format("  {:<{}} {}\n", command->name, kNameWidth, command->meaning);
    return text +
           "\n`understudyctl help COMMAND` says more about one of them. The exit status is 0 when all is "
           "well,\n"
           "1 when something is not, and 2 when the command line makes no sense.\n";
}

std::string help_text(const Command& command) {
    std::string text = fmt::format("Usage: {}\n\n{}.\n", synopsis(command), command.meaning);
    if (!command.details.empty()) text += fmt::format("\n{}\n", command.details);
    text += "\nOptions:\n";
    for (const Option& option : command.options)
        text += fmt::format("  {:<{}} {}\n", shown(option), kOptionWidth, option.meaning);
    return text + fmt::format("  {:<{}} {}\n", "-h, --help", kOptionWidth, "print this text");
}

}  // namespace understudy::cli
