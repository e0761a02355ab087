// Any line at all as a request: it is refused with words, or it means what its own line means again. The same
// octets as a reply, or as an event: a client must bear whatever answers.
#include <cstdint>
#include <string_view>

#include "understudy/base/assert.hpp"
#include "understudy/ctl/reply.hpp"
#include "understudy/ctl/request.hpp"

namespace understudy {
namespace {

void check_request(std::string_view line) {
    const auto request = ctl::parse_request(line);
    if (!request) {
        UNDERSTUDY_ASSERT(!request.error().message.empty());
        const auto reply = ctl::parse_reply(ctl::to_line(ctl::refusal(request.error())));
        UNDERSTUDY_ASSERT(reply && !reply->outcome && reply->id == request.error().id);
        UNDERSTUDY_ASSERT(reply->outcome.error().code == ctl::name(request.error().fault));
        return;
    }
    const auto again = ctl::parse_request(ctl::to_line(*request));
    UNDERSTUDY_ASSERT(again && *again == *request);
}

void check_reply(std::string_view line) {
    const auto reply = ctl::parse_reply(line);
    if (!reply) return;
    const auto again = ctl::parse_reply(ctl::to_line(*reply));
    UNDERSTUDY_ASSERT(again && again->id == reply->id);
    UNDERSTUDY_ASSERT(again->outcome.has_value() == reply->outcome.has_value());
}

void check_event(std::string_view line) {
    const auto event = ctl::parse_event(line);
    if (!event) return;
    const std::string what = event->what.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
    const auto again = ctl::parse_event(ctl::event_around(event->id, what));
    UNDERSTUDY_ASSERT(again && again->id == event->id);
}

}  // namespace
}  // namespace understudy

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view line{reinterpret_cast<const char*>(data), size};
    understudy::check_request(line);
    understudy::check_reply(line);
    understudy::check_event(line);
    return 0;
}
