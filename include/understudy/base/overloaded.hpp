// Lets std::visit take one lambda per alternative, so that a new alternative without a lambda does not
// compile.
#pragma once

namespace understudy {

template <typename... Functions>
struct overloaded : Functions... {
    using Functions::operator()...;
};

}  // namespace understudy
