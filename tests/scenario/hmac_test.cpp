// auth_hmac between whole routers: modes side by side, keys that change, clocks that are set.
#include <array>

#include "pair.hpp"

namespace understudy::sim {
namespace {

using model::HmacMode;

model::HmacKey key(std::uint8_t id) {
    return {
        .id = id, .secret = Secret::from(std::string(32, static_cast<char>('0' + id))).value(), .file = {}};
}

struct Asked {
    std::optional<HmacMode> mode = HmacMode::Enforce;  // none: no auth_hmac
    std::vector<std::uint8_t> keys = {1};
    std::uint8_t active = 1;
};

std::shared_ptr<model::Config> config(int priority, const Asked& asked = {}) {
    auto made = config_of({.priority = priority, .version = net::VrrpVersion::V3});
    if (!asked.mode) return made;
    model::HmacAuthentication& hmac = made->instances[0].hmac.emplace();
    for (const std::uint8_t id : asked.keys) hmac.keys.push_back(key(id));
    hmac.active_key = asked.active;
    hmac.mode = *asked.mode;
    return made;
}

struct SignedPair {
    explicit SignedPair(const Asked& of_strong = {}, const Asked& of_weak = {})
        : lan(Seed{1}), strong(lan.add(config(200, of_strong))), weak(lan.add(config(100, of_weak))) {
        lan.run_for(10s);
    }
    void reload(const Asked& asked) {
        strong.reload(config(200, asked));
        lan.run_for(5s);
        weak.reload(config(100, asked));
        lan.run_for(5s);
    }
    // Neither has ever been anything else.
    [[nodiscard]] bool is_calm() const {
        return strong.is_master() && weak.notifications() == std::vector<std::string>{"BACKUP"};
    }

    Lan lan;
    Node& strong;
    Node& weak;
};

constexpr std::array<std::optional<HmacMode>, 4> kModes{std::nullopt, HmacMode::ReceiveOnly,
                                                        HmacMode::Permissive, HmacMode::Enforce};

bool is_heard(std::optional<HmacMode> sender, std::optional<HmacMode> receiver) {
    const bool is_signed = sender == HmacMode::Permissive || sender == HmacMode::Enforce;
    if (is_signed) return receiver.has_value();
    return receiver != HmacMode::Enforce;
}

TEST(AuthHmac, WorksBetweenTwoThatEnforceIt) {
    SignedPair pair;
    EXPECT_TRUE(pair.is_calm());
    pair.strong.power_off();
    EXPECT_LT(pair.lan.run_until([&] { return pair.weak.is_master(); }), 4s);
}

// HM-OP-01: the table of modes.
TEST(AuthHmac, HearsWhatItsModeSays) {
    for (const auto strong : kModes)
        for (const auto weak : kModes) {
            SignedPair pair{{.mode = strong}, {.mode = weak}};
            EXPECT_TRUE(pair.strong.is_master());
            EXPECT_EQ(pair.weak.is_master(), !is_heard(strong, weak))
                << "strong " << (strong ? static_cast<int>(*strong) : -1) << ", weak "
                << (weak ? static_cast<int>(*weak) : -1);
        }
}

TEST(AuthHmac, IsIntroducedAndTakenBackByReloadsWithoutATransition) {
    SignedPair pair{{.mode = {}}, {.mode = {}}};
    for (const auto mode : {HmacMode::ReceiveOnly, HmacMode::Permissive, HmacMode::Enforce,
                            HmacMode::Permissive, HmacMode::ReceiveOnly})
        pair.reload({.mode = mode});
    EXPECT_TRUE(pair.is_calm());
    EXPECT_EQ(pair.weak.told("advert-refused"), 0u);
}

TEST(AuthHmac, ChangesItsKeyWithoutATransition) {
    SignedPair pair;
    pair.reload({.keys = {1, 2}});
    pair.reload({.keys = {1, 2}, .active = 2});
    pair.reload({.keys = {2}, .active = 2});
    EXPECT_TRUE(pair.is_calm());
    EXPECT_EQ(pair.weak.told("advert-refused"), 0u);
}

// Loud: each says whose adverts it refuses, and both hold the address.
TEST(AuthHmac, WithDifferentKeysUnderEnforceGivesTwoMastersThatSaySo) {
    SignedPair pair{{.keys = {1}}, {.keys = {2}, .active = 2}};
    EXPECT_EQ(pair.lan.masters(), 2u);
    EXPECT_GE(pair.strong.told("advert-refused"), 1u);
    EXPECT_GE(pair.weak.told("advert-refused"), 1u);
}

TEST(AuthHmac, BearsClocksThatAreSetWithinTheWindow) {
    SignedPair pair;
    for (const microseconds step :
         {microseconds{4s}, microseconds{-4s}, microseconds{-4s}, microseconds{4s}}) {
        pair.strong.step_clock(step);
        pair.lan.run_for(20s);
    }
    EXPECT_TRUE(pair.is_calm());
    EXPECT_GE(pair.weak.told("clock-differs"), 1u);
}

TEST(AuthHmac, RecoversWhenAClockIsSetRight) {
    for (const microseconds off : {microseconds{1h}, microseconds{-1h}}) {
        SignedPair pair;
        pair.strong.step_clock(off);
        pair.lan.run_for(20s);
        EXPECT_EQ(pair.lan.masters(), 2u);
        pair.strong.step_clock(-off);
        pair.lan.run_for(20s);
        EXPECT_EQ(pair.lan.masters(), 1u);
        EXPECT_TRUE(pair.strong.is_master());
    }
}

// Both clocks at once, as when a site's time server was wrong: nobody notices.
TEST(AuthHmac, DoesNotMindClocksThatAreSetTogether) {
    SignedPair pair;
    for (const microseconds step : {microseconds{1h}, microseconds{-2h}}) {
        pair.weak.step_clock(step);
        pair.strong.step_clock(step);
        pair.lan.run_for(20s);
    }
    EXPECT_TRUE(pair.is_calm());
}

TEST(AuthHmac, HearsAPeerAgainThatHasRestarted) {
    SignedPair pair;
    for (int i = 0; i < 3; ++i) {
        pair.strong.kill_agent();
        pair.lan.run_for(100ms);
        pair.strong.start_agent();
        pair.lan.run_for(20s);
        EXPECT_TRUE(pair.strong.is_master());
        EXPECT_EQ(pair.lan.masters(), 1u);
    }
    EXPECT_EQ(pair.weak.told("advert-refused"), 0u);
}

}  // namespace
}  // namespace understudy::sim
