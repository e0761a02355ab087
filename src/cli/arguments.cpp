// Command lines by Boost.Program_options, from the tables of the commands.
#include <fmt/format.h>

#include <utility>

#include <boost/program_options.hpp>

#include "understudy/base/text.hpp"

#include "commands.hpp"

namespace understudy::cli {

namespace po = boost::program_options;

namespace {

constexpr const char* kWord = "word";

po::options_description described(const Command& command) {
    po::options_description all;
    all.add_options()("help,h", "")(kWord, po::value<std::vector<std::string>>(), "");
    for (const Option& option : command.options) {
        std::string names{option.name};
        if (option.letter != '\0') names += std::string{","} + option.letter;
        if (option.argument.empty())
            all.add_options()(names.c_str(), "");
        else
            all.add_options()(names.c_str(), po::value<std::string>(), "");
    }
    return all;
}

std::string unknown_option(const Command& command, const std::string& given) {
    std::vector<std::string_view> names{"help"};
    for (const Option& option : command.options) names.push_back(option.name);
    const std::string_view name = std::string_view{given}.substr(given.find_first_not_of('-'));
    return "unknown option " + quote(given) + suggestion(name, names);
}

std::string wrong_count(const Command& command, const Arguments& arguments) {
    const Words& words = command.words;
    if (words.most == 0) return "takes no further word, but here is " + quote(arguments.words.front());
    if (arguments.words.size() < words.least)
        return fmt::format("takes {}{} {}, but here {} {}", words.least == words.most ? "" : "at least ",
                           words.least, words.least == 1 ? "word" : "words",
                           arguments.words.size() == 1 ? "is" : "are", arguments.words.size());
    return "does not know what to do with " + quote(arguments.words[words.most]);
}

}  // namespace

std::expected<Arguments, std::string> parse_arguments(const Command& command,
                                                      const std::vector<std::string>& words) {
    const po::options_description all = described(command);
    po::positional_options_description positional;
    positional.add(kWord, -1);
    Arguments arguments;
    try {
        const auto parsed = po::command_line_parser(words).options(all).positional(positional).run();
        for (const auto& given : parsed.options) {
            if (given.string_key == kWord)
                arguments.words.insert(arguments.words.end(), given.value.begin(), given.value.end());
            else
                arguments.options.emplace(given.string_key, given.value.empty() ? "" : given.value.front());
        }
    } catch (const po::unknown_option& error) {
        return std::unexpected(unknown_option(command, error.get_option_name()));
    } catch (const po::error& error) {
        return std::unexpected(std::string{error.what()});
    }
    const std::size_t count = arguments.words.size();
    const bool fits = count >= command.words.least && count <= command.words.most;
    if (!fits && !arguments.has("help")) return std::unexpected(wrong_count(command, arguments));
    return arguments;
}

}  // namespace understudy::cli
