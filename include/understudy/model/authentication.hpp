// How adverts prove where they come from: version 2's types (RFC 2338), and keepalived's HMAC trailer.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "understudy/base/secret.hpp"
#include "understudy/base/time.hpp"

namespace understudy::model {

enum class AuthType : std::uint8_t { None = 0, Pass = 1, Ah = 2 };

struct HmacKey {
    std::uint8_t id = 1;  // at least 1
    Secret secret;        // 32 to 64 octets; empty when it is in a file that was not read
    std::string file;     // it came from; empty: from the configuration itself

    friend bool operator==(const HmacKey&, const HmacKey&) = default;
};

enum class AntiReplay : std::uint8_t { Time, Monotonic };
enum class HmacMode : std::uint8_t { Enforce, Permissive, ReceiveOnly };

// An auth_hmac block.
struct HmacAuthentication {
    std::vector<HmacKey> keys;    // of different ids
    std::uint8_t active_key = 1;  // the id of one of them, else nothing can be sent
    seconds time_window{5};       // 1 to 300; for AntiReplay::Time
    AntiReplay anti_replay = AntiReplay::Time;
    HmacMode mode = HmacMode::Enforce;

    // Null: there is none of that id.
    [[nodiscard]] const HmacKey* key(std::uint8_t id) const {
        const auto found = std::ranges::find(keys, id, &HmacKey::id);
        return found == keys.end() ? nullptr : &*found;
    }
    [[nodiscard]] bool signs() const { return mode != HmacMode::ReceiveOnly; }

    friend bool operator==(const HmacAuthentication&, const HmacAuthentication&) = default;
};

}  // namespace understudy::model
