// The auth_hmac block of an instance: keys are read from their files, and what cannot work is said.
#pragma once

#include "check.hpp"

namespace understudy::config {

// Wants strictness and interval of the instance. An instance that asked for auth_hmac has it in the end, if
// need be without the key to send with, so that it never runs unprotected.
void check_hmac(const CheckContext& context, const InstanceDraft& draft, model::Instance& instance);

}  // namespace understudy::config
