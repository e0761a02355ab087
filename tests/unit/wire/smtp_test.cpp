// RFC 5321, as far as one mail needs it.
#include "understudy/wire/smtp.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <initializer_list>

namespace understudy::wire {
namespace {

constexpr WallTime kDate = std::chrono::sys_days{std::chrono::year{2026} / 11 / 22} + std::chrono::hours{12} +
                           std::chrono::minutes{3} + seconds{9};

Letter letter() {
    return {.sender = "HA <ha@example.org>",
            .recipients = {"ops@example.org", "Bob B <bob@example.org>"},
            .subject = "[r1] VRRP Instance VI_1 - Entering MASTER state",
            .text = "=> VRRP Instance is now owning VRRP VIPs <=\n",
            .date = kDate};
}

// What the dialogue says to each of these lines.
std::vector<std::string> said(SmtpDialogue& dialogue, std::initializer_list<const char*> lines) {
    std::vector<std::string> all;
    for (const char* const line : lines) all.push_back(dialogue.heard(line));
    return all;
}

TEST(Message, HasKeepalivedsHeaderInItsOrder) {
    EXPECT_EQ(message(letter()),
              "Date: Sun, 22 Nov 2026 12:03:09 +0000\r\n"
              "From: HA <ha@example.org>\r\n"
              "Subject: [r1] VRRP Instance VI_1 - Entering MASTER state\r\n"
              "X-Mailer: Keepalived\r\n"
              "To: ops@example.org, Bob B <bob@example.org>\r\n"
              "\r\n"
              "=> VRRP Instance is now owning VRRP VIPs <=\r\n"
              "\r\n");
}

TEST(Message, CannotBeGivenAnotherFieldOrAnEnd) {
    Letter odd = letter();
    odd.subject = "one\r\nBcc: all@example.org";
    odd.sender = "a\nb";
    odd.recipients = {"c\rd"};
    odd.text = ".\n..\nend";
    const std::string text = message(odd);
    EXPECT_TRUE(text.contains("\r\nSubject: one  Bcc: all@example.org\r\n")) << text;
    EXPECT_TRUE(text.contains("\r\nFrom: a b\r\n")) << text;
    EXPECT_TRUE(text.contains("\r\nTo: c d\r\n")) << text;
    EXPECT_TRUE(text.ends_with("\r\n\r\n..\r\n...\r\nend\r\n\r\n")) << text;
}

TEST(SmtpDialogue, IsHeloMailRcptDataQuit) {
    SmtpDialogue dialogue{"north", letter()};
    EXPECT_EQ(said(dialogue, {"220 relay ESMTP", "250 relay\r", "250 ok", "250 ok", "251 will forward",
                              "354 go on", "250 queued"}),
              (std::vector<std::string>{"HELO north\r\n", "MAIL FROM:<ha@example.org>\r\n",
                                        "RCPT TO:<ops@example.org>\r\n", "RCPT TO:<bob@example.org>\r\n",
                                        "DATA\r\n", message(letter()) + ".\r\n", "QUIT\r\n"}));
    EXPECT_TRUE(dialogue.delivered());
    EXPECT_FALSE(dialogue.over());
    EXPECT_EQ(dialogue.heard("221 bye"), "");
    EXPECT_TRUE(dialogue.over());
    EXPECT_EQ(dialogue.refusal(), std::nullopt);
}

TEST(SmtpDialogue, WaitsForTheLastLineOfAnAnswer) {
    SmtpDialogue dialogue{"north", letter()};
    EXPECT_EQ(said(dialogue, {"220-relay", "220-speaks", "220 ESMTP"}),
              (std::vector<std::string>{"", "", "HELO north\r\n"}));
}

TEST(SmtpDialogue, SendsToThoseWhoAreAccepted) {
    SmtpDialogue dialogue{"north", letter()};
    const auto told = said(dialogue, {"220 a", "250 b", "250 c", "550 nobody of that name", "250 d"});
    EXPECT_EQ(told.back(), "DATA\r\n");
    EXPECT_EQ(dialogue.refusal(),
              (SmtpDialogue::Refusal{"<ops@example.org> is refused with '550 nobody of that name'", true}));
}

TEST(SmtpDialogue, GivesUpWhenNobodyIsAccepted) {
    SmtpDialogue dialogue{"north", letter()};
    const auto told = said(dialogue, {"220 a", "250 b", "250 c", "550 d", "451 later"});
    EXPECT_EQ(told.back(), "QUIT\r\n");
    EXPECT_TRUE(dialogue.over());
    EXPECT_FALSE(dialogue.delivered());
    EXPECT_FALSE(dialogue.refusal()->permanent) << "the last one may be accepted later";
}

TEST(SmtpDialogue, TellsWhatIsRefusedForGoodFromWhatMayBeTriedAgain) {
    SmtpDialogue busy{"north", letter()};
    EXPECT_EQ(busy.heard("421 busy"), "QUIT\r\n");
    EXPECT_EQ(busy.refusal(), (SmtpDialogue::Refusal{"the server says '421 busy'", false}));
    SmtpDialogue never{"north", letter()};
    (void)said(never, {"220 a", "250 b", "554 no thanks"});
    EXPECT_EQ(never.refusal(), (SmtpDialogue::Refusal{"the server says '554 no thanks'", true}));
}

TEST(SmtpDialogue, GivesUpAtWhicheverStepTheServerRefuses) {
    const std::vector<const char*> fine{"220 a", "250 b", "250 c", "250 d", "250 e", "354 f", "250 g"};
    // Not among the recipients, of whom one who is refused ends nothing.
    for (const std::size_t step : {0u, 1u, 2u, 5u, 6u}) {
        SmtpDialogue dialogue{"north", letter()};
        for (std::size_t i = 0; i < step; ++i) (void)dialogue.heard(fine[i]);
        EXPECT_EQ(dialogue.heard("554 no"), "QUIT\r\n") << step;
        EXPECT_TRUE(dialogue.over() && !dialogue.delivered()) << step;
        EXPECT_EQ(dialogue.refusal(), (SmtpDialogue::Refusal{"the server says '554 no'", true})) << step;
        EXPECT_EQ(dialogue.heard("221 bye"), "") << step;
    }
}

TEST(SmtpDialogue, IsNotMisledByWhateverAnswers) {
    for (const char* const line : {"", "2", "22", "HTTP/1.1 400", "SSH-2.0-x", "199 x", "600 x", "2x0 y",
                                   "220x", "-20 x", "\xff\xfe"}) {
        SmtpDialogue dialogue{"north", letter()};
        EXPECT_EQ(dialogue.heard(line), "QUIT\r\n") << line;
        EXPECT_TRUE(dialogue.over() && !dialogue.delivered() && dialogue.refusal()) << line;
    }
}

TEST(SmtpDialogue, CannotBeGivenAnotherCommand) {
    Letter odd = letter();
    odd.sender = "x <a@b>\r\nRSET";
    odd.recipients = {"c@d>\r\nDATA"};
    SmtpDialogue dialogue{"north\r\nNOOP", odd};
    for (const std::string& words : said(dialogue, {"220 a", "250 b", "250 c"}))
        EXPECT_EQ(std::ranges::count(words, '\n'), 1) << words;
}

}  // namespace
}  // namespace understudy::wire
