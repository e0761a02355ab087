#include "understudy/config/secret_words.hpp"

#include <algorithm>

namespace understudy::config {

namespace {

constexpr std::string_view kBlanks = " \t\r";
constexpr std::string_view kFile = "file:";

// The word that begins at or behind an offset; empty at the end.
std::string_view word_from(std::string_view line, std::size_t offset) {
    const std::size_t begin = line.find_first_not_of(kBlanks, offset);
    if (begin == std::string_view::npos) return line.substr(line.size());
    return line.substr(begin, line.find_first_of(kBlanks, begin) - begin);
}

std::size_t end_of(std::string_view line, std::string_view word) {
    return static_cast<std::size_t>(word.data() - line.data()) + word.size();
}

bool is_number(std::string_view word) {
    return !word.empty() && word.find_first_not_of("0123456789") == std::string_view::npos;
}

std::size_t begin_of(std::string_view line, std::string_view word) {
    return word.empty() ? std::string_view::npos : end_of(line, word) - word.size();
}

// Quotes are part of the language, not of the path.
bool is_file(std::string_view word) {
    word.remove_prefix(std::min(word.size(), word.find_first_not_of("\"'")));
    return word.starts_with(kFile);
}

}  // namespace

std::size_t secret_in(std::string_view line) {
    for (std::string_view word = word_from(line, 0); !word.empty();
         word = word_from(line, end_of(line, word))) {
        const std::string_view next = word_from(line, end_of(line, word));
        if (word == "auth_pass") return begin_of(line, next);
        if (word != "key" || !is_number(next)) continue;
        const std::string_view secret = word_from(line, end_of(line, next));
        return is_file(secret) ? std::string_view::npos : begin_of(line, secret);
    }
    return std::string_view::npos;
}

std::string with_secrets_hidden(std::string_view line) {
    std::string shown{line};
    for (std::size_t at = secret_in(line); at < shown.size(); ++at)
        if (!kBlanks.contains(shown[at])) shown[at] = '*';
    return shown;
}

}  // namespace understudy::config
