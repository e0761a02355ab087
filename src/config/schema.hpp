// The language as tables: one row per keyword, one table per block. The parser, "did you mean" and the list
// for the manual read the same rows. A row of a feature that is not active yet is read and checked like any
// other, and the operator is told once that the feature has no effect.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "understudy/config/diagnostic.hpp"
#include "understudy/config/host.hpp"
#include "understudy/config/keyword.hpp"
#include "understudy/config/value.hpp"

#include "draft.hpp"
#include "feature.hpp"

namespace understudy::config {

// What the tables write into.
struct Build {
    Draft& draft;
    Diagnostics& diags;
    AddressDraft* address = nullptr;  // the entry whose options are being read
    PeerDraft* peer = nullptr;
    TrackDraft* tracker = nullptr;
    class RouteReader* route = nullptr;  // the line that is being read
    class RuleReader* rule = nullptr;
    const Host* host = nullptr;  // none: the text is judged alone
    InactiveFeatures inactive = {};
};

// The statement whose value is being bound.
struct Argument {
    const Statement& statement;
    const Value& value;
    Span span;  // of the value
    std::string_view keyword;
};

using Bind = void (*)(Build&, const Argument&);

struct Block;

struct Keyword {
    std::string_view name = {};
    Grammar grammar = {};
    std::string_view standard = {};
    Tier tier = Tier::Core;
    std::string_view meaning = {};
    Bind bind = nullptr;
    const Block* block = nullptr;
    Occurs occurs = Occurs::LastWins;
    Feature feature = Feature::Active;

    // Its own, or that of the block it opens.
    [[nodiscard]] Feature inactive_feature() const;
    [[nodiscard]] bool is_active() const { return inactive_feature() == Feature::Active; }
};

enum class BlockKind : std::uint8_t {
    Statements,  // one keyword per line
    Entries,     // one entry per line, its first word a value, then options
    Skipped,     // what it holds means nothing, as its header was refused
};

inline constexpr std::size_t kIndexSize = 512;
inline constexpr std::uint8_t kNoRow = 255;
using KeywordIndex = std::array<std::uint8_t, kIndexSize>;

struct Block {
    std::string_view path = {};  // "vrrp_instance/authentication"
    BlockKind kind = BlockKind::Statements;
    std::span<const Keyword> keywords = {};  // of an entry: its options
    const KeywordIndex* index = nullptr;
    const Block* common = nullptr;  // rows that several blocks share
    // Begins a block with this header; false: skip it. None: the block has no name.
    bool (*open)(Build&, const Statement&) = nullptr;
    // One line of a block of entries.
    void (*entry)(Build&, const Statement&) = nullptr;
    Feature feature = Feature::Active;  // of all that is in it
};

inline Feature Keyword::inactive_feature() const {
    if (feature != Feature::Active) return feature;
    if (block != nullptr) return block->feature;
    return Feature::Active;
}

// A row that belongs to a feature which is not active yet.
consteval Keyword inactive(Feature feature, Keyword keyword) {
    keyword.feature = feature;
    return keyword;
}

// Of a word that the function for its line understands itself.
inline void read_by_its_line(Build&, const Argument&) {}

// FNV-1a, for the hash tables that are made at compile time.
constexpr std::size_t keyword_hash(std::string_view name) {
    std::uint32_t hash = 2166136261u;
    for (const char c : name) hash = (hash ^ static_cast<unsigned char>(c)) * 16777619u;
    return (hash ^ (hash >> 16)) % kIndexSize;
}

// Two rows of one name do not compile, nor does one that neither sets a value nor opens a block.
template <std::size_t N>
consteval KeywordIndex index_of(const Keyword (&rows)[N]) {
    static_assert(N < kNoRow && N * 2 < kIndexSize);
    KeywordIndex index{};
    index.fill(kNoRow);
    for (std::size_t row = 0; row < N; ++row) {
        if (rows[row].bind == nullptr && rows[row].block == nullptr) throw "a keyword that leads nowhere";
        std::size_t at = keyword_hash(rows[row].name);
        while (index[at] != kNoRow) {
            if (rows[index[at]].name == rows[row].name) throw "a keyword stands twice in one block";
            at = (at + 1) % kIndexSize;
        }
        index[at] = static_cast<std::uint8_t>(row);
    }
    return index;
}

// The row of a keyword in a block or its common rows.
[[nodiscard]] const Keyword* find_keyword(const Block& block, std::string_view name);
// The only name in the block that ends with this word: misc_timeout for timeout.
[[nodiscard]] std::optional<std::string_view> longer_keyword(const Block& block, std::string_view name);
// The nearest name in the block.
[[nodiscard]] std::optional<std::string_view> closest_keyword(const Block& block, std::string_view name);

// The file itself, and what its keywords open.
extern const Block kFile;
extern const Block kGlobals;
extern const Block kInstance;
extern const Block kAuthentication;
extern const Block kAuthHmac;
extern const Block kSplitBrain;
extern const Block kSyncGroup;
extern const Block kTrackGroup;
extern const Block kGarpGroup;
extern const Block kScript;
extern const Block kCheck;
extern const Block kTrackProcess;
extern const Block kTrackFile;
extern const Block kBfdInstance;
extern const Block kSsl;
extern const Block kVirtualServer;
extern const Block kVirtualServerGroup;
extern const Block kRealServer;
extern const Block kHttpGet;
extern const Block kSslGet;
extern const Block kUrl;
extern const Block kTcpCheck;
extern const Block kPingCheck;
extern const Block kUdpCheck;
extern const Block kSmtpCheck;
extern const Block kSmtpHost;
extern const Block kDnsCheck;
extern const Block kMiscCheck;
extern const Block kFileCheck;
extern const Block kBfdCheck;
// Blocks of entries.
extern const Block kVirtualAddresses;
extern const Block kExcludedAddresses;
extern const Block kUnicastPeers;
extern const Block kInstanceTrackInterface;
extern const Block kInstanceTrackScript;
extern const Block kGroupTrackInterface;
extern const Block kGroupTrackScript;
extern const Block kInstanceTrackFile;
extern const Block kInstanceTrackProcess;
extern const Block kInstanceTrackBfd;
extern const Block kGroupTrackFile;
extern const Block kGroupTrackProcess;
extern const Block kGroupTrackBfd;
extern const Block kGroupMembers;
extern const Block kTrackGroupMembers;
extern const Block kAnnounceInterfaces;
extern const Block kPolledLinks;
extern const Block kLinkDelays;
extern const Block kMailRecipients;
extern const Block kRoutes;
extern const Block kStaticRoutes;
extern const Block kRules;
extern const Block kStaticRules;
extern const Block kStaticAddresses;

}  // namespace understudy::config
