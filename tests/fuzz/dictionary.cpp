// Prints every keyword of the configuration language as a dictionary for libFuzzer.
#include <cctype>
#include <cstdio>
#include <set>
#include <string>
#include <string_view>

#include "understudy/config/keyword.hpp"

namespace {

// What the language knows beside its keywords.
constexpr std::string_view kOthers[] = {"include ",
                                        "$A=",
                                        "${A}",
                                        "$A ",
                                        "~SEQ(i, 3) ",
                                        "~SEQx(i, 3) ",
                                        "~LST(v, 1, 2) ",
                                        "@alpha ",
                                        "@^alpha ",
                                        "--- b.conf\n",
                                        "include b.conf\n",
                                        "{\n",
                                        "}\n",
                                        "\\\n",
                                        "! options: lenient offline\n",
                                        "192.0.2.1/24",
                                        "2001:db8::1/64",
                                        "eth0",
                                        "eth1",
                                        "${_INSTANCE}",
                                        "${_PWD}",
                                        "${_RANDOM 1 9}",
                                        "${_ENV SITE}",
                                        "MASTER",
                                        "BACKUP",
                                        "weight -20",
                                        "reverse",
                                        "\"/etc/checks/good.sh\"",
                                        "true",
                                        "off"};

// Words of a table may be placeholders; whatever is printable can stand between quotes as it is.
std::string escaped(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (c == '"' || c == '\\') out += '\\';
        if (c == '\n') {
            out += "\\x0A";
        } else {
            out += c;
        }
    }
    return out;
}

}  // namespace

int main() {
    std::set<std::string> words;
    for (const auto& row : understudy::config::all_keywords()) words.insert(std::string{row.name} + " ");
    for (const std::string_view other : kOthers) words.emplace(other);
    for (const std::string& word : words) std::printf("\"%s\"\n", escaped(word).c_str());
    return 0;
}
