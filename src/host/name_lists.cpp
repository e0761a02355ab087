#include "name_lists.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

namespace understudy::host {

namespace {

using config::NameKind;

std::string_view file_of(NameKind kind) {
    switch (kind) {
        case NameKind::Table:
            return "rt_tables";
        case NameKind::Protocol:
            return "rt_protos";
        case NameKind::Scope:
            return "rt_scopes";
        case NameKind::Realm:
            return "rt_realms";
        case NameKind::LinkGroup:
            return "group";
        case NameKind::TypeOfService:
            return "rt_dsfield";
        case NameKind::IpProtocol:
            break;
    }
    return "protocols";
}

constexpr std::string_view kBlanks = " \t\r";

// The next word of the line, which is shortened by it; empty at its end.
std::string_view next_word(std::string_view& line) {
    line.remove_prefix(std::min(line.find_first_not_of(kBlanks), line.size()));
    const std::string_view word = line.substr(0, line.find_first_of(kBlanks));
    line.remove_prefix(word.size());
    return word;
}

std::optional<std::uint32_t> number_in(std::string_view word) {
    const bool hexadecimal = word.starts_with("0x") || word.starts_with("0X");
    if (hexadecimal) word.remove_prefix(2);
    std::uint32_t number = 0;
    const char* const end = word.data() + word.size();
    const auto [stopped, error] = std::from_chars(word.data(), end, number, hexadecimal ? 16 : 10);
    if (error != std::errc{} || stopped != end) return std::nullopt;
    return number;
}

}  // namespace

void read_name_list(NameKind kind, std::string_view text, NameList& list) {
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        std::string_view line = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        line = line.substr(0, line.find('#'));
        const std::string_view first = next_word(line);
        const std::string_view second = next_word(line);
        const bool name_first = kind == NameKind::IpProtocol;
        const std::optional<std::uint32_t> number = number_in(name_first ? second : first);
        const std::string_view name = name_first ? first : second;
        if (number && !name.empty()) list.try_emplace(std::string{name}, *number);
    }
}

std::vector<std::string> name_list_patterns(NameKind kind, const config::NameFolders& folders) {
    const std::string file{file_of(kind)};
    if (kind == NameKind::IpProtocol) return {"/etc/" + file};
    std::vector<std::string> places{folders.local.empty() ? "/etc/iproute2" : folders.local};
    if (folders.shipped.empty()) {
        places.insert(places.end(), {"/usr/share/iproute2", "/usr/lib/iproute2"});
    } else {
        places.push_back(folders.shipped);
    }
    std::vector<std::string> patterns;
    for (const std::string& folder : places) {
        std::string pattern = folder;
        pattern.append("/").append(file);
        patterns.push_back(pattern);
        patterns.push_back(pattern.append(".d/*.conf"));
    }
    return patterns;
}

}  // namespace understudy::host
