#include "understudy/config/secret_words.hpp"

#include <algorithm>
#include <array>
#include <string>

#include "secret.hpp"

namespace understudy::config {

namespace {

constexpr std::string_view kBlanks = " \t\r";
constexpr std::string_view kBetweenWords = " \t\r{}\"";
constexpr std::array<std::string_view, 4> kSecretNames{"pass", "key", "secret", "token"};

// The word that begins at or behind an offset; empty at the end.
std::string_view word_from(std::string_view line, std::size_t offset) {
    const std::size_t begin = line.find_first_not_of(kBetweenWords, offset);
    if (begin == std::string_view::npos) return line.substr(line.size());
    return line.substr(begin, line.find_first_of(kBetweenWords, begin) - begin);
}

std::size_t end_of(std::string_view line, std::string_view word) {
    return static_cast<std::size_t>(word.data() - line.data()) + word.size();
}

std::size_t begin_of(std::string_view line, std::string_view word) {
    return word.empty() ? std::string_view::npos : end_of(line, word) - word.size();
}

// A definition whose name says that its value is nobody's business; where that begins.
std::size_t secret_definition_in(std::string_view line) {
    const std::string_view first = word_from(line, 0);
    const std::size_t equals = first.find('=');
    if (!first.starts_with('$') || equals == std::string_view::npos) return std::string_view::npos;
    std::string name{first.substr(0, equals)};
    for (char& c : name)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    const bool is_secret = std::ranges::any_of(
        kSecretNames, [&](std::string_view part) { return name.find(part) != std::string::npos; });
    return is_secret ? end_of(line, first) - first.size() + equals + 1 : std::string_view::npos;
}

}  // namespace

std::size_t secret_in(std::string_view line) {
    if (const std::size_t value = secret_definition_in(line); value < line.size()) return value;
    for (std::string_view word = word_from(line, 0); !word.empty();
         word = word_from(line, end_of(line, word))) {
        const std::string_view next = word_from(line, end_of(line, word));
        if (word == "auth_pass") return begin_of(line, next);
        if (word != "key") continue;
        const std::string_view secret = word_from(line, end_of(line, next));
        return secret.starts_with(kSecretFilePrefix) ? std::string_view::npos : begin_of(line, secret);
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
