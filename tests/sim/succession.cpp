// The death of a vrrp process and what its successor makes of it, with the agent's own recorder: as
// daemon/worker and daemon/succession do it.
#include <algorithm>
#include <memory>
#include <string>
#include <utility>

#include "understudy/agent/legacy.hpp"
#include "understudy/base/assert.hpp"

#include "sim/lan.hpp"
#include "sim/node.hpp"

namespace understudy::sim {

namespace {

constexpr std::size_t kRecordingSize = std::size_t{256} * 1024;

}  // namespace

void Node::record_anew() {
    recorder_.reset();
    if (!lan_.conditions.recorded) return;
    recording_.resize(kRecordingSize);
    recorder_.emplace(recording_, "simulated", ++run_);
    UNDERSTUDY_ASSERT(recorder_->begin(*agent_, lan_.now(), wall_time()));
}

void Node::die() {
    lan_.trace.note(lan_.now(), name_, "its vrrp process dies");
    kill_agent();
}

void Node::die_amid_next(std::size_t orders) {
    lan_.trace.note(lan_.now(), name_,
                    "its vrrp process will die after " + std::to_string(orders) + " orders");
    lan_.disturbed();
    dies_after_ = orders;
}

// The kernel is looked at while it goes on already.
void Node::go_on() {
    UNDERSTUDY_ASSERT(powered_ && leaves_legacy());
    auto legacy = agent::legacy_in(recording_, run_);
    UNDERSTUDY_ASSERT(legacy.has_value());
    ++life_;
    agent_ = std::make_unique<agent::Agent>(std::move(legacy->agent));
    record_anew();
    static_cast<void>(kernel_.take_news());
    lan_.trace.note(lan_.now(), name_, "another vrrp process goes on");
    lan_.went_on(*this);
    deliver({agent::PredecessorDied{std::max(legacy->at, at_work_)}, nullptr});
    if (agent_->config() != *config_) deliver({agent::ConfigLoaded{config_}, nullptr});
    perform(agent::ReadKernel{});
}

}  // namespace understudy::sim
