// What the vrrp process tells its supervisor without having been asked: one JSON object a line, on the
// connection that carries questions and answers.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace understudy::ctl {

// A letter is to be sent to whom the configuration says.
struct MailWanted {
    std::string subject;
    std::string text;
    friend bool operator==(const MailWanted&, const MailWanted&) = default;
};

// One line, without its end. Octets that are not UTF-8 are replaced.
[[nodiscard]] std::string to_line(const MailWanted& news);
// None: it is something else.
[[nodiscard]] std::optional<MailWanted> parse_news(std::string_view line);

}  // namespace understudy::ctl
