// The manual and the table of commands say the same.
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <set>

#include "commands.hpp"

namespace understudy::cli {
namespace {

std::string manual() {
    std::ifstream file{UNDERSTUDY_MANUAL};
    std::string text{std::istreambuf_iterator<char>{file}, {}};
    for (std::size_t at = 0; (at = text.find("\\-", at)) != std::string::npos;) text.replace(at, 2, "-");
    return text;
}

// The section of a command: ".SS check-pair" up to the next heading.
std::string section(const std::string& text, std::string_view name) {
    const std::size_t begin = text.find("\n.SS " + std::string{name} + "\n");
    if (begin == std::string::npos) return "";
    return text.substr(begin, text.find("\n.S", begin + 1) - begin);
}

TEST(Manual, HasASectionForEveryCommand) {
    for (const Command* command : all_commands())
        EXPECT_EQ(section(manual(), command->name).empty(), command->hidden) << command->name;
}

TEST(Manual, NamesEveryOptionAndWord) {
    for (const Command* command : all_commands()) {
        if (command->hidden) continue;
        const std::string text = section(manual(), command->name);
        for (const Option& option : command->options)
            EXPECT_TRUE(text.contains("--" + std::string{option.name}))
                << command->name << ": " << option.name;
        EXPECT_TRUE(text.contains(command->words.synopsis)) << command->words.synopsis;
    }
}

TEST(Manual, ExplainsNoCommandThatIsNotThere) {
    const std::string text = manual();
    const std::size_t commands = text.find("\n.SH COMMANDS");
    const std::size_t end = text.find("\n.SH ", commands + 1);
    for (std::size_t at = commands; (at = text.find("\n.SS ", at)) < end; ++at) {
        const std::string name = text.substr(at + 5, text.find('\n', at + 1) - at - 5);
        EXPECT_NE(find_command(name), nullptr) << name;
    }
}

}  // namespace
}  // namespace understudy::cli
