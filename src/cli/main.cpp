// understudyctl: the operator's tool.
#include <unistd.h>

#include <iostream>

#include "commands.hpp"

int main(int argc, char** argv) {
    const bool terminal = isatty(STDOUT_FILENO) == 1 && isatty(STDERR_FILENO) == 1;
    understudy::cli::Console console{std::cout, std::cerr, terminal};
    const int status = understudy::cli::run({argv + 1, argv + argc}, console);
    // A full disk or a closed pipe is no success.
    return std::cout.flush() ? status : understudy::cli::kFailed;
}
