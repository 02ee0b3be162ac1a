// Read before every test of a folder whose own files read light.h.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "light.h"
