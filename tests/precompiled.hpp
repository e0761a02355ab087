// What nearly every test reads, as base/precompiled.hpp is for the libraries.
// g++ takes no #pragma once in a header that it compiles by itself.
#ifndef UNDERSTUDY_TESTS_PRECOMPILED_HPP
#define UNDERSTUDY_TESTS_PRECOMPILED_HPP

#include <gtest/gtest.h>

#include "understudy/base/precompiled.hpp"

#endif
