// Where in the files each statement of a block was written, for whoever has something to say about a value
// after the configuration has become plain values. Only kept when LoadOptions::places asks for it.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "understudy/config/lexer.hpp"
#include "understudy/config/source.hpp"

namespace understudy::config {

class Places {
public:
    Places() = default;
    // Of all that was read. Blocks are known by the first two words of their header, what is in them by its
    // first word, however deep it stands; of several the last counts.
    explicit Places(const Listing& listing);

    // ("vrrp_instance VI_1", "priority"); an empty word asks for the header itself. None: it is not written
    // there.
    [[nodiscard]] std::optional<Span> find(std::string_view block, std::string_view word) const;

private:
    std::map<std::string, std::map<std::string, Span, std::less<>>, std::less<>> blocks_;
};

}  // namespace understudy::config
