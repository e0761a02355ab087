// The program that this process runs, and another that takes its place: same process id, same children, same
// environment, and those descriptors that are passed on. What the one has to tell the other is in a file in
// memory, whose descriptor stands in the environment for as long as it takes to read it.
#pragma once

#include <expected>
#include <optional>
#include <string>
#include <vector>

#include "understudy/os/sys_error.hpp"
#include "understudy/os/unique_fd.hpp"

namespace understudy::os {

// Its absolute path, by the first word of the command line if that names it: a link stays one, and leads to
// another program when it is changed. Else the file that is run. Empty: neither is known.
[[nodiscard]] std::string own_program(const std::string& first_word);
// Something else than the program that we run stands there by now, or nothing.
[[nodiscard]] bool is_replaced(const std::string& program);

[[nodiscard]] std::string working_directory();
// words[0] is what the program is told of its name. Returns only if it could not be run, and why.
[[nodiscard]] SysError run_program(const std::string& program, std::vector<std::string> words);
// From another working directory, with standard output and errors there and nothing to read: for a process
// that has been forked for it. Ends that process.
[[noreturn]] void run_program_elsewhere(const std::string& directory, const std::string& program,
                                        std::vector<std::string> words, const UniqueFd& output);

// Whether the program that takes our place has this descriptor, too.
void pass_on(int descriptor, bool passed);
// The same process goes on with another program, which finds the file (found_memory). Returns only if that
// could not be done.
[[nodiscard]] SysError continue_as(const std::string& program, std::vector<std::string> words,
                                   const UniqueFd& memory);
// What the program before us in this process has left; none: there was none. Scripts do not see it.
[[nodiscard]] std::optional<UniqueFd> found_memory();

}  // namespace understudy::os
