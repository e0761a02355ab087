// A second agent beside one under test, made from its snapshot and made anew now and then: it is told the
// same events, each after a way through octets, and has to order the same actions and to be the same.
#pragma once

#include <algorithm>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "understudy/agent/agent.hpp"
#include "understudy/agent/archive.hpp"
#include "understudy/base/names.hpp"
#include "understudy/base/random.hpp"

namespace understudy::agent {

class Twin {
public:
    // Made anew after so many of a hundred events.
    explicit Twin(Seed seed = {}, unsigned renewals = 25) : random_(seed), renewals_(renewals) {}

    // The agent has been told this and has ordered that. In words how the two differ; none: they do not.
    [[nodiscard]] std::optional<std::string> follow(const Agent& agent, const Event& event, Instant now,
                                                    std::span<const Action> actions) {
        std::optional<std::string> difference;
        if (twin_) difference = compare(agent, event, now, actions);
        if (!difference && (!twin_ || random_.chance(renewals_))) difference = renew(agent);
        if (difference) *difference += " after " + name_of(event);
        return difference;
    }
    // The agent has died.
    void forget() { twin_.reset(); }

private:
    static std::string name_of(const Event& event) {
        return std::visit([]<typename T>(const T&) { return std::string{type_name<T>()}; }, event);
    }

    std::optional<std::string> compare(const Agent& agent, const Event& event, Instant now,
                                       std::span<const Action> actions) {
        std::vector<std::byte> octets;
        ArchiveWriter out{octets};
        put(out, event);
        ArchiveReader in{octets};
        Event read;
        take(in, read);
        if (in.failed() || !in.rest().empty()) return "the event is not read as it was written";
        const std::span<const Action> same = twin_->handle(read, now);
        if (!std::ranges::equal(actions, same)) return "other actions of an agent from a snapshot";
        if (const auto difference = compare_archived(actions)) return difference;
        if (twin_->deadline() != agent.deadline()) return "another deadline of an agent from a snapshot";
        if (twin_->save() != agent.save()) return "an agent from a snapshot has become another";
        return std::nullopt;
    }
    static std::optional<std::string> compare_archived(std::span<const Action> actions) {
        for (const Action& action : actions) {
            std::vector<std::byte> octets;
            ArchiveWriter out{octets};
            put(out, action);
            ArchiveReader in{octets};
            Action read;
            take(in, read);
            if (in.failed() || !in.rest().empty() || read != action)
                return "an action is not read as it was written";
        }
        return std::nullopt;
    }
    std::optional<std::string> renew(const Agent& agent) {
        const auto config = loaded_config(saved(agent.config()));
        if (!config) return "its configuration is refused: " + std::string{describe(config.error())};
        if (**config != agent.config()) return "another configuration is read";
        const std::vector<std::byte> snapshot = agent.save();
        auto restored = Agent::restored(*config, snapshot);
        if (!restored) return "its snapshot is refused: " + std::string{describe(restored.error())};
        if (restored->save() != snapshot) return "another agent is read";
        twin_ = std::make_unique<Agent>(*std::move(restored));
        return std::nullopt;
    }

    std::unique_ptr<Agent> twin_;
    Random random_;
    unsigned renewals_;
};

}  // namespace understudy::agent
