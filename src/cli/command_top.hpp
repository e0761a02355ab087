// understudyctl top: roles, adverts, tracked things and what happens, as they change, on the whole screen.
#pragma once

#include "command.hpp"

namespace understudy::cli {

extern const Command kTop;

}  // namespace understudy::cli
