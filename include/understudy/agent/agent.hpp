// The whole daemon as one pure value: handle() takes an event and the time and returns what is to be done,
// deadline() says when it wants to be asked again. No system call, no clock: a simulator, a fuzzer and a
// replay run this very code. One event at a time; all its actions are carried out before the next event is
// handed in.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "understudy/agent/action.hpp"
#include "understudy/agent/dump.hpp"
#include "understudy/agent/event.hpp"
#include "understudy/agent/report.hpp"
#include "understudy/agent/why.hpp"
#include "understudy/base/bytes.hpp"
#include "understudy/base/time.hpp"
#include "understudy/model/config.hpp"

namespace understudy {
enum class ArchiveFault : std::uint8_t;
}

namespace understudy::agent {

class Agent {
public:
    // `boot` is the time now; instances start with the first KernelPictured.
    Agent(std::shared_ptr<const model::Config> config, Instant boot);
    ~Agent();
    Agent(Agent&&) noexcept;
    Agent& operator=(Agent&&) noexcept;

    // The actions stay valid until the next call.
    [[nodiscard]] std::span<const Action> handle(const Event& event, Instant now);
    [[nodiscard]] std::optional<Instant> deadline() const;
    // A client waits for what is due then: a backup takes over from a silent master.
    [[nodiscard]] bool takes_over_next() const;

    // The instances that run, in the order of the configuration, and what they do now.
    [[nodiscard]] std::vector<std::string> instances() const;
    [[nodiscard]] std::optional<InstanceReport> report(std::string_view instance) const;
    [[nodiscard]] std::vector<InstanceReport> report() const;
    // None: so many instances do not run.
    [[nodiscard]] std::optional<Standing> standing(std::size_t instance) const;
    [[nodiscard]] std::vector<GroupReport> groups() const;
    // What explain() is made from.
    [[nodiscard]] std::optional<WhyFacts> why(std::string_view instance) const;

    // All is being given up, or has been.
    [[nodiscard]] bool is_stopping() const;

    // None: there is none of that name, or nobody tracks it.
    [[nodiscard]] std::optional<CheckReport> check(std::string_view name) const;

    // What dumps are made of.
    [[nodiscard]] std::optional<InstanceDump> dump(std::string_view instance) const;
    [[nodiscard]] SharedDump shared_dump() const;
    [[nodiscard]] const model::Config& config() const;
    [[nodiscard]] std::shared_ptr<const model::Config> shared_config() const;

    // The whole of it but for its configuration: who has both goes on exactly as it would have, here or in
    // another process. Restoring refuses what another version wrote (another shape), what is damaged, and
    // what does not fit the configuration.
    [[nodiscard]] std::vector<std::byte> save() const;
    [[nodiscard]] static std::expected<Agent, ArchiveFault> restored(
        std::shared_ptr<const model::Config> config, Bytes snapshot);
    [[nodiscard]] static std::uint64_t shape();

private:
    struct Core;
    std::unique_ptr<Core> core_;
};

}  // namespace understudy::agent
