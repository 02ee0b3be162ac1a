# Precompiled headers, made here and not by target_precompile_headers, for two reasons: all libraries
# share one of each kind, and ccache can keep what was compiled with them. CMake's own ones contain
# paths of the build folder and differ each time, which would make every build folder start anew.
# Beside each lies a checksum over what went in (the preprocessed text and the options): ccache takes
# that for the header itself.

# millrace_precompile(<kind> <option>...): makes cmake/precompiled/<kind>.h.
function(millrace_precompile kind)
  if(NOT CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
    return()
  endif()
  set(header "${CMAKE_SOURCE_DIR}/cmake/precompiled/${kind}.h")
  set(output "${CMAKE_BINARY_DIR}/precompiled/${kind}.pch")
  string(TOUPPER "${CMAKE_BUILD_TYPE}" type)
  separate_arguments(flags UNIX_COMMAND "${CMAKE_CXX_FLAGS} ${CMAKE_CXX_FLAGS_${type}}")
  list(TRANSFORM MILLRACE_DEFINITIONS PREPEND -D OUTPUT_VARIABLE definitions)
  set(compile ${CMAKE_CXX_COMPILER} ${definitions} ${flags} -std=c++20 ${MILLRACE_OPTIONS} ${ARGN})
  add_custom_command(
    OUTPUT "${output}"
    COMMAND sh "${CMAKE_SOURCE_DIR}/cmake/precompile.sh" "${header}" "${output}" ${compile}
    DEPENDS "${header}" "${CMAKE_SOURCE_DIR}/cmake/precompile.sh"
    DEPFILE "${output}.d"
    COMMENT "Precompiling ${kind}.h"
    VERBATIM)
  add_custom_target(precompiled_${kind} DEPENDS "${output}")
endfunction()

# millrace_use_precompiled(<target> <kind>): every file of the target reads <kind>.h first.
function(millrace_use_precompiled target kind)
  if(NOT CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
    return()
  endif()
  # Relative to the build folder, where Ninja runs the compiler, so that all build folders give the
  # same command.
  target_compile_options(${target} PRIVATE "SHELL:-include-pch precompiled/${kind}.pch")
  get_target_property(sources ${target} SOURCES)
  set_property(SOURCE ${sources} TARGET_DIRECTORY ${target} APPEND PROPERTY
    OBJECT_DEPENDS "${CMAKE_BINARY_DIR}/precompiled/${kind}.pch")
  add_dependencies(${target} precompiled_${kind})
endfunction()

foreach(kind light heavy)
  millrace_precompile(${kind})
  if(MILLRACE_TESTS)
    millrace_precompile(test_${kind} ${MILLRACE_TEST_OPTIONS})
  endif()
endforeach()
