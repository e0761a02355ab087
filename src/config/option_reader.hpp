// Reads a line whose options decide themselves how many words they take: routes and rules, as iproute2 writes
// them. Each row of the block's table names the member function that reads what follows its keyword.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

#include "understudy/net/route.hpp"

#include "draft.hpp"
#include "schema.hpp"

namespace understudy::config {

inline constexpr std::size_t kLongestName = 15;  // of an interface, for the kernel

class OptionReader {
public:
    OptionReader(Build& build, const Statement& entry, const Block& options)
        : build_(build), entry_(entry), options_(options) {}

protected:
    // Reads option after option; what is none goes to `other`, which says whether to go on.
    template <typename Other>
    void read_all(Other other) {
        while (!at_end() && !stopped_) {
            const Word& word = entry_.words[at_];
            keyword_ = find_keyword(options_, word.text);
            if (keyword_ == nullptr) {
                other();
                continue;
            }
            ++at_;
            read_option(word);
        }
    }
    void read_option(const Word& word);

    [[nodiscard]] bool at_end() const { return at_ >= entry_.size(); }
    [[nodiscard]] const Word& here() const { return entry_.words[at_]; }
    // Takes this word if it comes next.
    bool take(std::string_view word);
    // The next word, for the keyword before it; none at the end of the line, which is reported.
    const Word* next();

    // What the next word stands for. Otherwise the line is dropped, and why is reported.
    template <typename T>
    std::optional<T> number(T least = 0, T most = std::numeric_limits<T>::max()) {
        const auto value = wide_number(least, most);
        if (!value) return std::nullopt;
        return static_cast<T>(*value);
    }
    // As the file has named them so far.
    [[nodiscard]] NameFolders folders() const;
    std::optional<std::uint32_t> named(NameKind kind, std::uint32_t most);
    std::optional<std::uint8_t> named_octet(NameKind kind);
    std::optional<net::Realms> realms();
    std::optional<net::Address> address();
    std::optional<net::Prefix> prefix();
    std::optional<net::Prefix> prefix_in(const Word& word);
    std::string link();  // its name; empty when there is none
    // "default", "any" and "all" are every destination there is.
    [[nodiscard]] static bool is_everything(std::string_view word);

    // The first address decides the family; another one drops the line.
    bool of_family(net::Family family, Span span);
    Complaint refuse(Code code, Span span, std::string message);
    Complaint refuse_unknown(const Word& word);

    Build& build_;
    const Statement& entry_;
    const Block& options_;
    const Keyword* keyword_ = nullptr;  // the option that is being read
    std::size_t at_ = 0;
    std::optional<net::Family> family_;
    std::vector<LinkUse> links_;
    bool dropped_ = false;
    bool stopped_ = false;  // the rest of the line cannot be understood

private:
    std::optional<std::uint64_t> wide_number(std::uint64_t least, std::uint64_t most);
};

}  // namespace understudy::config
