#include "understudy/ctl/hook_messages.hpp"

#include <gtest/gtest.h>

#include <span>

#include "understudy/base/random.hpp"

namespace understudy::ctl {
namespace {

const std::vector<HookOrder>& orders() {
    static const std::vector<HookOrder> all{
        StartProgram{7, {"/bin/sh", "-c", "", std::string{"a\0b", 3}}, "nobody", "nogroup", true},
        StartProgram{},
        SignalProgram{0xffff'ffff'ffff'ffff, true},
        KeepPipes{{{"/run/a", "root", "", 0600}, {"/run/b", "", "adm", 0777}}},
        KeepPipes{},
        WriteLine{"INSTANCE \"VI_1\" MASTER 100"},
        FollowFiles{{{"/one", {}}, {"/two", FirstNumber{-5, true}}}, true},
        FollowFiles{},
        ForgetUsers{},
        LeavePipes{},
        SetMark{3},
        CountProcesses{5,
                       300'000,
                       true,
                       {{"proxy", {"/usr/sbin/proxy", "-x", ""}, ParameterMatch::Partial, false},
                        {"bare", {"bare"}, ParameterMatch::None, true}},
                       true},
        CountProcesses{}};
    return all;
}

const std::vector<HookAnswer>& answers() {
    static const std::vector<HookAnswer> all{
        HooksReady{},
        ProgramBegun{1},
        ProgramOver{2, -9},
        ProgramRefused{3, 2},
        PipeOpened{"/p", 0},
        FileHeld{"/f", "12\n", 0},
        FileHeld{"/g", "", 13},
        MarkReached{4},
        ProcessesCounted{5, "proxy", 0x1'0000'0000},
        HookRemark{"notify-pipe-full", LogLevel::Warning, "lines are lost", "pipe", "/p"}};
    return all;
}

TEST(HookMessages, SurviveTheirOwnOctets) {
    for (const HookOrder& order : orders())
        EXPECT_EQ(decode_order(encode(9, order)), (NumberedOrder{9, order})) << order.index();
    for (const HookAnswer& answer : answers())
        EXPECT_EQ(decode_answer(encode(0xffff'ffff, answer)), (NumberedAnswer{0xffff'ffff, answer}))
            << answer.index();
}

TEST(HookMessages, HaveEachKindOfOrderAndAnswerTried) {
    std::vector<bool> ordered(std::variant_size_v<HookOrder>);
    for (const HookOrder& order : orders()) ordered[order.index()] = true;
    EXPECT_EQ(ordered, std::vector<bool>(ordered.size(), true));
    std::vector<bool> answered(std::variant_size_v<HookAnswer>);
    for (const HookAnswer& answer : answers()) answered[answer.index()] = true;
    EXPECT_EQ(answered, std::vector<bool>(answered.size(), true));
}

TEST(HookMessages, CutAnywhereOrWithMoreBehindAreNone) {
    for (const HookOrder& order : orders()) {
        std::vector<std::byte> octets = encode(1, order);
        for (std::size_t size = 0; size < octets.size(); ++size)
            EXPECT_FALSE(decode_order(std::span{octets}.first(size))) << order.index() << " " << size;
        octets.push_back(std::byte{0});
        EXPECT_FALSE(decode_order(octets)) << order.index();
    }
}

TEST(HookMessages, OfAnotherVersionOrKindAreNone) {
    std::vector<std::byte> octets = encode(1, HookOrder{SetMark{1}});
    octets[0] = std::byte{kHookProtocol + 1};
    EXPECT_FALSE(decode_order(octets));
    octets[0] = std::byte{kHookProtocol};
    octets[5] = std::byte{200};
    EXPECT_FALSE(decode_order(octets));
    EXPECT_FALSE(decode_answer(octets));
}

TEST(HookMessages, OfNoKnownWayToCompareParametersAreNone) {
    const CountProcesses order{1, 0, false, {{"p", {"p"}, ParameterMatch::Partial, false}}, false};
    std::vector<std::byte> octets = encode(1, HookOrder{order});
    std::byte& how = octets[octets.size() - 2];
    ASSERT_EQ(how, std::byte{3});
    how = std::byte{4};
    EXPECT_FALSE(decode_order(octets));
}

TEST(HookMessages, ThatPromiseMoreThanTheyHoldAreNone) {
    std::vector<std::byte> octets = encode(1, HookOrder{KeepPipes{}});
    for (std::size_t i = octets.size() - 4; i < octets.size(); ++i) octets[i] = std::byte{0xff};
    EXPECT_FALSE(decode_order(octets));
}

// One octet changed decodes to nothing, or to what would be written like that.
TEST(HookMessages, MeanOneThingOnlyWhateverTheirOctets) {
    Random random{Seed{20260}};
    for (const HookOrder& order : orders()) {
        const std::vector<std::byte> octets = encode(1, order);
        for (int round = 0; round < 400; ++round) {
            std::vector<std::byte> changed = octets;
            changed[random.below(changed.size())] = static_cast<std::byte>(random.below(256));
            if (const auto decoded = decode_order(changed)) {
                EXPECT_EQ(encode(decoded->process, decoded->order), changed);
            }
        }
    }
    for (int round = 0; round < 4000; ++round) {
        std::vector<std::byte> noise(6 + random.below(40));
        for (std::byte& octet : noise) octet = static_cast<std::byte>(random.below(256));
        noise[0] = std::byte{kHookProtocol};
        noise[5] = static_cast<std::byte>(random.below(std::variant_size_v<HookAnswer>));
        if (const auto decoded = decode_answer(noise)) {
            EXPECT_EQ(encode(decoded->process, decoded->answer), noise);
        }
    }
}

}  // namespace
}  // namespace understudy::ctl
