#pragma once
// What nearly every test reads, as base/precompiled.hpp is for the libraries.

#include <gtest/gtest.h>

#include "understudy/base/precompiled.hpp"
