// One mail by SMTP (RFC 5321), seen from who sends it, as plain as keepalived's: HELO, MAIL, a RCPT for each
// recipient, DATA, QUIT, and nothing that a relay of one's own network would have to be asked for. Lines of
// the server go in, what to send comes out; whatever the server says is either the next step or a refusal in
// words.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "understudy/base/time.hpp"

namespace understudy::wire {

// Sender and recipients as somebody writes them: an address, or a name and an address in angle brackets.
struct Letter {
    std::string sender;
    std::vector<std::string> recipients;
    std::string subject;
    std::string text;  // lines that end in \n
    WallTime date{};
};

// The letter as RFC 5322 has it, with the header fields of keepalived in its order. Whatever its parts hold,
// it has those fields and no others.
[[nodiscard]] std::string message(const Letter& letter);

class SmtpDialogue {
public:
    struct Refusal {
        std::string text;
        bool permanent = false;  // the same would be refused again
        friend bool operator==(const Refusal&, const Refusal&) = default;
    };

    SmtpDialogue(std::string_view helo, Letter letter);

    // A line of the server, without its end. What to send upon it; empty: nothing yet.
    [[nodiscard]] std::string heard(std::string_view line);

    // The server has taken the letter and answers for it.
    [[nodiscard]] bool delivered() const { return delivered_; }
    // Nothing more is going to be said on either side.
    [[nodiscard]] bool over() const { return step_ == Step::Over; }
    // Why it is over without being delivered; some recipients may have been refused even if it was.
    [[nodiscard]] const std::optional<Refusal>& refusal() const { return refusal_; }

private:
    enum class Step : std::uint8_t { Greeting, Hello, Sender, Recipients, Data, Text, Farewell, Over };

    [[nodiscard]] std::string answered(int code, std::string_view line);
    [[nodiscard]] std::string recipient_answered(int code, std::string_view line);
    [[nodiscard]] std::string name_recipient();
    [[nodiscard]] std::string give_up(std::string_view line, bool permanent);
    [[nodiscard]] std::string go_on(Step next, std::string words);

    std::string helo_;
    Letter letter_;
    Step step_ = Step::Greeting;
    std::size_t next_recipient_ = 0;
    std::size_t accepted_ = 0;
    bool delivered_ = false;
    std::optional<Refusal> refusal_;
};

}  // namespace understudy::wire
