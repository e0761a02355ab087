// What a command of understudyctl is: its name, its options and words as data, and the function that does it.
// Help, shell completion and the check of the manual read the same values as the parser, so a command exists
// once it stands in the table of commands.hpp.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <ostream>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace understudy::cli {

inline constexpr int kDone = 0;
inline constexpr int kFailed = 1;    // what was asked for could not be done, or is not so
inline constexpr int kBadUsage = 2;  // the command line makes no sense

// What a shell may offer in a place.
enum class Completion : std::uint8_t { Nothing, Files, Keywords, Commands };

struct Option {
    std::string_view name;           // without the dashes
    char letter = '\0';              // none
    std::string_view argument = {};  // "ID"; empty: the option takes none
    std::string_view meaning = {};
    Completion completion = Completion::Nothing;  // of the argument
};

// The words behind a command's name.
struct Words {
    std::string_view synopsis = {};  // "[KEYWORD|BLOCK]"
    std::size_t least = 0;
    std::size_t most = 0;
    Completion completion = Completion::Nothing;
};

inline constexpr std::size_t kAnyNumber = SIZE_MAX;

// A command line that fits its command.
struct Arguments {
    std::vector<std::string> words;
    std::multimap<std::string, std::string, std::less<>> options;  // by long name

    [[nodiscard]] bool has(std::string_view option) const { return options.contains(option); }
    // The last one given.
    [[nodiscard]] std::optional<std::string> value(std::string_view option) const {
        const auto range = options.equal_range(option);
        if (range.first == range.second) return std::nullopt;
        return std::prev(range.second)->second;
    }
};

// Where a command writes. Results go to `out`, complaints to `err`.
struct Console {
    std::ostream& out;
    std::ostream& err;
    bool colour = false;  // both are a terminal
};

struct Command {
    std::string_view name;
    Words words = {};
    std::string_view meaning = {};  // one line
    std::string_view details = {};  // what `help COMMAND` adds: whole sentences, lines of at most 95 columns
    std::span<const Option> options = {};
    int (*run)(const Arguments&, Console&) = nullptr;  // the exit status
    bool hidden = false;                               // left out of help and completion
};

// For every command that prints JSON when asked.
inline constexpr Option kJson{.name = "json", .meaning = "print JSON instead of text"};

}  // namespace understudy::cli
