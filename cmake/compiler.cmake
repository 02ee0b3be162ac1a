# Which compilers are taken, and the options of every file. They are held in lists, and not only in
# CMake's own variables, because the precompiled headers must be compiled with the very same ones.

if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 14)
  message(FATAL_ERROR
    "GCC ${CMAKE_CXX_COMPILER_VERSION} cannot build Millrace: GCC 12 destroys temporaries twice in a "
    "full expression that holds co_await, so sockets and memory would be freed twice. "
    "Use Clang 16 (cmake --preset release chooses it) or GCC 14 and later.")
endif()

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_CXX_SCAN_FOR_MODULES OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

# NDEBUG is never defined: an assertion that holds only in tests protects nobody.
set(CMAKE_CXX_FLAGS_RELEASE "-O2")
set(CMAKE_CXX_FLAGS_DEBUG "-O0 -g -DMILLRACE_DEBUG")
set(CMAKE_CXX_FLAGS_RELWITHDEBINFO "-O1 -g1 -DMILLRACE_DEBUG")

set(MILLRACE_OPTIONS
  -Wall -Wextra -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual -Wimplicit-fallthrough -Werror
  -pthread -fno-omit-frame-pointer)
set(MILLRACE_DEFINITIONS
  _GLIBCXX_ASSERTIONS
  # One file, src/scope/asio.cpp, compiles Asio; the others read declarations only.
  BOOST_ASIO_SEPARATE_COMPILATION
  BOOST_ASIO_NO_DEPRECATED
  BOOST_ALL_NO_LIB)

if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  list(APPEND MILLRACE_OPTIONS -fcolor-diagnostics)
  add_link_options(-fuse-ld=lld)
endif()

set(sanitize "${MILLRACE_SANITIZE}")
if(MILLRACE_FUZZ)
  list(APPEND sanitize fuzzer-no-link)
endif()
if(sanitize)
  string(REPLACE ";" "," sanitize "${sanitize}")
  list(APPEND MILLRACE_OPTIONS -fsanitize=${sanitize} -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${sanitize} -fno-sanitize-recover=all)
endif()

add_compile_options("$<$<COMPILE_LANGUAGE:CXX>:${MILLRACE_OPTIONS}>")
add_link_options(-pthread)
include_directories("${CMAKE_SOURCE_DIR}/src" "${CMAKE_BINARY_DIR}/generated")
