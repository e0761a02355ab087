#include "config_handover.hpp"

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

#include "understudy/agent/archive.hpp"
#include "understudy/os/process.hpp"

namespace understudy::daemon {

namespace {

constexpr char kWhole = 'w';
constexpr char kChange = 'c';

}  // namespace

std::expected<void, os::SysError> hand_over(const os::UniqueFd& memory, const model::Config& known,
                                            const model::Config& fresh) {
    const std::vector<std::byte> change = agent::saved_change(known, fresh);
    std::string content{known == model::Config{} ? kWhole : kChange};
    content.append(reinterpret_cast<const char*>(change.data()), change.size());
    return os::store(memory, content);
}

std::expected<std::shared_ptr<const model::Config>, std::string> taken_over(const os::UniqueFd& memory,
                                                                            const model::Config& known) {
    const auto content = os::stored(memory);
    if (!content) return std::unexpected(content.error().to_string());
    const std::string_view text = *content;
    if (text.empty() || (text.front() != kWhole && text.front() != kChange))
        return std::unexpected("the new configuration did not arrive whole");
    const model::Config nothing;
    auto taken = agent::changed_config(text.front() == kWhole ? nothing : known,
                                       std::as_bytes(std::span{text.substr(1)}));
    if (!taken)
        return std::unexpected("the new configuration did not arrive whole: " +
                               std::string{describe(taken.error())});
    return *std::move(taken);
}

}  // namespace understudy::daemon
