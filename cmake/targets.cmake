# One library a folder under src/. A folder links the folders above it in this list and no others;
# tests/tidy checks the same of its includes. The list is the table in docs/architecture.md.
set(MILLRACE_FOLDERS
  base scope value expression workflow engine net script function store service api cli)

# Folders that use the event loop, and so read the heavy precompiled header.
set(MILLRACE_LOOP_FOLDERS scope engine net script function store service api cli)

# What each folder needs that others wrote. What a folder links reaches the folders below it.
set(MILLRACE_PACKAGES_base fmt::fmt spdlog::spdlog Boost::headers)
set(MILLRACE_PACKAGES_value Boost::json date::date-tz)
set(MILLRACE_PACKAGES_expression PkgConfig::re2 PkgConfig::utf8proc)
set(MILLRACE_PACKAGES_workflow PkgConfig::fyaml PkgConfig::crypto)
set(MILLRACE_PACKAGES_net
  PkgConfig::curl PkgConfig::cares PkgConfig::brotli PkgConfig::zstd ZLIB::ZLIB PkgConfig::crypto PkgConfig::ssl)
set(MILLRACE_PACKAGES_function PkgConfig::crypto)
set(MILLRACE_PACKAGES_script PkgConfig::mozjs)
set(MILLRACE_PACKAGES_store PkgConfig::sqlite ZLIB::ZLIB)
set(MILLRACE_PACKAGES_cli CLI11::CLI11)

# millrace_kind(<variable> <folder>): "light" or "heavy".
function(millrace_kind variable folder)
  if(folder STREQUAL "tidy"
      OR (folder IN_LIST MILLRACE_FOLDERS AND NOT folder IN_LIST MILLRACE_LOOP_FOLDERS))
    set(${variable} light PARENT_SCOPE)
  else()
    set(${variable} heavy PARENT_SCOPE)
  endif()
endfunction()

# millrace_link(<target> <folder>): the folder's library, or every library where <folder> is none.
function(millrace_link target folder)
  if(TARGET millrace_${folder})
    target_link_libraries(${target} PRIVATE millrace_${folder})
  else()
    list(TRANSFORM MILLRACE_FOLDERS PREPEND millrace_ OUTPUT_VARIABLE libraries)
    target_link_libraries(${target} PRIVATE ${libraries})
  endif()
endfunction()

# millrace_allocator(<target>): a program that people run, or whose speed is measured, takes its memory
# from tcmalloc (docs/decisions/0034-tcmalloc.md), except under a sanitizer.
function(millrace_allocator target)
  if(TARGET PkgConfig::tcmalloc)
    target_sources(${target} PRIVATE "${CMAKE_SOURCE_DIR}/cmake/allocator.cpp")
    target_link_libraries(${target} PRIVATE PkgConfig::tcmalloc)
  endif()
endfunction()
