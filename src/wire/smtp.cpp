#include "understudy/wire/smtp.hpp"

#include <chrono>
#include <utility>

#include "understudy/base/text.hpp"

namespace understudy::wire {

namespace {

constexpr std::string_view kLineEnd = "\r\n";

// A line end inside would begin another header field or another command.
std::string on_one_line(std::string_view text) {
    std::string line{text};
    for (char& c : line)
        if (static_cast<unsigned char>(c) < ' ' || c == '\x7f') c = ' ';
    return line;
}

// "HA <ha@example.org>": what stands between the brackets.
std::string address_of(std::string_view written) {
    const std::size_t begin = written.rfind('<');
    const std::size_t end = written.rfind('>');
    if (begin != std::string_view::npos && end != std::string_view::npos && begin < end)
        written = written.substr(begin + 1, end - begin - 1);
    std::string address;
    for (const char c : on_one_line(written))
        if (c != '<' && c != '>' && c != ' ') address += c;
    return address;
}

std::string command(std::string_view words) { return std::string{words}.append(kLineEnd); }

std::string two_digits(std::int64_t number) { return (number < 10 ? "0" : "") + std::to_string(number); }

// RFC 5322 §3.3
std::string mail_date(WallTime date) {
    constexpr std::string_view kDays[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    constexpr std::string_view kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                            "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const auto day = std::chrono::floor<std::chrono::days>(date);
    const std::chrono::year_month_day calendar{day};
    const std::chrono::hh_mm_ss<seconds> clock{std::chrono::floor<seconds>(date - day)};
    std::string text{kDays[std::chrono::weekday{day}.c_encoding()]};
    text += ", " + two_digits(static_cast<unsigned>(calendar.day())) + " ";
    text += kMonths[static_cast<unsigned>(calendar.month()) - 1];
    text += " " + std::to_string(static_cast<int>(calendar.year())) + " ";
    text += two_digits(clock.hours().count()) + ":" + two_digits(clock.minutes().count()) + ":";
    return text + two_digits(clock.seconds().count()) + " +0000";
}

// RFC 5321 §4.5.2: a line that begins with a dot gets another one.
std::string body_text(std::string_view text) {
    std::string body;
    while (!text.empty()) {
        const std::size_t end = text.find('\n');
        const std::string line = on_one_line(text.substr(0, end));
        body += (line.starts_with('.') ? "." : "") + line;
        body += kLineEnd;
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    }
    return body;
}

std::string joined(const std::vector<std::string>& recipients) {
    std::string all;
    for (const std::string& recipient : recipients) all += (all.empty() ? "" : ", ") + on_one_line(recipient);
    return all;
}

// RFC 5321 §4.2: three digits, and a blank or the end; a hyphen says that more lines follow.
struct Reply {
    int code = 0;
    bool more = false;
};
std::optional<Reply> reply_of(std::string_view line) {
    if (line.size() < 3 || (line.size() > 3 && line[3] != ' ' && line[3] != '-')) return std::nullopt;
    const auto code = parse_number<int>(line.substr(0, 3));
    if (!code || *code < 200 || *code > 599) return std::nullopt;
    return Reply{*code, line.size() > 3 && line[3] == '-'};
}

bool is_permanent(int code) { return code >= 500; }

}  // namespace

// Filters of those who come from keepalived go by its X-Mailer.
std::string message(const Letter& letter) {
    std::string text;
    const auto field = [&](std::string_view name, const std::string& value) {
        text.append(name).append(": ").append(value).append(kLineEnd);
    };
    field("Date", mail_date(letter.date));
    field("From", on_one_line(letter.sender));
    field("Subject", on_one_line(letter.subject));
    field("X-Mailer", "Keepalived");
    field("To", joined(letter.recipients));
    text += kLineEnd;
    return text + body_text(letter.text) + std::string{kLineEnd};
}

SmtpDialogue::SmtpDialogue(std::string_view helo, Letter letter)
    : helo_(on_one_line(helo)), letter_(std::move(letter)) {}

std::string SmtpDialogue::heard(std::string_view line) {
    if (line.ends_with('\r')) line.remove_suffix(1);
    const std::optional<Reply> reply = reply_of(line);
    if (!reply) return give_up(line, false);
    if (reply->more) return "";
    return answered(reply->code, line);
}

std::string SmtpDialogue::answered(int code, std::string_view line) {
    const bool fine = code / 100 == 2;
    switch (step_) {
        case Step::Greeting:
            if (code == 220) return go_on(Step::Hello, "HELO " + helo_);
            break;
        case Step::Hello:
            if (fine) return go_on(Step::Sender, "MAIL FROM:<" + address_of(letter_.sender) + ">");
            break;
        case Step::Sender:
            if (fine) return name_recipient();
            break;
        case Step::Recipients:
            return recipient_answered(code, line);
        case Step::Data:
            if (code != 354) break;
            return go_on(Step::Text, message(letter_) + ".");
        case Step::Text:
            if (!fine) break;
            delivered_ = true;
            return go_on(Step::Farewell, "QUIT");
        case Step::Farewell:
        case Step::Over:
            step_ = Step::Over;
            return "";
    }
    return give_up(line, is_permanent(code));
}

// One that is refused does not keep the others from their mail.
std::string SmtpDialogue::recipient_answered(int code, std::string_view line) {
    if (code / 100 == 2)
        ++accepted_;
    else
        refusal_ = Refusal{
            "<" + address_of(letter_.recipients[next_recipient_ - 1]) + "> is refused with " + quote(line),
            is_permanent(code)};
    return name_recipient();
}

std::string SmtpDialogue::name_recipient() {
    if (next_recipient_ < letter_.recipients.size())
        return go_on(Step::Recipients, "RCPT TO:<" + address_of(letter_.recipients[next_recipient_++]) + ">");
    if (accepted_ > 0) return go_on(Step::Data, "DATA");
    if (!refusal_) refusal_ = Refusal{"there is nobody to send it to", true};
    return go_on(Step::Over, "QUIT");
}

std::string SmtpDialogue::give_up(std::string_view line, bool permanent) {
    if (!delivered_) refusal_ = Refusal{"the server says " + quote(line), permanent};
    return go_on(Step::Over, "QUIT");
}

std::string SmtpDialogue::go_on(Step next, std::string words) {
    step_ = next;
    return command(words);
}

}  // namespace understudy::wire
