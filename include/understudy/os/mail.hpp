// Takes a letter to a mail server. This waits, for names as long as the system's resolver does: it is for a
// process, or a thread, that has nothing else to do.
#pragma once

#include <cstdint>
#include <expected>
#include <string>

#include "understudy/base/time.hpp"
#include "understudy/wire/smtp.hpp"

namespace understudy::os {

struct MailServer {
    std::string host;  // a name or an address
    std::uint16_t port = 25;
    seconds patience{30};      // with each step
    seconds all_together{90};  // with all steps of the dialogue
};

struct MailFailure {
    std::string text;
    bool permanent = false;  // trying again would not help
};

// Once the server has taken the letter nothing is a failure any more.
[[nodiscard]] std::expected<void, MailFailure> deliver(const MailServer& server, wire::SmtpDialogue dialogue);

}  // namespace understudy::os
