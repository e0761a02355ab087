// An nf_tables transaction in words, one line for each message, read by the kernel's own numbers
// (linux/netfilter/nf_tables.h): what is compared is not what the builder of the messages says of them.
#pragma once

#include <string>
#include <vector>

#include "understudy/base/bytes.hpp"

namespace understudy::wire::test {

[[nodiscard]] std::vector<std::string> filter_in_words(Bytes transaction);

}  // namespace understudy::wire::test
