# ccache in front of the compiler, where it is installed. Its settings are given here rather than in
# somebody's home, so that they hold wherever the build runs:
# - the base folder makes paths relative, and the hash leaves the build folder out, so that two build
#   folders share what they compile;
# - the precompiled headers are known by a checksum beside them (precompiled.cmake).
find_program(MILLRACE_CCACHE ccache)
mark_as_advanced(MILLRACE_CCACHE)
if(MILLRACE_CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER
    ${CMAKE_COMMAND} -E env
    CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} CCACHE_NOHASHDIR=1
    CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
    CCACHE_PCH_EXTSUM=1
    ${MILLRACE_CCACHE})
endif()
