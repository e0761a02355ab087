// understudyctl doctor: whether this host is fit for its configuration.
#pragma once

#include "command.hpp"

namespace understudy::cli {

extern const Command kDoctor;

}  // namespace understudy::cli
