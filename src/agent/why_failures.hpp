// The part of `why` that looks ahead: what would change a role, and what would happen if something failed
// now.
#pragma once

#include <string>
#include <vector>

#include "understudy/agent/why.hpp"

namespace understudy::agent {

// The other router that has been heard as master until now; none: nobody has, for as long as one may be
// silent.
[[nodiscard]] const PeerReport* present_master(const WhyFacts& facts, Instant now);

[[nodiscard]] std::vector<std::string> what_would_change(const WhyFacts& facts);
[[nodiscard]] std::vector<WhatIf> what_if(const WhyFacts& facts, const Moment& moment);

}  // namespace understudy::agent
