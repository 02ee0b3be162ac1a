// Read before every test of a folder whose own files read heavy.h.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "heavy.h"
