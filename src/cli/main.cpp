// understudyctl: the operator's tool.
#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>
#include <string_view>

int main(int argc, char** argv) {
    const std::string_view asked = argc > 1 ? argv[1] : "";
    if (asked == "--version" || asked == "-v") {
        fmt::print("understudyctl {}\n", UNDERSTUDY_VERSION);
        return EXIT_SUCCESS;
    }
    std::FILE* const out = asked == "--help" || asked == "-h" ? stdout : stderr;
    fmt::print(out, "Usage: understudyctl --version\n");
    return out == stdout ? EXIT_SUCCESS : EXIT_FAILURE;
}
