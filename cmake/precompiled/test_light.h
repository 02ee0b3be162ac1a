// Read before every test of a folder whose own files read light.h.
#pragma once

#include "light.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
