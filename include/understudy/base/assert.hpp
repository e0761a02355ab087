// The one assertion macro. It is on in every build: an assertion that fails is our own mistake, and
// continuing with a broken invariant could leave one address on two hosts. It prints where and what, then
// ends the process.
#pragma once

namespace understudy {

// Prints "FILE:LINE: assertion failed: EXPRESSION" to standard error and aborts.
[[noreturn]] void assertion_failed(const char* expression, const char* file, int line) noexcept;

}  // namespace understudy

#define UNDERSTUDY_ASSERT(expression) \
    ((expression) ? static_cast<void>(0) : ::understudy::assertion_failed(#expression, __FILE__, __LINE__))
