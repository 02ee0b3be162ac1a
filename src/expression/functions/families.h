// The functions, family by family, each declared in the file of its name. registry.cpp collects
// them.
#pragma once

#include <span>

#include "expression/function.h"

namespace millrace {

std::span<const Function> general_functions();
std::span<const Function> list_functions();
std::span<const Function> sorting_functions();
std::span<const Function> container_functions();
std::span<const Function> number_functions();
std::span<const Function> text_functions();
std::span<const Function> text_part_functions();
std::span<const Function> word_functions();
std::span<const Function> format_functions();
std::span<const Function> time_functions();
std::span<const Function> encoding_functions();

}  // namespace millrace
