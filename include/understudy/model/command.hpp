// A program to run: its words, and as whom. There is no shell.
#pragma once

#include <string>
#include <vector>

namespace understudy::model {

struct Command {
    std::vector<std::string> words;  // never empty; words[0] is the program
    std::string user;                // empty: the default script user
    std::string group;               // empty: the user's own group

    friend bool operator==(const Command&, const Command&) = default;
};

}  // namespace understudy::model
