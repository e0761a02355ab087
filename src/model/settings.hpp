// Every setting of the model by the keyword that sets it: one row each. Whoever compares, shows or lists
// settings walks these rows. A setting without a row is noticed when it differs (diff.cpp) and told as such,
// so that a forgotten row never reads as "nothing changed".
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "understudy/model/config.hpp"

namespace understudy::model {

template <typename T>
struct Setting {
    std::string_view name;
    bool list;    // what differs is told entry by entry
    bool refers;  // holds indices into its own configuration: equal if the texts are
    bool secret;  // named, not shown
    bool (*same)(const T&, const T&);
    std::vector<std::string> (*values)(const T&, const Config&);
    void (*copy)(const T& from, T& to);
};

[[nodiscard]] std::span<const Setting<Globals>> settings(const Globals&);
[[nodiscard]] std::span<const Setting<Script>> settings(const Script&);
[[nodiscard]] std::span<const Setting<Instance>> settings(const Instance&);
[[nodiscard]] std::span<const Setting<SyncGroup>> settings(const SyncGroup&);

}  // namespace understudy::model
