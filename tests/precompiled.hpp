// What nearly every test reads, as base/precompiled.hpp is for the libraries.
#pragma once

#include <gtest/gtest.h>

#include "understudy/base/precompiled.hpp"
